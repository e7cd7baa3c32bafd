"""Hidden tests of mask_regions: 4 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.inpainting import find_mask, find_masked
from autograder.suites.hw3_pretext.equations.probe import is_unchanged
from autograder.suites.hw3_pretext.probes import mask_regions as probes

READ = "context encoders (Pathak et al., 2016), section 3.3; notebook section 6.1"
CONTRACT = "the docstring of mask_regions; notebook section 6.1"
WHICH = "which of a box's four numbers count rows and which columns, where does a box end, and whose box is it?"


def _mask_of(images: Tensor, boxes: Tensor) -> Tensor:
    return find_mask(boxes, *images.shape[-2:])


def _assert_mask(values: dict, case: tuple[Tensor, Tensor, Tensor], prefix: str = "", *, think: str) -> None:
    images, boxes, _ = case
    kind = values[f"{prefix}kind of mask"]
    saw = f"{prefix}the mask is {kind}, but should be torch.bool"
    what = "can you index another tensor with it, and what would ~mask be?"
    assert_that(kind == "torch.bool", saw=saw, think=what, read=CONTRACT)
    name, actual = f"{prefix}the mask", values[f"{prefix}mask"]
    assert_matches(name, actual, _mask_of(images, boxes), think=think, read=READ)


def _assert_masked(values: dict, case: tuple[Tensor, Tensor, Tensor], prefix: str, think: str) -> None:
    images, boxes, fill = case
    expected = find_masked(images, _mask_of(images, boxes), fill)
    name, actual = f"{prefix}the masked batch", values[f"{prefix}masked"]
    assert_matches(name, actual, expected, think=think, read=CONTRACT)


def _find_changed(masked: object) -> Tensor:
    """(B, 1, H, W), true where the masked images differ from what was given in any channel."""
    images = probes.three_images()[0]
    assert_matches("the masked batch", masked, images, think="", read=CONTRACT, rtol=0, atol=float("inf"))
    return (masked != images).any(dim=1, keepdim=True)


@points(1)
def test_the_mask_is_true_in_the_box(observed):
    """The mask, bool and (B, 1, H, W), is true at the pixels of each image's own box, and false elsewhere."""
    _assert_mask(observed(probes.hide_three_boxes), probes.three_images(), think=WHICH)


@points(1)
def test_the_box_is_hidden_and_nothing_else(observed):
    """In the masked images the pixels of each image's own box are not what they were, and all others are."""
    images, boxes, _ = probes.three_images()
    changed = _find_changed(observed(probes.hide_three_boxes)["masked"])
    name, expected = "the hidden region (1 where a pixel has changed, 0 elsewhere)", _mask_of(images, boxes)
    assert_matches(name, changed, expected, think=WHICH, read=READ)


@points(1)
def test_hidden_pixels_show_the_fill(observed):
    """Wherever a pixel is hidden, each channel shows its own fill; images, boxes and fill are left unchanged."""
    values, (images, boxes, fill) = observed(probes.hide_three_boxes), probes.three_images()
    changed = _find_changed(values["masked"])
    is_some = changed.any() and not changed.flatten(1).all(dim=1).any()
    saw = "no pixel has changed, or none is left to see in an image"
    assert_that(bool(is_some), saw=saw, think="which pixels are hidden, and which are not?", read=READ)
    shown = values["masked"].movedim(1, 3)[changed[:, 0]]  # (n, C)
    think = "which number does each channel show where it is hidden?"
    assert_matches("what hidden pixels show", shown, fill.expand_as(shown), think=think, read=READ)
    before = [tensor.double() for tensor in (images, boxes, fill)]
    saw = "images, boxes or fill hold other numbers after the call than before it"
    think = "which of your operations writes into the tensor it is given?"
    assert_that(is_unchanged(values["inputs after"], *before), saw=saw, think=think, read=CONTRACT)


@points(1)
def test_boxes_reach_the_edges(observed):
    """A box up to the last row and column of one float64 image works, and so does one that hides all of an image."""
    values = observed(probes.hide_up_to_the_edges)
    think = (
        "where does a box of height 2 that begins at row 1 end, and does any step choose a dtype or drop a size of 1?"
    )
    for prefix, case in (("one image: ", probes.one_image()), ("a whole image: ", probes.hidden_as_a_whole())):
        _assert_masked(values, case, prefix, think)
        _assert_mask(values, case, prefix, think=think)
