"""Hidden tests of ProjectionHead: 4 points. They look at what a head does, not at how it is built."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import (
    assert_dtype,
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    assert_unchanged,
    points,
    to_number,
)
from autograder.suites.hw4_contrastive.probes import ProjectionHead as probes
from autograder.suites.hw4_contrastive.probes.inputs import draw_features
from autograder.suites.hw4_contrastive.probes.ProjectionHead import D_HIDDEN, D_IN, D_OUT
from homework.comparison import shown

READ = "SimCLR (Chen et al., 2020), section 4.2; notebook section 3.2"
CONTRACT = "the docstring of ProjectionHead; notebook section 3.2"
UNASKED = {
    "odd": "each row goes through by itself, in a batch of any size",
    "special": "a ReLU has no right gradient at 0",
    "ties": "nothing is ordered or chosen",
    "ragged": "there is one batch",
    "long": "there are no sequences",
    "kinds": "h is a tensor",
    "empty": "an empty batch need not work",
}
SIZES = f"ProjectionHead({D_IN}, {D_HIDDEN}, {D_OUT})"


def _in_float64(value: object) -> object:
    return value.double() if isinstance(value, Tensor) else value


@points(1, asks=("one", "unequal", "dtypes", "layout", "inputs", "modules", "again", "device"))
def test_h_becomes_z(observed):
    """h (B, d_in) becomes z (B, d_out), the same each time, one row too, in the module's dtype and on its device."""
    values = observed(probes.project_a_few)
    think = "which of the three sizes goes into which layer, and does any step need more than one row?"
    for key, rows, mode in (
        ("in_training", probes.FEW, "in training"),
        ("in_evaluation", probes.FEW, "in evaluation"),
        ("alone", 1, "in evaluation"),
    ):
        z = values[key]
        fits = isinstance(z, Tensor) and z.shape == (rows, D_OUT)
        found = tuple(z.shape) if isinstance(z, Tensor) else shown(z)
        saw = f"{SIZES} makes {found} of h {(rows, D_IN)} {mode}"
        assert_that(fits, saw=saw, think=think, read=CONTRACT)
    z, think = values["in_evaluation"].double(), "on what does z depend?"
    differ = bool((z - z[:1]).abs().max() > 1e-4)
    assert_that(differ, saw="different features come out the same", think=think, read=CONTRACT)
    name, think_of_chance = "z of the same h in training once more", "what in your head is drawn at random?"
    once = values["in_training"].double()
    assert_matches(name, _in_float64(values["in_training_again"]), once, think=think_of_chance, read=CONTRACT)
    name, think_of_memory = (
        "z of features with gaps between their numbers in memory",
        "does any step need them in a row?",
    )
    assert_matches(name, _in_float64(values["strided"]), z, think=think_of_memory, read=CONTRACT, rtol=1e-3, atol=1e-4)
    h, what = draw_features(320, probes.FEW, D_IN), "h, which the loss does not see and which is kept, holds"
    assert_unchanged(values["h_after"], h, what=what, read=CONTRACT)
    saw = "after the call h asks for gradients, which it did not before, or has got one"
    assert_that(values["h_kept"] is True, saw=saw, think="who owns h?", read=CONTRACT)
    name = "z of one row (against that in a batch)"
    assert_matches(name, _in_float64(values["alone"]), z[:1], think=think, read=CONTRACT, rtol=1e-3, atol=1e-4)
    name, think = "after .double() the output for float64 features", "is any tensor made with a dtype of its own?"
    double = observed(probes.project_in_float64)["z"]
    assert_dtype(name, double, torch.float64, numbers=probes.FEW * D_OUT, think=think, read=CONTRACT)
    name = "z in float64 (against that in float32)"
    assert_matches(name, double, z, think=think, read=CONTRACT, rtol=1e-3, atol=1e-4)
    values, think = observed(probes.on_a_gpu), "which of your tensors does .to(device) not move?"
    name = "z on a GPU (against that on the processor)"
    assert_matches(name, _in_float64(values["in_evaluation"]), z, think=think, read=CONTRACT, rtol=1e-3, atol=1e-4)
    assert_stays_on_device(values, read=CONTRACT)


@points(1, asks=("one", "options"))
def test_a_relu_stands_between_the_layers(observed):
    """A single hidden unit is off on one side of its boundary, and grows along a straight line on the other."""
    values = observed(probes.follow_a_single_unit)
    near, far = (_take_lines(values[name], places) for name, places in (("near", len(probes.NEAR)), ("far", 4)))
    think = "what does a ReLU between two linear layers do to one hidden unit, and where does it stand?"
    bends = _count_bends(near)
    saw = "with d_hidden = 1, z follows a straight line wherever h goes: the head is linear"
    assert_that((bends > 0).any(), saw=saw, think=think, read=READ)
    saw = "with d_hidden = 1, z bends at more than one place of a line: a single ReLU bends at one"
    assert_that(not (bends > 2).any(), saw=saw, think=think, read=READ)
    ends = int(_count_changing_ends(far).quantile(0.95, interpolation="lower"))  # on hardly any line more
    saw = f"with d_hidden = 1, far out on a line, z still changes on {ends} of its two ends"
    assert_that(ends == 1, saw=saw, think=think, read=READ)


def _take_lines(z: Any, places: int) -> Tensor:
    """z along the lines of all heads, (HEADS, LINES, places, MANY_OUT)."""
    shape = (probes.HEADS, probes.LINES, places, probes.MANY_OUT)
    assert_shape("z of heads with d_hidden = 1, along lines", z, *shape, read=CONTRACT)
    return z.double()


def _count_bends(z: Tensor) -> Tensor:
    """On how many places of each line some output bends, (HEADS, LINES); a bend between two places is seen at both."""
    second = (z[:, :, 2:] - 2 * z[:, :, 1:-1] + z[:, :, :-2]).abs().amax(dim=3)
    return (second > 1e-4 * _largest(z)).sum(dim=2)


def _count_changing_ends(z: Tensor) -> Tensor:
    """On how many ends of each line z is not constant, (HEADS, LINES), float64."""
    changes = torch.stack([z[:, :, 0] - z[:, :, 1], z[:, :, 3] - z[:, :, 2]]).abs().amax(dim=3)  # (2, HEADS, LINES)
    return (changes > 1e-3 * _largest(z)[..., 0]).double().sum(dim=0)


def _largest(z: Tensor) -> Tensor:
    """The largest output of each head, (HEADS, 1, 1)."""
    return z.abs().amax(dim=(1, 2, 3))[:, None, None]


@points(1, asks=("ends",))
def test_nothing_follows_the_second_layer(observed):
    """Outputs have both signs, any norm, any mean: no ReLU, no norm after the second layer or before the first."""
    values = observed(probes.project_far_away)
    names = ("in_training", "far", "twice_as_far", "in_other_units")
    for name in names:
        assert_shape("z of a large batch", values[name], probes.ROWS, D_OUT, read=CONTRACT)
    in_training, far, twice, in_other_units = (values[name].double() for name in names)
    think = "what is the last thing that happens to z, and what would it take away?"
    both = bool((far < 0).any() and (far > 0).any())
    assert_that(both, saw="all outputs have the same sign", think=think, read=CONTRACT)
    saw = "for features twice as large, far from 0, z does not grow twice as large"
    assert_that((twice.norm() / far.norm() - 2).abs() < 0.005, saw=saw, think=think, read=CONTRACT)
    saw = "in training every column of z has mean 0 over the batch"
    is_centred = bool((in_training.mean(dim=0).abs() < 1e-4).all())
    assert_that(not is_centred, saw=saw, think=think, read=CONTRACT)
    saw = "in training z stays the same when each feature of h is multiplied by a number of its own"
    depends = bool((in_training - in_other_units).norm() > 0.02 * in_training.norm())
    assert_that(depends, saw=saw, think="what is the first thing that happens to h?", read=CONTRACT)


@points(1, asks=("modules",))
def test_two_layers_are_trained(observed):
    """There are the weights of two layers with d_hidden units between them; gradients reach all of them, and h."""
    values = observed(probes.train_once)
    names = [name for name, value in values.items() if name.startswith("parameter_") and isinstance(value, Tensor)]
    weights = sum(values[name].numel() for name in names if values[name].dim() > 1)
    saw = f"{SIZES} has {weights} weights, biases left out"
    think = "how large are the matrices of the two layers, and does the module know about them?"
    assert_that(weights == D_IN * D_HIDDEN + D_HIDDEN * D_OUT, saw=saw, think=think, read=READ)
    think = "where does the path from z back to h leave the graph?"
    reached = [
        name for name in names if getattr(values.get(f"gradient_of_{name}"), "shape", None) == values[name].shape
    ]
    saw = f"no gradient reaches {len(names) - len(reached)} of the parameters"
    assert_that(reached == names, saw=saw, think=think, read=CONTRACT)
    of_h = values.get("gradient_of_h")
    reaches_h = isinstance(of_h, Tensor) and of_h.shape == (probes.ROWS, D_IN) and bool(of_h.any())
    assert_that(reaches_h, saw="no gradient reaches h", think=think, read=CONTRACT)
    squares = sum(values[f"gradient_of_{name}"].double().square().sum() for name in (*names, "h"))
    lost = to_number(values["sum"]) - to_number(values["sum_after_a_step"])
    name = "what a small step against the gradient takes from a sum over z"
    assert_matches(name, lost, float(probes.RATE * squares), think=think, read=CONTRACT, rtol=0.05)
