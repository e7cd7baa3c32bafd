"""Assertions on what was seen inside of a DCGAN, shared by the tests of both networks.

The values are a student's: whatever their types, an assertion fails and does not break.
"""

from typing import Any

from torch import Tensor

from autograder.checks import assert_matches, assert_that

HIDDEN = 3  # layers, at least: beside the three strided ones there is one at the 4 x 4 map, and one of the four is last
NORMS = {"batch": "batch norm", "other": "another norm", "none": "no norm"}


def assert_size(name: str, size: Any, expected: list[int], read: str) -> None:
    """A shape, which came as a tensor of whole numbers."""
    found = size.tolist() if isinstance(size, Tensor) else size
    think = "which sizes do z_dim, channels and the batch have here, and which does each layer make of them?"
    assert_that(found == expected, saw=f"{name} has shape {found}", think=think, read=read)


def assert_different_answers(values: dict, answer: str, read: str) -> None:
    """Who answers the same to everything has answered nothing."""
    saw = f"different inputs get the same {answer}"
    assert_that(values["differ"] is True, saw=saw, think=f"what does your {answer} depend on?", read=read)


def assert_own_answers(values: dict, answer: str, read: str) -> None:
    """In evaluation mode each item of a batch has an answer of its own."""
    assert_different_answers(values, answer, read)
    saw = f"in evaluation mode, the same input gets another {answer} the second time"
    think = "what is left to chance in evaluation mode?"
    assert_that(values["again"] is True, saw=saw, think=think, read=read)
    saw = f"in evaluation mode, the {answer} of an input changes with the order of the batch"
    think = "which dimension is the batch, and does every reshape keep it whole?"
    assert_that(values["in_any_order"] is True, saw=saw, think=think, read=read)
    saw = f"in evaluation mode, an input alone gets another {answer} than in a batch"
    think = "which mean and variance does batch norm use in evaluation mode?"
    assert_that(values["by_itself"] is True, saw=saw, think=think, read=read)


def assert_strided(values: dict, kind: str, sizes: str, *, think: str, read: str) -> None:
    """The strided layers are of this kind and have these smaller maps, and nothing beside them changes sizes."""
    found = values["strided_layers"] or "none: there is no strided layer"
    saw = f"the smaller maps of the strided layers are, in order: {found}"
    assert_that(values["strided_layers"] == sizes, saw=saw, think=think, read=read)
    saw = f"the strided layers are made by {values['strided_kinds']}"
    assert_that(values["strided_kinds"] == kind, saw=saw, think=think, read=read)
    think = "what does DCGAN have in the place of pooling, interpolation and dense hidden layers?"
    assert_that(values["resizings"] == "", saw=f"the network uses {values['resizings']}", think=think, read=read)
    saw = f"{values['dense_inside']} dense layer(s) stand among the others"
    assert_that(values["dense_inside"] == 0, saw=saw, think=think, read=read)


def assert_norms(values: dict, first: str, *, think: str, read: str) -> None:
    """What follows the first hidden layer is `first`, what follows all others is batch norm."""
    found = str(values["norms"]).split(", ")
    saw = f"after the hidden layers come, in order: {', '.join(NORMS.get(norm, 'no layer') for norm in found)}"
    is_right = len(found) >= HIDDEN and found == [first] + ["batch"] * (len(found) - 1)
    assert_that(is_right, saw=saw, think=think, read=read)


def assert_slopes(values: dict, slope: float, *, think: str, read: str) -> None:
    """The activation after each hidden layer multiplies negative numbers by this."""
    found = values["slopes"].flatten().tolist() if isinstance(values["slopes"], Tensor) else []
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
        channels = values[f"channels_at_width_{width}"]
        saw = f"with width = {width}, the {which} hidden map has {channels} channels"
        think = f"which map is the {which} one, and by what is the number of its channels given?"
        assert_that(channels == width, saw=saw, think=think, read=read)
        saw = f"with width = {width}, the other hidden maps do not have more channels than the {which} one"
        think = "when a map loses three quarters of its pixels, what is there more of instead?"
        assert_that(values[f"more_further_in_at_width_{width}"] is True, saw=saw, think=think, read=read)


def assert_trained(inside: dict, values: dict, read: str) -> None:
    """All layers belong to the network, follow its dtype, and get a gradient."""
    saw = f"{inside['unregistered']} layer(s) that compute something are unknown to parameters()"
    think = "how does nn.Module learn of a layer: by an attribute, or by a list?"
    assert_that(inside["unregistered"] == 0, saw=saw, think=think, read=read)
    saw = f"{values['layers_without_gradient']} layer(s) get no gradient"
    think = "where does the path from the output back to the first layer leave the graph?"
    assert_that(values["layers_without_gradient"] == 0, saw=saw, think=think, read=read)
    saw = f"the network as float64 gives {values['dtype']}"
    think = "which of your tensors has a dtype of its own?"
    assert_that(values["dtype"] == "torch.float64", saw=saw, think=think, read=read)
