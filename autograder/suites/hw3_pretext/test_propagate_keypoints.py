"""Hidden tests of propagate_keypoints: 4 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_shape, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_places
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import propagate_keypoints as probes
from autograder.suites.hw3_pretext.probes.inputs_video import NOW

READ = "Vondrick et al. (colorizing videos), 2018, section 4.3; notebook section 8.5"
CONTRACT = "the docstring of propagate_keypoints; notebook section 8.5"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "weights are compared, and nothing is computed of them",
    "special": "weights are compared, and nothing is computed of them",
    "options": "it has no argument but tensors",
}


@points(1, asks=("unequal",))
def test_a_point_moves_with_its_object(observed):
    """When everything moves, so does the key point, and each point gets its place's row and column, in 2 x 5 places."""
    values, think = observed(probes.follow), "do you ask who looks at the point, or where the point looks?"
    name, expected = "the place of a point that has moved", torch.tensor([[NOW]])
    assert_matches(name, values["shifted"], expected, think=think, read=CONTRACT)
    think = "how many places stand in one row, and which of a point's three numbers is which?"
    name, expected = "the places in frames of 2 x 5", find_places(*probes.one_frame())
    assert_matches(name, values["of_one_frame"], expected, think=think, read=READ)


@points(1, asks=("unequal",))
def test_each_point_belongs_to_its_frame(observed):
    """The same place in two frames is two points, which move on their own."""
    assert_matches(
        "the places of points from three frames",
        observed(probes.follow)["of_several_frames"],
        find_places(*probes.several_frames()),
        think="which of the attention's dimensions does a point's frame choose from?",
        read=CONTRACT,
    )


@points(1, asks=("one", "odd", "ties", "dtypes", "layout", "inputs", "long"))
def test_other_sizes_work(observed):
    """Equal sizes, one place, one point, eleven frames, ties, other memory, float64 work; the places are long."""
    values = observed(probes.follow_in_other_sizes)
    think = "does any step take one dimension for another of the same size, or drop one of size 1?"
    for name, case in (
        ("equal_sizes", probes.all_sizes_equal()),
        ("one_place", probes.one_place()),
        ("one_point", probes.in_float64()),
        ("many_frames", probes.many_frames()),
    ):
        label = f"the places with {name.replace('_', ' ')}"
        assert_matches(label, values[f"of_{name}"], find_places(*case), think=think, read=CONTRACT)
    think = "what type does a tensor need to be an index?"
    is_long = observed(probes.follow)["is_long"] is True
    assert_that(is_long, saw="the places are not long", think=think, read=CONTRACT)
    assert_left_alone(values["inputs_after"], *probes.in_float64(), read=CONTRACT)
    (attention, _), places = probes.looked_at_by_two(), observed(probes.follow_in_a_tie)["places"]
    assert_shape("the place of a point at which two look equally", places, 1, 1, 2, read=CONTRACT)
    looks, place = attention[0, :, :, 0, 0, 0], tuple(places.flatten().tolist())
    is_one = place in [tuple(one) for one in (looks == looks.max()).nonzero().tolist()]
    saw = "a point at which two places look equally gets the row of one and the column of the other, or none of the two"
    think = "do row and column come from the same place?"
    assert_that(is_one, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, expected = observed(probes.on_a_gpu), find_places(*probes.all_sizes_equal())
    think = "on which device does each tensor lie that you make yourself, an index for instance?"
    assert_matches("the places on a GPU", values["places"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
