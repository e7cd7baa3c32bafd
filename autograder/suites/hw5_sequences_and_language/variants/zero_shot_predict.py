"""Right answers to zero_shot_predict in other styles."""

import math

import torch
import torch.nn.functional as F


def scale_bounded(image_features, classifier, log_scale):
    """The scale bounded itself; F.softmax."""
    images = image_features / image_features.norm(dim=-1, keepdim=True)
    return F.softmax(log_scale.exp().clamp(max=100) * images @ classifier.t(), dim=-1)


def cosine_similarity(image_features, classifier, log_scale):
    """All cosines by F.cosine_similarity, the classifier's norms taken again."""
    cosines = F.cosine_similarity(image_features[:, None], classifier[None], dim=2)
    return torch.softmax(torch.exp(torch.clamp(log_scale, max=math.log(100))) * cosines, 1)


def one_image_at_a_time(image_features, classifier, log_scale):
    """A loop, the scale as a number."""
    scale = min(100.0, math.exp(log_scale))
    return torch.stack([(scale * (classifier @ (image / image.norm()))).softmax(dim=0) for image in image_features])


def through_logarithms(image_features, classifier, log_scale):
    """exp of log_softmax, on the transpose."""
    logits = classifier @ F.normalize(image_features, dim=1).T * torch.exp(log_scale).clamp(max=100)
    return F.log_softmax(logits, dim=0).exp().T


def shifted_by_hand(image_features, classifier, log_scale):
    """The largest logit subtracted by hand; float64 inside."""
    scale = log_scale.double().clamp(max=math.log(100)).exp()
    logits = scale * torch.einsum("bd,qd->bq", F.normalize(image_features.double()), classifier.double())
    weights = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return (weights / weights.sum(1, keepdim=True)).to(image_features.dtype)


def temperature(image_features, classifier, log_scale):
    """Divided by a temperature, 0.01 at least; the norm divided out of the logits."""
    norms = torch.linalg.vector_norm(image_features, dim=1, keepdim=True)
    return (image_features @ classifier.T / norms / (-log_scale).exp().clamp(min=0.01)).softmax(dim=1)


def without_gradients(image_features, classifier, log_scale):
    """Nothing is trained here."""
    with torch.no_grad():
        logits = _scaled(log_scale) * F.normalize(image_features, dim=1) @ F.normalize(classifier, dim=1).T
        return torch.nn.Softmax(dim=1)(logits)


def _scaled(log_scale):
    return torch.minimum(log_scale.exp(), log_scale.new_tensor(100.0))
