"""Right answers to find_correspondence in other styles."""

import torch
import torch.nn.functional as F


def norm(desc_a, desc_b, points):
    """The norm of the differences, and torch.unravel_index."""
    rows, columns = points.T
    heat = (desc_b[None] - desc_a[:, rows, columns].T[:, :, None, None]).norm(dim=1)
    numbers = heat.reshape(len(points), -1).argmin(dim=1)
    return torch.stack(torch.unravel_index(numbers, heat.shape[1:]), dim=-1), heat


def distance_matrix(desc_a, desc_b, points):
    """torch.cdist over all pixels as rows."""
    dim, height, width = desc_b.shape
    heat = torch.cdist(desc_a[:, points[:, 0], points[:, 1]].T, desc_b.reshape(dim, -1).T)
    numbers = heat.argmin(dim=1)
    return torch.stack((numbers.div(width, rounding_mode="floor"), numbers.remainder(width)), 1), heat.view(
        -1, height, width
    )


def point_by_point(desc_a, desc_b, points):
    """A loop over the points, and divmod."""
    best, heats = [], []
    for row, column in points.tolist():
        heat = torch.linalg.vector_norm(desc_b - desc_a[:, row, column].view(-1, 1, 1), dim=0)
        best.append(divmod(int(heat.argmin()), heat.shape[1]))
        heats.append(heat)
    return torch.tensor(best, device=desc_a.device), torch.stack(heats)


def multiplied_out(desc_a, desc_b, points):
    """|a|² + |b|² - 2 ab, clamped before the root."""
    wanted = desc_a[:, points[:, 0], points[:, 1]]
    products = torch.einsum("dp,dhw->phw", wanted, desc_b)
    squares = (wanted**2).sum(0)[:, None, None] + (desc_b**2).sum(0)[None] - 2 * products
    heat = squares.clamp(min=0).sqrt()
    numbers = squares.flatten(1).min(dim=1).indices
    return torch.cat([(numbers // heat.size(2))[:, None], (numbers % heat.size(2))[:, None]], dim=1), heat


def row_then_column(desc_a, desc_b, points):
    """The row by the rows' minima, then the column within it; channels last."""
    a, b = desc_a.permute(1, 2, 0), desc_b.permute(1, 2, 0)
    heat = (a[points[:, 0], points[:, 1]][:, None, None] - b).pow(2).sum(-1).pow(0.5)
    rows = heat.amin(dim=2).argmin(dim=1)
    columns = heat[torch.arange(len(points)), rows].argmin(dim=1)
    return torch.stack([rows, columns], dim=1), heat


def where_it_is_lowest(desc_a, desc_b, points):
    """F.pairwise_distance without its epsilon; the place by nonzero; float64 inside."""
    wanted = desc_a.double()[:, points[:, 0], points[:, 1]].T
    pixels = desc_b.double().flatten(1).T
    heat = F.pairwise_distance(wanted[:, None], pixels[None], eps=0.0).reshape(-1, *desc_b.shape[1:])
    best = torch.stack([(each == each.min()).nonzero()[0] for each in heat])
    return best, heat.to(desc_a.dtype)
