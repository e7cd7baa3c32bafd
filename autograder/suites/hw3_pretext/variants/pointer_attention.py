"""Right answers to pointer_attention in other styles."""

import torch
import torch.nn.functional as F


def matrices(ref_features, target_features, temperature):
    """Places in a row, one product of matrices a video."""
    videos, frames, dim, height, width = ref_features.shape
    seen = ref_features.permute(0, 2, 1, 3, 4).reshape(videos, dim, -1)  # (B, D, T H W)
    looking = target_features.flatten(2).transpose(1, 2)  # (B, H W, D)
    weights = F.softmax(torch.bmm(looking, seen) / temperature, dim=-1)
    return weights.reshape(videos, height, width, frames, height, width)


def softmax_of_the_transpose(ref_features, target_features, temperature):
    """Reference places in rows, softmax over dim 1, and exchanged at the end."""
    videos, frames, _, height, width = ref_features.shape
    seen = ref_features.transpose(1, 2).flatten(2).transpose(1, 2)  # (B, T H W, D)
    weights = ((seen @ target_features.flatten(2)) / temperature).softmax(1)  # (B, T H W, H W)
    return weights.transpose(1, 2).unflatten(1, (height, width)).unflatten(3, (frames, height, width))


def attention_of_transformers(ref_features, target_features, temperature):
    """scaled_dot_product_attention with the identity for values."""
    videos, frames, dim, height, width = ref_features.shape
    query, key = target_features.flatten(2).mT, ref_features.permute(0, 1, 3, 4, 2).reshape(videos, -1, dim)
    value = torch.eye(key.shape[1], dtype=key.dtype, device=ref_features.device).expand(videos, -1, -1)
    weights = F.scaled_dot_product_attention(query, key, value, scale=1 / temperature)
    return weights.view(videos, height, width, frames, height, width)


def largest_subtracted(ref_features, target_features, temperature):
    """exp by hand, each target place's largest exponent subtracted."""
    logits = torch.einsum("b t d k l, b d i j -> b i j t k l", ref_features, target_features).div(temperature)
    odds = torch.exp(logits - logits.amax(dim=(3, 4, 5), keepdim=True))
    return odds / odds.sum(dim=(-3, -2, -1), keepdim=True)


def log_sum_exp(ref_features, target_features, temperature):
    """exp(s - logsumexp s), the target divided by the temperature beforehand."""
    target = (target_features / temperature).movedim(1, -1)[:, :, :, None, None, None]
    similarity = (target * ref_features.movedim(2, -1)[:, None, None]).sum(-1)
    return (similarity - similarity.logsumexp(dim=(3, 4, 5), keepdim=True)).exp()


def frames_merged(ref_features, target_features, temperature):
    """Each frame's softmax by itself, then merged by the share of its log-sum-exp, in float64."""
    similarity = torch.einsum("bdij,btdkl->bijtkl", target_features.double(), ref_features.double()) / temperature
    of_frame = similarity.flatten(4)
    shares = of_frame.logsumexp(dim=4).softmax(dim=3)  # (B, H, W, T)
    weights = of_frame.softmax(dim=4) * shares[..., None]
    return weights.view_as(similarity).to(ref_features.dtype)


def one_place_at_a_time(ref_features, target_features, temperature):
    """Loops over videos and places."""
    videos = []
    for refs, target in zip(ref_features, target_features, strict=True):
        rows = [[_look(refs, feature, temperature) for feature in row] for row in target.permute(1, 2, 0)]
        videos.append(torch.stack([torch.stack(row) for row in rows]))
    return torch.stack(videos)


def _look(refs, feature, temperature):
    similarity = (refs * feature[None, :, None, None]).sum(dim=1) / temperature  # (T, H, W)
    return torch.softmax(similarity.reshape(-1), dim=0).reshape(similarity.shape)


def convolution(ref_features, target_features, temperature):
    """The features of a target place as a 1 x 1 filter over the reference frames."""
    weights = []
    for refs, target in zip(ref_features, target_features, strict=True):
        filters = target.flatten(1).t()[:, :, None, None]  # (H W, D, 1, 1)
        similarity = F.conv2d(refs, filters).transpose(0, 1) / temperature  # (H W, T, H, W)
        weights.append(similarity.flatten(1).softmax(dim=1).view(*target.shape[1:], *similarity.shape[1:]))
    return torch.stack(weights)
