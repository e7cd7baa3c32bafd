"""Images and texts in float64: the symmetric loss, the classifier made of texts, its probabilities (CLIP, 2021)."""

from torch import Tensor, autograd

LARGEST_SCALE = 100  # section 2.5


def _to_norm_1(features: Tensor) -> Tensor:
    features = features.double()
    return features / features.square().sum(dim=-1, keepdim=True).sqrt()


def _find_logits(images: Tensor, others: Tensor, log_scale: Tensor) -> Tensor:
    """(B, number of others): cosines times exp(log_scale), which is 100 at most."""
    scale = log_scale.double().exp()
    scale = scale if scale <= LARGEST_SCALE else scale.new_tensor(LARGEST_SCALE)
    return scale * (_to_norm_1(images)[:, None] * _to_norm_1(others)[None]).sum(dim=2)


def find_clip_loss(images: Tensor, texts: Tensor, log_scale: Tensor) -> Tensor:
    """Half the mean surprise of each image's own text, half that of each text's own image (figure 3), 0-d."""
    logits = _find_logits(images, texts, log_scale)
    own = logits.diagonal()
    return ((logits.logsumexp(dim=1) - own).mean() + (logits.logsumexp(dim=0) - own).mean()) / 2


def find_clip_gradients(images: Tensor, texts: Tensor, log_scale: Tensor) -> dict[str, Tensor]:
    """Gradients of the loss, by the inputs' names, float64."""
    leaves = [given.detach().double().requires_grad_() for given in (images, texts, log_scale)]
    found = autograd.grad(find_clip_loss(*leaves), leaves, allow_unused=True)
    return dict(zip(("images", "texts", "log_scale"), found, strict=True))


def find_classifier(class_text_features: Tensor) -> Tensor:
    """(Q, D): the direction of the sum of unit vectors is that of their mean (section 3.1.4)."""
    return _to_norm_1(_to_norm_1(class_text_features).sum(dim=1))


def find_probabilities(images: Tensor, classifier: Tensor, log_scale: Tensor) -> Tensor:
    """(B, Q): exp of the logits over its sum (section 3.1.2); in float64 exp(100) is an ordinary number."""
    weights = _find_logits(images, classifier, log_scale).exp()
    return weights / weights.sum(dim=1, keepdim=True)
