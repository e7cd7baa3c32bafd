"""Hidden tests of mask_regions: 4 points."""

from typing import Any

from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.inpainting import find_mask, find_masked
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import mask_regions as probes

READ = "context encoders (Pathak et al., 2016), section 3.3; notebook section 6.1"
CONTRACT = "the docstring of mask_regions; notebook section 6.1"
WHICH = "which of a box's four numbers count rows and which columns, where does a box end, and whose box is it?"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "special": "pixels are replaced, and nothing is computed of them",
    "ties": "nothing is ordered or chosen",
}


def _mask_of(images: Tensor, boxes: Tensor) -> Tensor:
    return find_mask(boxes, *images.shape[-2:])


def _assert_mask(
    values: dict, case: tuple[Tensor, Tensor, Tensor], prefix: str = "", label: str | None = None, *, think: str
) -> None:
    """prefix: of the sentence, and of the values' names if these have no other label."""
    images, boxes, _ = case
    label = prefix if label is None else label
    kind = values[f"{label}kind of mask"]
    saw = f"{prefix}the mask is {kind}, but should be torch.bool"
    what = "can you index another tensor with it, and what would ~mask be?"
    assert_that(kind == "torch.bool", saw=saw, think=what, read=CONTRACT)
    name, actual = f"{prefix}the mask", values[f"{label}mask"]
    assert_matches(name, actual, _mask_of(images, boxes), think=think, read=READ)


def _assert_masked(
    values: dict, case: tuple[Tensor, Tensor, Tensor], prefix: str, think: str, label: str | None = None
) -> None:
    images, boxes, fill = case
    expected = find_masked(images, _mask_of(images, boxes), fill)
    name, actual = f"{prefix}the masked batch", values[f"{prefix if label is None else label}masked"]
    assert_matches(name, actual, expected, think=think, read=CONTRACT)


def _find_changed(masked: Any) -> Tensor:
    """(B, 1, H, W), true where the masked images differ from what was given in any channel."""
    images = probes.three_images()[0]
    assert_matches("the masked batch", masked, images, think="", read=CONTRACT, rtol=0, atol=float("inf"))
    return (masked != images).any(dim=1, keepdim=True)


@points(1, asks=("unequal",))
def test_the_mask_is_true_in_the_box(observed):
    """The mask, bool and (B, 1, H, W), is true at the pixels of each image's own box, and false elsewhere."""
    _assert_mask(observed(probes.hide_three_boxes), probes.three_images(), think=WHICH)


@points(1, asks=("unequal", "inputs"))
def test_the_box_is_hidden_and_nothing_else(observed):
    """The pixels of each image's own box show the fill of each channel, and all others are what they were."""
    values, (images, boxes, fill) = observed(probes.hide_three_boxes), probes.three_images()
    changed = _find_changed(values["masked"])
    name, expected = "the hidden region (1 where a pixel has changed, 0 elsewhere)", _mask_of(images, boxes)
    assert_matches(name, changed, expected, think=WHICH, read=READ)
    shown = values["masked"].movedim(1, 3)[changed[:, 0]]  # (n, C)
    think = "which number does each channel show where it is hidden?"
    assert_matches("what hidden pixels show", shown, fill.expand_as(shown), think=think, read=READ)
    assert_left_alone(values["inputs after"], images, boxes, fill, read=CONTRACT)


@points(1, asks=("one", "odd", "ends", "options", "dtypes", "layout"))
def test_boxes_reach_the_edges(observed):
    """A box may reach the edges or hide all of an image; one pixel, many images, float64 and other memory work."""
    values = observed(probes.hide_up_to_the_edges)
    think = (
        "where does a box of height 2 that begins at row 1 end, and does any step choose a dtype or drop a size of 1?"
    )
    for name, case in probes.CASES.items():
        _assert_masked(values, case(), f"{name}: ", think)
        _assert_mask(values, case(), f"{name}: ", think=think)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, case = observed(probes.on_a_gpu), probes.three_images()
    think = "on which device does each tensor lie that you make yourself, the mask for instance?"
    _assert_masked(values, case, "on a GPU: ", think, label="")
    _assert_mask(values, case, "on a GPU: ", label="", think=think)
    assert_stays_on_device(values, read=CONTRACT)
