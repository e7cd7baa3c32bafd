"""Probes of ProjectionHead: what a head does to features; how it is built and initialised is free."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .inputs import draw_features

D_IN, D_HIDDEN, D_OUT = 6, 11, 4
ROWS = 64  # of a large batch
HEADS, LINES = 24, 16  # heads with a single hidden unit, and lines through the origin along which they are followed
MANY_OUT = 12  # outputs of those, so that some of them go up and others down
NEAR = torch.arange(-4, 4.25, 0.25)  # places on a line: somewhere here the unit is switched on
FAR = 1e6


def _describe(z: object) -> str:
    return str(tuple(z.shape)) if isinstance(z, Tensor) else type(z).__name__


def project_a_few(student):
    """Shapes in both modes and for one row, and whether different features come out different."""
    head, h = student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), draw_features(320, 5, D_IN)
    in_training = head(h)
    head.eval()
    z, below_zero = head(h), head(-h.abs())
    return {
        "in_training": _describe(in_training),
        "in_evaluation": _describe(z),
        "alone": _describe(head(h[:1])),
        "rows_differ": bool((z - z[:1]).abs().max() > 1e-4),
        "rows_below_zero_differ": bool((below_zero - below_zero[:1]).abs().max() > 1e-4),
        "dtype_of_double": str(head.double()(h.double()).dtype),
    }


def _follow(head, places: Tensor) -> Tensor:
    """What the head makes of points on the lines, (LINES, places, outputs)."""
    directions = 10 * F.normalize(draw_features(321, LINES, D_IN), dim=1)
    with torch.no_grad():
        z = head((places[:, None] * directions[:, None]).flatten(0, 1))
    return z.reshape(LINES, len(places), -1)


def follow_a_single_unit(student):
    """Where the outputs of heads with d_hidden = 1 bend, and on how many of a line's two ends they still change."""
    bends, ends = torch.zeros(HEADS, LINES), torch.zeros(HEADS, LINES)
    for number in range(HEADS):
        head = student.ProjectionHead(D_IN, 1, MANY_OUT)
        head.eval()
        z = _follow(head, NEAR)
        second = (z[:, 2:] - 2 * z[:, 1:-1] + z[:, :-2]).abs().amax(dim=2)
        bends[number] = (second > 1e-4 * z.abs().max()).sum(dim=1)
        z = _follow(head, torch.tensor([-2 * FAR, -FAR, FAR, 2 * FAR]))
        changes = torch.stack([z[:, 0] - z[:, 1], z[:, 3] - z[:, 2]]).abs().amax(dim=2)  # (2, LINES)
        ends[number] = (changes > 1e-3 * z.abs().max()).sum(dim=0)
    return {
        "bends_somewhere": bool((bends > 0).any()),
        "bends_all_along": bool((bends > 2).any()),
        "ends_that_change": int(ends.quantile(0.95, interpolation="lower")),  # on hardly any line more
    }


def project_far_away(student):
    """What comes out of a large batch, of the same features far from the origin, and twice as far.

    all_norms_are_equal tells two mistakes apart.
    """
    head, h = student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), draw_features(322, ROWS, D_IN)
    with torch.no_grad():
        in_training = head(h)
        head.eval()
        far, twice_as_far = head(torch.cat([FAR * h, 2 * FAR * h])).chunk(2)
        norms = far.norm(dim=1)
    return {
        "below_zero": bool((far < 0).any()),
        "above_zero": bool((far > 0).any()),
        "doubles": bool((twice_as_far.norm() / far.norm() - 2).abs() < 0.005),
        "all_norms_are_equal": bool((norms / norms.median() - 1).abs().median() < 1e-3),
        "columns_are_centred": bool((in_training.mean(dim=0).abs() < 1e-4).all()),
    }


def train_once(student):
    """How many weights there are, and whom the gradient of a sum over the outputs reaches."""
    head, h = student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), draw_features(323, ROWS, D_IN).requires_grad_()
    z = head(h)
    if z.requires_grad:
        (z * draw_features(324, ROWS, D_OUT)).sum().backward()
    parameters = list(head.parameters())
    return {
        "weights": sum(parameter.numel() for parameter in parameters if parameter.dim() > 1),
        "unreached_parameters": sum(parameter.grad is None for parameter in parameters),
        "reaches_h": h.grad is not None and bool(h.grad.any()),
    }
