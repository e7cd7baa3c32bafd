"""Hidden tests of propagate_keypoints: 4 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_places
from autograder.suites.hw3_pretext.probes import propagate_keypoints as probes
from autograder.suites.hw3_pretext.probes.inputs_video import NOW

READ = "Vondrick et al. (colorizing videos), 2018, section 4.3; notebook section 8.5"
CONTRACT = "the docstring of propagate_keypoints; notebook section 8.5"


@points(1)
def test_a_point_moves_with_its_object(observed):
    """When everything moves one place down and to the right, so does the key point."""
    assert_matches(
        "the place of a point that has moved",
        observed(probes.follow)["shifted"],
        torch.tensor([[NOW]]),
        think="do you ask who looks at the point, or where the point looks?",
        read=CONTRACT,
    )


@points(1)
def test_rows_and_columns_are_told_apart(observed):
    """In frames of 2 x 5 places, each point of each video gets the row and the column of the place that looks at it."""
    assert_matches(
        "the places in frames of 2 x 5",
        observed(probes.follow)["of_one_frame"],
        find_places(*probes.one_frame()),
        think="how many places stand in one row, and which of a point's three numbers is which?",
        read=READ,
    )


@points(1)
def test_each_point_belongs_to_its_frame(observed):
    """The same place in two frames is two points, which move on their own."""
    assert_matches(
        "the places of points from three frames",
        observed(probes.follow)["of_several_frames"],
        find_places(*probes.several_frames()),
        think="which of the attention's dimensions does a point's frame choose from?",
        read=CONTRACT,
    )


@points(1)
def test_other_sizes_work(observed):
    """Equal sizes, a single place, a single point and float64 give the right places; they are long."""
    values = observed(probes.follow_in_other_sizes)
    think = "does any step take one dimension for another of the same size, or drop one of size 1?"
    for name, case in (
        ("equal_sizes", probes.all_sizes_equal()),
        ("one_place", probes.one_place()),
        ("one_point", probes.in_float64()),
    ):
        label = f"the places with {name.replace('_', ' ')}"
        assert_matches(label, values[f"of_{name}"], find_places(*case), think=think, read=CONTRACT)
    think = "what type does a tensor need to be an index?"
    is_long = observed(probes.follow)["is_long"] is True
    assert_that(is_long, saw="the places are not long", think=think, read=CONTRACT)
