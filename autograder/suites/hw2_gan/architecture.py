"""Assertions on what was seen inside of a DCGAN, shared by the tests of both networks.

The values are a student's: whatever their types, an assertion fails and does not break.
"""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import assert_dtype, assert_matches, assert_shape, assert_that, to_number
from autograder.suites.hw2_gan.probes.inputs_dcgan import BATCH, NONE, OTHER
from homework.comparison import shown

MOST_LAYERS = 64
ITEMS = 5  # in the batch whose answers are compared
HIDDEN = 3  # layers, at least: beside the three strided ones there is one at the 4 x 4 map, and one of the four is last
NORMS = {BATCH: "batch norm", OTHER: "another norm", NONE: "no norm"}


def assert_different_answers(values: dict, answer: str, read: str) -> None:
    """Who answers the same to everything has answered nothing."""
    answers = _take(values, "answers", ITEMS, read=read)
    differ = not any(_is_close(answers[:1], other[None], within=1e-5) for other in answers[1:])
    saw = f"different inputs get the same {answer}"
    assert_that(differ, saw=saw, think=f"what does your {answer} depend on?", read=read)


def assert_own_answers(values: dict, answer: str, read: str) -> None:
    """In evaluation mode each item of a batch has an answer of its own."""
    assert_different_answers(values, answer, read)
    answers, again, turned = (_take(values, name, ITEMS, read=read) for name in ("answers", "again", "turned"))
    saw = f"in evaluation mode, the same input gets another {answer} the second time"
    think = "what is left to chance in evaluation mode?"
    assert_that(_is_close(again, answers), saw=saw, think=think, read=read)
    saw = f"in evaluation mode, the {answer} of an input changes with the order of the batch"
    think = "which dimension is the batch, and does every reshape keep it whole?"
    assert_that(_is_close(turned.flip(0), answers), saw=saw, think=think, read=read)
    saw = f"in evaluation mode, an input alone gets another {answer} than in a batch"
    think = "which mean and variance does batch norm use in evaluation mode?"
    alone = _take(values, "alone", 1, read=read)
    assert_that(_is_close(alone, answers[2:3]), saw=saw, think=think, read=read)


def _is_close(one: Tensor, other: Tensor, within: float = 1e-3) -> bool:
    """The same up to float32."""
    return one.shape == other.shape and bool((one - other).abs().max() <= within * other.abs().max())


def _take(values: dict, name: str, rows: int, *, read: str) -> Tensor:
    """So many rows of numbers, float64."""
    found = values[name]
    columns = found.shape[1] if isinstance(found, Tensor) and found.dim() == 2 else 1
    assert_shape(name, found, rows, max(1, columns), read=read)
    assert_that(found.isfinite().all(), saw=f"{name}: not all numbers are finite", think="", read=read)
    return found.double()


def assert_strided(values: dict, kind: str, sizes: str, *, think: str, read: str) -> None:
    """The strided layers are of this kind and have these smaller maps, and nothing beside them changes sizes."""
    found = values["strided_sizes"]
    is_list = isinstance(found, Tensor) and found.dim() == 2 and found.shape[1] == 2 and len(found) <= MOST_LAYERS
    told = ", ".join(f"{row:g}x{column:g}" for row, column in found.tolist()) if is_list else shown(found)
    saw = f"the smaller maps of the strided layers are, in order: {told or 'none: there is no strided layer'}"
    assert_that(told == sizes, saw=saw, think=think, read=read)
    saw = f"the strided layers are made by {values['strided_kinds']}"
    assert_that(values["strided_kinds"] == kind, saw=saw, think=think, read=read)
    think = "what does DCGAN have in the place of pooling, interpolation and dense hidden layers?"
    assert_that(values["resizings"] == "", saw=f"the network uses {values['resizings']}", think=think, read=read)
    saw = f"{values['dense_inside']} dense layer(s) stand among the others"
    assert_that(values["dense_inside"] == 0, saw=saw, think=think, read=read)


def assert_norms(values: dict, first: float, *, think: str, read: str) -> None:
    """What follows the first hidden layer is `first`, what follows all others is batch norm."""
    norms = values["norms"]
    assert_shape("norms", norms, _count_entries(norms), read=read)
    found = norms.tolist()
    saw = f"after the hidden layers come, in order: {', '.join(NORMS.get(norm, 'something') for norm in found)}"
    is_right = len(found) >= HIDDEN and found == [first] + [BATCH] * (len(found) - 1)
    assert_that(is_right, saw=saw, think=think, read=read)


def assert_slopes(values: dict, slope: float, *, think: str, read: str) -> None:
    """The activation after each hidden layer multiplies negative numbers by this."""
    assert_shape("slopes", values["slopes"], _count_entries(values["slopes"]), read=read)
    found = values["slopes"].tolist()
    kept = ", ".join(f"{number:.2g}" for number in found) or "nothing"
    saw = f"of a negative number, the activations after the hidden layers keep, in order, this share: {kept}"
    is_right = len(found) >= HIDDEN and all(abs(number - slope) < 1e-3 for number in found)
    assert_that(is_right, saw=saw, think=think, read=read)


def assert_end(values: dict, expected: Tensor, saw: str, *, think: str, read: str) -> None:
    """What the network makes of its last layer's output, one number an image."""
    for name in ("end_smallest", "end_largest"):
        assert_matches(saw, values[name], expected, think=think, read=read)


def assert_widths(values: dict, widths: tuple[int, ...], which: str, read: str) -> None:
    """The hidden map next to the images has `width` channels, and those further in have more."""
    for width in widths:
        channels = to_number(values[f"channels_at_width_{width}"])
        saw = f"with width = {width}, the {which} hidden map has {channels:g} channels"
        think = f"which map is the {which} one, and by what is the number of its channels given?"
        assert_that(channels == width, saw=saw, think=think, read=read)
        saw = f"with width = {width}, the other hidden maps do not have more channels than the {which} one"
        think = "when a map loses three quarters of its pixels, what is there more of instead?"
        assert_that(values[f"more_further_in_at_width_{width}"] is True, saw=saw, think=think, read=read)


def assert_trained(values: dict, inputs: int, what: str, read: str) -> None:
    """All layers belong to the network, follow its dtype, and get a gradient; so do all numbers of an input."""
    saw = f"{shown(values['unregistered'])} layer(s) that compute something are unknown to parameters()"
    think = "how does nn.Module learn of a layer: by an attribute, or by a list?"
    assert_that(values["unregistered"] == 0, saw=saw, think=think, read=read)
    layers, reached = to_number(values["layers"]), to_number(values["layers_with_a_gradient"])
    saw = f"{layers - reached:g} layer(s) get no gradient"
    think = "where does the path from the output back to the first layer leave the graph?"
    assert_that(reached >= layers > HIDDEN, saw=saw, think=think, read=read)
    used = to_number(values["numbers_with_a_gradient"])
    saw = f"a gradient comes back to {used:g} of {inputs} {what}"
    think = "what becomes of each number that comes in, and where does the path back to it leave the graph?"
    assert_that(used == inputs, saw=saw, think=think, read=read)
    name, think = "what the network as float64 gives", "which of your tensors has a dtype of its own?"
    assert_dtype(name, values["one_in_its_dtype"], torch.float64, think=think, read=read)
    saw = "a small step against the gradients does not take from the output what they promise"
    assert_that(to_number(values["descent"]) == 1, saw=saw, think="is any part detached?", read=read)


def _count_entries(found: Any) -> int:
    return len(found) if isinstance(found, Tensor) and found.dim() == 1 and 0 < len(found) <= MOST_LAYERS else 1
