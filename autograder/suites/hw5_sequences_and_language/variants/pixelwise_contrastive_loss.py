"""Right answers to pixelwise_contrastive_loss in other styles."""

import torch
import torch.nn.functional as F


def pairwise_distance(desc_a, desc_b, matches, non_matches, margin):
    """F.pairwise_distance on rows."""

    def rows(pairs):
        return desc_a[:, pairs[:, 0], pairs[:, 1]].T, desc_b[:, pairs[:, 2], pairs[:, 3]].T

    match_loss = (F.pairwise_distance(*rows(matches)) ** 2).mean()
    hinge = F.relu(margin - F.pairwise_distance(*rows(non_matches)))
    hard = torch.count_nonzero(hinge)
    return match_loss + (hinge**2).sum() / max(1, int(hard))


def norm(desc_a, desc_b, matches, non_matches, margin):
    """torch's norm, which has the gradient 0 at 0; hard ones selected."""
    near = (desc_a[:, non_matches[:, 0], non_matches[:, 1]] - desc_b[:, non_matches[:, 2], non_matches[:, 3]]).norm(
        dim=0
    )
    hard = near[near < margin]
    away = (margin - hard).square().mean() if len(hard) else near.sum() * 0
    same = desc_a[:, matches[:, 0], matches[:, 1]] - desc_b[:, matches[:, 2], matches[:, 3]]
    return same.pow(2).sum() / len(matches) + away


def flat_pixels(desc_a, desc_b, matches, non_matches, margin):
    """Pixels numbered row by row, as in the paper's code."""
    dim, _, width = desc_a.shape
    a, b = desc_a.reshape(dim, -1).T, desc_b.reshape(dim, -1).T

    def differences(pairs):
        first = torch.index_select(a, 0, pairs[:, 0] * width + pairs[:, 1])
        return first - torch.index_select(b, 0, pairs[:, 2] * width + pairs[:, 3])

    match_loss = 1.0 / len(matches) * differences(matches).pow(2).sum()
    squares = differences(non_matches).pow(2).sum(dim=1)
    hinge = torch.clamp(margin - (squares + 1e-12).sqrt(), min=0).pow(2)
    number = len(torch.nonzero(hinge))
    return match_loss + (hinge.sum() / number if number > 0 else 0)


def pair_by_pair(desc_a, desc_b, matches, non_matches, margin):
    """Loops, with the norm of each pair."""
    same = [(desc_a[:, ra, ca] - desc_b[:, rb, cb]).square().sum() for ra, ca, rb, cb in matches]
    costs = []
    for ra, ca, rb, cb in non_matches.tolist():
        distance = torch.linalg.vector_norm(desc_a[:, ra, ca] - desc_b[:, rb, cb])
        if distance < margin:
            costs.append((margin - distance) ** 2)
    loss = sum(same) / len(same)
    return loss + sum(costs) / len(costs) if costs else loss


def channels_last(desc_a, desc_b, matches, non_matches, margin):
    """Channels last, the usual 1e-8 under the root, torch.where for the hinge."""
    a, b = desc_a.permute(1, 2, 0), desc_b.permute(1, 2, 0)
    same = a[matches[:, 0], matches[:, 1]] - b[matches[:, 2], matches[:, 3]]
    other = a[non_matches[:, 0], non_matches[:, 1]] - b[non_matches[:, 2], non_matches[:, 3]]
    distance = torch.sqrt((other * other).sum(-1) + 1e-8)
    costs = torch.where(distance < margin, (margin - distance) ** 2, torch.zeros_like(distance))
    return (same * same).sum(-1).mean() + costs.sum() / torch.clamp((distance < margin).sum(), min=1)


def squares_first(desc_a, desc_b, matches, non_matches, margin):
    """Hard ones found by the squares, (margin - d)² multiplied out, float64 inside."""

    def squares(pairs):
        a, b = desc_a.double()[(slice(None), *pairs[:, :2].T)], desc_b.double()[(slice(None), *pairs[:, 2:].T)]
        return torch.einsum("dp,dp->p", a - b, a - b)

    near = squares(non_matches)
    near = near[near < margin**2]
    costs = margin**2 - 2 * margin * (near + 1e-16).sqrt() + near
    return (squares(matches).mean() + costs.sum() / max(1, len(near))).to(desc_a.dtype)


def safe_root(desc_a, desc_b, matches, non_matches, margin):
    """No root is taken where the distance is 0."""

    def squares(pairs):
        index = pairs.unbind(1)
        return (desc_a[:, index[0], index[1]] - desc_b[:, index[2], index[3]]).square().sum(0)

    near = squares(non_matches)
    apart = near > 0
    distances = torch.where(apart, torch.where(apart, near, 1).sqrt(), 0)
    hinge = torch.relu(margin - distances)
    return squares(matches).mean() + hinge.pow(2).sum() / hinge.gt(0).sum().clamp_min(1)
