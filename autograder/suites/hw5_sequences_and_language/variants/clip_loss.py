"""Right answers to clip_loss in other styles."""

import math

import torch
import torch.nn.functional as F


def as_in_the_paper(image_features, text_features, log_scale):
    """Figure 3, with the scale itself bounded."""
    images = image_features / image_features.norm(dim=-1, keepdim=True)
    texts = text_features / text_features.norm(dim=-1, keepdim=True)
    scale = log_scale.exp().clamp(max=100)
    logits_per_image = scale * images @ texts.t()
    logits_per_text = logits_per_image.t()
    labels = torch.arange(image_features.shape[0], device=image_features.device)
    loss_i = F.cross_entropy(logits_per_image, labels)
    loss_t = F.cross_entropy(logits_per_text, labels)
    return (loss_i + loss_t) / 2


def two_products(image_features, text_features, log_scale):
    """One product for each direction; the smaller of two scales."""
    images, texts = F.normalize(image_features, dim=-1), F.normalize(text_features, dim=-1)
    scale = torch.minimum(
        torch.exp(log_scale), torch.tensor(100.0, dtype=log_scale.dtype, device=image_features.device)
    )
    labels = torch.arange(len(images), device=image_features.device)
    losses = F.cross_entropy(scale * images @ texts.T, labels), F.cross_entropy(scale * texts @ images.T, labels)
    return sum(losses) / 2


def logsumexp(image_features, text_features, log_scale):
    """Log-sum-exp over rows and over columns, minus the diagonal."""
    cosines = F.cosine_similarity(image_features[:, None], text_features[None], dim=2)
    logits = cosines * log_scale.clamp_max(math.log(100)).exp()
    own = torch.diag(logits)
    return 0.5 * (logits.logsumexp(dim=0) + logits.logsumexp(dim=1) - 2 * own).mean()


def log_softmax(image_features, text_features, log_scale):
    """log_softmax in both directions."""
    scale = min(log_scale, torch.full_like(log_scale, math.log(100))).exp()
    logits = scale * torch.einsum("id,jd->ij", F.normalize(image_features), F.normalize(text_features))
    rows, columns = logits.log_softmax(dim=1), logits.log_softmax(dim=0)
    return -(rows.diagonal().mean() + columns.diagonal().mean()) / 2


def one_cross_entropy(image_features, text_features, log_scale):
    """Rows and columns as 2B questions of one cross entropy: both halves are as large."""
    log_scale = torch.where(log_scale > math.log(100), math.log(100), log_scale)
    logits = log_scale.exp() * (F.normalize(image_features, dim=1) @ F.normalize(text_features, dim=1).T)
    return F.cross_entropy(
        torch.cat([logits, logits.T]), torch.arange(len(logits), device=image_features.device).repeat(2)
    )


def soft_targets(image_features, text_features, log_scale):
    """One-hot rows as targets, which the transpose does not change."""
    scale = torch.clamp(log_scale, max=4.605170185988092).exp()
    logits = (scale * F.normalize(image_features, dim=1)) @ F.normalize(text_features, dim=1).T
    targets = torch.eye(logits.shape[0], dtype=logits.dtype, device=image_features.device)
    return (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets)) * 0.5


def one_pair_at_a_time(image_features, text_features, log_scale):
    """A loop over the pairs."""
    scale = log_scale.exp() if log_scale <= math.log(100) else torch.full_like(log_scale, 100.0)
    losses = []
    for i in range(len(image_features)):
        of_image = scale * F.cosine_similarity(image_features[i : i + 1], text_features)
        of_text = scale * F.cosine_similarity(text_features[i : i + 1], image_features)
        losses += [of_image.logsumexp(0) - of_image[i], of_text.logsumexp(0) - of_text[i]]
    return torch.stack(losses).mean()


def float64_inside(image_features, text_features, log_scale):
    """float64 inside, the input's dtype outside; nll_loss; shifted by hand."""
    images, texts = (F.normalize(features.double(), dim=1) for features in (image_features, text_features))
    logits = images @ texts.T * log_scale.double().exp().clamp(max=100.0)
    labels = torch.arange(len(logits), device=image_features.device)
    shifted = [each - each.max(dim=1, keepdim=True).values.detach() for each in (logits, logits.T)]
    losses = [F.nll_loss(each - each.exp().sum(dim=1, keepdim=True).log(), labels) for each in shifted]
    return torch.stack(losses).mean().to(image_features.dtype)


def temperature(image_features, text_features, log_scale):
    """Divided by a temperature, which is 0.01 at least; rooted norms by hand."""
    temperature = torch.exp(-log_scale).clamp(min=0.01)
    images = image_features * image_features.square().sum(dim=1, keepdim=True).rsqrt()
    texts = text_features * text_features.square().sum(dim=1, keepdim=True).rsqrt()
    logits = images.mm(texts.t()) / temperature
    labels = torch.arange(logits.size(0), device=logits.device)
    return torch.nn.CrossEntropyLoss()(logits, labels).add(torch.nn.CrossEntropyLoss()(logits.t(), labels)).div(2)
