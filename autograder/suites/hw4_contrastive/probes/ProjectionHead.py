"""Probes of ProjectionHead: what a head makes of features; how it is built and initialised is free."""

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, fill, join
from .inputs_kept import is_kept, strided

D_IN, D_HIDDEN, D_OUT = 6, 11, 4
FEW, ROWS = 5, 64  # features of a small and of a large batch
HEADS, LINES = 4, 8  # heads with a single hidden unit, and lines through the origin along which they are followed
MANY_OUT = 6  # outputs of those, so that some of them go up and others down
NEAR = torch.arange(-4, 4.25, 0.25)  # places on a line: somewhere here the unit is switched on
FAR = 1e6
RATE = 1e-6  # of a step against the gradient


def project_a_few(student):
    """z in both modes, of one row, of features below 0, and in float64."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    head, h = fill(student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), 325), draw_features(320, FEW, D_IN)
    in_training, again = head(h), head(h)
    head.eval()
    return {
        "in_training": in_training,
        "in_training_again": again,
        "in_evaluation": head(h),
        "alone": head(h[:1]),
        "strided": head(*strided(h)),
        "below_zero": head(-h.abs()),  # no test asks for it: it tells two mistakes apart
        "h_after": join(h),
        "h_kept": is_kept((), (h,)),
    }


def project_in_float64(student):
    """z of the same features, after as many passes in training, which a batch norm remembers."""
    head, h = fill(student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), 325).double(), draw_features(320, FEW, D_IN).double()
    for _ in range(2):
        head(h)
    return {"z": head.eval()(h)}


def on_a_gpu(student):
    return on_gpu(student, project_a_few)


def _follow(head, places: Tensor) -> Tensor:
    """What the head makes of points on the lines, (LINES, places, outputs)."""
    directions = 10 * F.normalize(draw_features(321, LINES, D_IN), dim=1)
    with torch.no_grad():
        z = head((places[:, None] * directions[:, None]).flatten(0, 1))
    return z.reshape(LINES, len(places), -1)


def follow_a_single_unit(student):
    """z of heads with d_hidden = 1 along lines: near the origin, and at two places far out on each of both ends."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    near, far = [], []
    for number in range(HEADS):
        head = fill(student.ProjectionHead(D_IN, 1, MANY_OUT), 330 + number).eval()
        near.append(_follow(head, NEAR))
        far.append(_follow(head, torch.tensor([-2 * FAR, -FAR, FAR, 2 * FAR])))
    return {"near": torch.stack(near), "far": torch.stack(far)}  # (HEADS, LINES, places, MANY_OUT)


def project_far_away(student):
    """What a fresh head makes of a large batch in training, also in other units; of features far away."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    head, h = student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), draw_features(322, ROWS, D_IN)
    with torch.no_grad():
        in_training = head(h)
        in_other_units = head(h * torch.linspace(0.5, 3, D_IN))
        fill(head, 326).eval()
        far, twice_as_far = head(torch.cat([FAR * h, 2 * FAR * h])).chunk(2)
    return {"in_training": in_training, "in_other_units": in_other_units, "far": far, "twice_as_far": twice_as_far}


def train_once(student):
    """Parameters, the gradients of a sum over the outputs, and that sum after a small step against them, in float64."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    head = fill(student.ProjectionHead(D_IN, D_HIDDEN, D_OUT), 327).double()
    h = draw_features(323, ROWS, D_IN).double().requires_grad_()
    pull = draw_features(324, ROWS, D_OUT).double()
    before = (head(h) * pull).sum()
    if before.requires_grad:
        before.backward()
    leaves = {"h": h} | {f"parameter_{number}": parameter for number, parameter in enumerate(head.parameters())}
    with torch.no_grad():
        seen = {name: leaf.clone() for name, leaf in leaves.items() if name != "h"}
        for name, leaf in leaves.items():
            if leaf.grad is not None:
                seen[f"gradient_of_{name}"] = leaf.grad.clone()
                leaf -= RATE * leaf.grad
        return {**seen, "sum": before.detach(), "sum_after_a_step": (head(h) * pull).sum()}
