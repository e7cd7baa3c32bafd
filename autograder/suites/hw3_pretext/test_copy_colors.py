"""Hidden tests of copy_colors: 4 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_copies, find_gradient_of_copies
from autograder.suites.hw3_pretext.probes import copy_colors as probes
from autograder.suites.hw3_pretext.probes.inputs_video import SHIFT

READ = "Vondrick et al. (colorizing videos), 2018, eq. 1; notebook section 8.2"
CONTRACT = "the docstring of copy_colors; notebook section 8.2"


def _centred(gradient: object) -> object:
    """Less its mean over each place's weights: they sum to 1, and the softmax passes no common part on."""
    fits = isinstance(gradient, Tensor) and gradient.dim() == 6
    return gradient - gradient.mean(dim=(3, 4, 5), keepdim=True) if fits else gradient


@points(1)
def test_colours_move_with_what_they_belong_to(observed):
    """When everything moves one place down and to the right, so do the colours."""
    assert_matches(
        "the copy of a frame of which everything has moved",
        observed(probes.copy)["shifted"],
        probes.shifted()[1][:, 0].roll(SHIFT, dims=(2, 3)),
        think="which dimensions of the attention say who looks, and which ones at whom?",
        read=CONTRACT,
    )


@points(1)
def test_colours_are_mixed_by_the_weights(observed):
    """A place that looks at several places gets the mean of their colours, weighted by how much it looks."""
    assert_matches(
        "the copied colours",
        observed(probes.copy)["of_one_frame"],
        find_copies(*probes.one_frame()).float(),
        think="what does a place take that looks at red and at blue, three parts to one?",
        read=READ,
    )


@points(1)
def test_all_frames_have_a_share(observed):
    """Colours are copied from all reference frames, from each as much as the place looks at it."""
    assert_matches(
        "the colours copied from three frames",
        observed(probes.copy)["of_several_frames"],
        find_copies(*probes.several_frames()).float(),
        think="what do a place's weights in the three frames sum to, one by one and together?",
        read=READ,
    )


@points(1)
def test_other_sizes_float64_and_gradients_work(observed):
    """Equal sizes, a single place and float64 give the right colours, and a gradient reaches the attention."""
    values, gradients = observed(probes.copy_in_other_sizes), observed(probes.differentiate)
    think = "does any step take one dimension for another of the same size, or drop one of size 1?"
    equal, one = (find_copies(*case).float() for case in (probes.all_sizes_equal(), probes.one_place()))
    assert_matches("the copy with all sizes 3", values["of_equal_sizes"], equal, think=think, read=CONTRACT)
    assert_matches("the copy of one place", values["of_one_place"], one, think=think, read=CONTRACT)
    double = find_copies(*probes.in_float64())
    assert_matches("the copy in float64", values["in_float64"], double, think=think, read=CONTRACT)
    think = "does the training that moves the attention find a path to it?"
    found = gradients.get("gradient_of_attention")
    assert_that(found is not None, saw="no gradient reaches the attention", think=think, read=CONTRACT)
    name = "the gradient of the attention, less its mean over each place's weights,"
    think = "which colours would a place take more of, and is that what your gradient says?"
    expected = _centred(find_gradient_of_copies(probes.one_frame()[1], probes.pull())).float()
    assert_matches(name, _centred(found), expected, think=think, read=READ)
