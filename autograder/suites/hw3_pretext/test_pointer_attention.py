"""Hidden tests of pointer_attention: 6 points. All but two use temperature 1, where a temperature has no say."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_attention, find_gradients_of_attention
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import pointer_attention as probes
from autograder.suites.hw3_pretext.probes.inputs_handed import as_parameter
from autograder.suites.hw3_pretext.probes.inputs_video import BEFORE, NOW

READ = "Vondrick et al. (colorizing videos), 2018, eq. 2; notebook section 8.1"
CONTRACT = "the docstring of pointer_attention; notebook section 8.1"
# At temperature 0.005 an exponent is up to 1300: float32 rounding of 5e-7 in an inner product of 6 becomes 1e-4 in it,
# and in its weight. Right variants are off by up to 2e-4 of a weight here.
RTOL_LOW = 1e-3
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ties": "a softmax shares, and chooses nothing",
}


def _assert_looks(weights: Any, features: tuple[Tensor, Tensor]) -> None:
    """The shape is right, and the weights are not all alike: nothing follows from an attention that sees nothing."""
    (videos, frames, _, height, width), shape = features[0].shape, tuple(getattr(weights, "shape", ()))
    assert_that(
        shape == (videos, height, width, frames, height, width),
        saw=f"the attention has shape {shape}, for B = {videos}, T = {frames}, H = {height}, W = {width}",
        think="which places look, and at which places of which frames do they look?",
        read=CONTRACT,
    )
    assert_that(
        bool((weights != weights.flatten()[0]).any()),
        saw="all weights are equal, whatever the features are",
        think="which two features say how much one place looks at another?",
        read=READ,
    )


def _contrast(weights: Tensor) -> Tensor:
    """Logarithms less their means, over target places and over each frame's: what a softmax divides by drops out."""
    logs = weights.log()
    logs = logs - logs.mean(dim=(4, 5), keepdim=True)
    return logs - logs.mean(dim=(1, 2), keepdim=True)


@points(1, asks=("unequal",))
def test_the_dot_looks_at_where_it_was(observed):
    """When a dot moves, its new place looks most at its old one; no other place looks there as much."""
    weights = observed(probes.look)["of_dot"]
    _assert_looks(weights, probes.moving_dot())
    frame, row, column = map(int, torch.unravel_index(weights[0, *NOW].argmax(), weights.shape[3:]))
    assert_that(
        (frame, row, column) == (0, *BEFORE),
        saw=f"the dot, in row {NOW[0]} and column {NOW[1]} of the target frame, looks most at row {row} and column "
        f"{column} of frame {frame}, where it was not",
        think="which of the six dimensions say who looks, and which ones at whom, and in which order?",
        read=CONTRACT,
    )
    place = tuple(map(int, torch.unravel_index(weights[0, :, :, 0, *BEFORE].argmax(), weights.shape[1:3])))
    assert_that(
        place == NOW,
        saw=f"the place that looks most at the old dot is row {place[0]} and column {place[1]}, where it is not",
        think="which of the six dimensions say who looks, and which ones at whom?",
        read=CONTRACT,
    )


@points(1, asks=("unequal",))
def test_each_weight_is_in_its_place(observed):
    """Entry [b, i, j, t, k, l] is the softmax, over all (t, k, l), of the inner products with target place (i, j)."""
    values = observed(probes.look)
    weights = values["weights"]
    _assert_looks(weights, probes.all_sizes_differ())
    total = weights.sum(dim=(3, 4, 5))
    think = "is there one softmax for each target place, or one for each frame, or one for each reference place?"
    assert_matches("the sum of each target place's weights", total, torch.ones_like(total), think=think, read=READ)
    think = "between which two features is each inner product, and over which dimensions does the softmax run?"
    expected = find_attention(*probes.all_sizes_differ(), 1.0).float()
    assert_matches("the attention", weights, expected, think=think, read=READ)
    expected = find_attention(*probes.all_sizes_equal(), 1.0).float()
    name = "the attention with B = T = D = H = W = 3"
    assert_matches(name, values["weights_of_equal_sizes"], expected, think=think, read=READ)


@points(1, asks=("options",))
def test_the_temperature_divides(observed):
    """At half the temperature, the logarithms of the weights differ from each other by twice as much."""
    values = observed(probes.look)
    once, half = values["weights"], values["weights_at_half"]
    for weights in (once, half):
        _assert_looks(weights, probes.all_sizes_differ())
        assert_that(
            bool((weights > 0).all()), saw="not all weights are positive", think="what can a softmax give?", read=READ
        )
    assert_matches(
        "the differences of the weights' logarithms at temperature 0.5, against those at 1,",
        _contrast(half),
        2 * _contrast(once),
        think="does a place become more choosy at a lower temperature, and by how much?",
        read=READ,
        atol=1e-4,  # logarithms of float32 weights, down to -36; right variants are off by up to 5e-6
    )


@points(1, asks=("ends",))
def test_the_weights_are_stable_at_a_low_temperature(observed):
    """At temperature 0.005 all weights are finite and right, of places that are near to all others and far from all."""
    assert_matches(
        "the attention at temperature 0.005",
        observed(probes.look_at_low_temperature)["weights"],
        find_attention(*probes.far_and_near(), probes.LOW_TEMPERATURE).float(),
        think="what are exp(1000) and exp(-1000) in float32, and which functions of torch never form them?",
        read="the docstring of pointer_attention; notebook section 8.1",
        rtol=RTOL_LOW,
        atol=1e-5,
    )


@points(1, asks=("one", "odd", "special", "dtypes", "layout", "inputs", "long"))
def test_one_place_float64_and_gradients_work(observed):
    """One place, eleven frames, even features, float64, other memory work, and gradients reach both features."""
    values, gradients = observed(probes.look_in_other_kinds), observed(probes.differentiate)
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    one = find_attention(*probes.one_place(), 1.0).float()
    assert_matches("the attention of one place", values["of_one_place"], one, think=think, read=CONTRACT)
    double = find_attention(*probes.in_float64(), 1.0)
    assert_matches("the attention in float64", values["in_float64"], double, think=think, read=CONTRACT)
    given = [as_parameter(features) for features in probes.in_float64()]
    assert_left_alone(values["inputs_after"], *given, read=CONTRACT)
    many = find_attention(*probes.many_frames(), 2.5).float()
    assert_matches("the attention to eleven frames", values["of_many_frames"], many, think=think, read=CONTRACT)
    even = find_attention(*probes.even(), 1.0).float()
    assert_matches("the attention of places that are all alike", values["of_even"], even, think=think, read=CONTRACT)
    names, expected = (
        ("ref_features", "target_features"),
        find_gradients_of_attention(probes.one_frame(), probes.pull()),
    )
    think = "is everything between the features and the weights part of the graph?"
    for name, gradient in zip(names, expected, strict=True):
        found = gradients.get(f"gradient_of_{name}")
        assert_that(found is not None, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        assert_matches(f"the gradient of {name}", found, gradient.float(), think=think, read=READ)
        single = observed(probes.differentiate_one_place).get(f"gradient_of_{name}")
        of_one = probes.one_place()[names.index(name)]
        label = f"the gradient of {name} of a single place"
        assert_matches(label, single, torch.zeros_like(of_one), think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, expected = observed(probes.on_a_gpu), find_attention(*probes.all_sizes_equal(), 1.0).float()
    think = "on which device does each tensor lie that you make yourself?"
    assert_matches("the attention on a GPU", values["weights"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
