"""Hidden tests of copy_colors: 4 points."""

from typing import Any

from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_copies, find_gradient_of_copies
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import copy_colors as probes
from autograder.suites.hw3_pretext.probes.inputs_handed import as_parameter
from autograder.suites.hw3_pretext.probes.inputs_video import SHIFT

READ = "Vondrick et al. (colorizing videos), 2018, eq. 1; notebook section 8.2"
CONTRACT = "the docstring of copy_colors; notebook section 8.2"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "weights lie in 0 ... 1, and a mean of any colours has no end",
    "ties": "nothing is ordered or chosen",
    "options": "it has no argument but tensors",
}


def _centred(gradient: Any) -> Any:
    """Less its mean over each place's weights: they sum to 1, and the softmax passes no common part on."""
    fits = isinstance(gradient, Tensor) and gradient.dim() == 6 and gradient.is_floating_point()
    return gradient - gradient.mean(dim=(3, 4, 5), keepdim=True) if fits else gradient


@points(1, asks=("unequal", "special"))
def test_colors_move_with_what_they_belong_to(observed):
    """When everything moves one place down and to the right, so do the colours."""
    assert_matches(
        "the copy of a frame of which everything has moved",
        observed(probes.copy)["shifted"],
        probes.shifted()[1][:, 0].roll(SHIFT, dims=(2, 3)),
        think="which dimensions of the attention say who looks, and which ones at whom?",
        read=CONTRACT,
    )


@points(1, asks=("unequal",))
def test_colors_are_mixed_by_the_weights(observed):
    """A place gets the mean of the colours that it looks at, in all frames, from each as much as it looks at it."""
    values, think = observed(probes.copy), "what does a place take that looks at red and at blue, three parts to one?"
    expected = find_copies(*probes.one_frame()).float()
    assert_matches("the copied colours", values["of_one_frame"], expected, think=think, read=READ)
    think = "what do a place's weights in the three frames sum to, one by one and together?"
    name, expected = "the colours copied from three frames", find_copies(*probes.several_frames()).float()
    assert_matches(name, values["of_several_frames"], expected, think=think, read=READ)


@points(1, asks=("one", "odd", "dtypes", "layout", "inputs", "long"))
def test_other_sizes_float64_and_gradients_work(observed):
    """Equal sizes, one place, eleven frames, other memory and float64 work, and a gradient reaches the attention."""
    values, gradients = observed(probes.copy_in_other_sizes), observed(probes.differentiate)
    think = "does any step take one dimension for another of the same size, or drop one of size 1?"
    equal, one = (find_copies(*case).float() for case in (probes.all_sizes_equal(), probes.one_place()))
    assert_matches("the copy with all sizes 3", values["of_equal_sizes"], equal, think=think, read=CONTRACT)
    assert_matches("the copy of one place", values["of_one_place"], one, think=think, read=CONTRACT)
    double = find_copies(*probes.in_float64())
    assert_matches("the copy in float64", values["in_float64"], double, think=think, read=CONTRACT)
    many = find_copies(*probes.many_frames()).float()
    assert_matches("the copy from eleven frames", values["of_many_frames"], many, think=think, read=CONTRACT)
    given = as_parameter(probes.in_float64()[0]), probes.in_float64()[1]
    assert_left_alone(values["inputs_after"], *given, read=CONTRACT)
    think = "does the training that moves the attention find a path to it?"
    found = gradients.get("gradient_of_attention")
    assert_that(found is not None, saw="no gradient reaches the attention", think=think, read=CONTRACT)
    name = "the gradient of the attention, less its mean over each place's weights,"
    think = "which colours would a place take more of, and is that what your gradient says?"
    expected = _centred(find_gradient_of_copies(probes.one_frame()[1], probes.pull())).float()
    assert_matches(name, _centred(found), expected, think=think, read=READ)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, expected = observed(probes.on_a_gpu), find_copies(*probes.all_sizes_equal()).float()
    think = "on which device does each tensor lie that you make yourself?"
    assert_matches("the copied colours on a GPU", values["copied"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
