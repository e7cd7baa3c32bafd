"""Hidden tests of nt_xent: 12 points."""

import math

import torch
from torch import Tensor

from autograder.suites.assertions import (
    Mismatch,
    assert_dtype,
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
)
from autograder.suites.hw4_contrastive.equations_simclr import find_gradient, find_nt_xent
from autograder.suites.hw4_contrastive.probes import nt_xent as probes

READ = "SimCLR (Chen et al., 2020), eq. 1 and algorithm 1; notebook section 3.1"
CONTRACT = "the docstring of nt_xent; notebook section 3.1"
STABLE = "the log-sum-exp trick in notebook section 1.2"
# At temperature 0.005 a logit is 200 cosines: float32 rounding of 1e-7 in a cosine becomes 2e-5 in a logit, and the
# gradient, up to 200 itself, cancels between candidates. Right variants differ by less than 1e-4 of the largest entry.
RTOL_LOW, ATOL_LOW = 1e-3, 1e-3
# bfloat16 keeps 8 bits: a cosine is off by up to 0.004, a logit at temperature 0.2 by 0.02, the loss by 0.4 % more.
RTOL_BFLOAT16, ATOL_BFLOAT16 = 0.02, 0.05
UNASKED = {
    "ties": "nothing is ordered or chosen",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "ragged": "there is one batch, of all views",
    "long": "there are no sequences",
    "kinds": "z is a tensor",
    "empty": "an empty batch need not work",
}


def _number(name: str, loss: object) -> float:
    """The loss as a number."""
    if isinstance(loss, Tensor) and loss.numel() == 1 and loss.is_floating_point():
        return float(loss)
    if isinstance(loss, float):
        return loss
    shape = f"of shape {tuple(loss.shape)}" if isinstance(loss, Tensor) else type(loss).__name__
    raise Mismatch(f"{name} is no single number ({shape})", "", CONTRACT)


def _assert_looks_at_the_features(values: dict) -> None:
    """Whatever a loss that does not depend on the features keeps or leaves, it earns nothing."""
    loss, other = (_number("the loss", values[name]) for name in ("loss", "loss_of_others"))
    assert_that(
        math.isfinite(loss) and math.isfinite(other) and abs(loss - other) > 1e-3,
        saw="the loss of three images is not finite, or the same as that of three others",
        think="which features does your loss look at?",
        read=READ,
    )


def _assert_reached(values: dict, name: str = "gradient_of_z") -> None:
    think = "where does the path from z to the loss leave the graph?"
    assert_that(name in values, saw="no gradient reaches z", think=think, read=CONTRACT)


@points(1, asks=("unequal", "odd", "layout"))
def test_each_view_looks_for_its_partner(observed):
    """The loss is -log softmax of the partner among all other views, for 2, 3, 8 and 67 images, anywhere in memory."""
    values = observed(probes.on_three_images)
    batches = {
        "loss": ("the loss of three images", probes.three_images()),
        "loss_of_two_images": ("the loss of two images", probes.two_images()),
        "loss_of_eight_images": ("the loss of eight images", probes.eight_images()),
    }
    think = "for the view in row 4, which row is the right answer, and which rows does it choose from?"
    for key, (name, z) in batches.items():
        expected = find_nt_xent(z, probes.TEMPERATURE).float()
        assert_matches(name, values[key], expected, think=think, read=READ)
    loss, expected = (
        observed(probes.on_other_sizes)["loss_of_many_images"],
        find_nt_xent(probes.many_images(), probes.TEMPERATURE),
    )
    think = "does any step count on the number of views, or on numbers that lie side by side in memory?"
    assert_matches("the loss of 67 images", loss, expected.float(), think=think, read=READ)


@points(1)
def test_the_view_itself_is_no_candidate(observed):
    """At a very high temperature a view guesses among 2B - 1 others: itself left out, its partner not."""
    values = observed(probes.on_three_images)
    _assert_looks_at_the_features(values)
    assert_matches(
        "the loss of three images at temperature 10000",
        values["at_high_temperature"],
        find_nt_xent(probes.three_images(), probes.HIGH_TEMPERATURE).float(),
        think="between how many views does one of six views choose, and is it itself among them?",
        read=READ,
        rtol=1e-3,  # the loss is within 1e-4 of its limit: the property, not the last digit
    )


@points(1)
def test_every_view_counts_once(observed):
    """The loss is the mean over all 2B views, both views of an image alike."""
    values = observed(probes.on_three_images)
    _assert_looks_at_the_features(values)
    names = "at_high_temperature", "at_high_temperature_of_eight_images"
    # All candidates are alike here, so exp(loss) counts them: five more images are ten more, masked or not.
    few, many = (torch.tensor(_number("the loss", values[name]), dtype=torch.float64).exp() for name in names)
    saw = "at a very high temperature exp(loss) does not grow by 1 with every view that is added"
    think = "by what do you divide the sum of the losses, and how many views are a reference?"
    assert_that(bool((many - few - 10).abs() < 0.1), saw=saw, think=think, read="SimCLR, algorithm 1 (its last lines)")
    assert_matches(
        "the loss after the two views of each image changed places",
        values["loss_of_swapped"],
        values["loss"],
        think="is each of the two views once the one that looks for the other?",
        read="SimCLR (Chen et al., 2020), algorithm 1: l(2k-1, 2k) + l(2k, 2k-1); notebook section 3.1",
    )


@points(1)
def test_only_directions_count(observed):
    """The norms of the features make no difference."""
    values = observed(probes.on_three_images)
    _assert_looks_at_the_features(values)
    assert_matches(
        "the loss of the same directions with other norms",
        values["loss_of_rescaled"],
        values["loss"],
        think="over which dimension do you normalise, and does each row get its own norm?",
        read="SimCLR (Chen et al., 2020), section 2.1: sim(u, v); notebook section 1.1",
    )


@points(1)
def test_the_temperature_divides(observed):
    """A very high temperature makes all candidates equally likely, whatever the features are."""
    values = observed(probes.on_three_images)
    _assert_looks_at_the_features(values)
    assert_matches(
        "the loss of three images at temperature 10000, compared with that of three others,",
        values["at_high_temperature"],
        values["at_high_temperature_of_others"],
        think="what should the logits look like when the temperature is very high?",
        read=READ,
        rtol=1e-3,  # cosines divided by 10000 still differ by 1e-4
    )


@points(1, asks=("ends", "options"))
def test_it_is_stable_at_a_low_temperature(observed):
    """At temperatures 0.01 and 0.005 loss and gradient are finite and right, for equal and for opposite views too."""
    values = observed(probes.at_low_temperature)
    for temperature in probes.LOW_TEMPERATURES:
        assert_matches(
            f"the loss at temperature {temperature}",
            values[f"loss_at_{temperature}"],
            find_nt_xent(probes.hard_images(), temperature).float(),
            think=f"how large is exp({1 / temperature:g}) in float32, and which functions of torch never form it?",
            read=STABLE,
        )
        name = f"gradient_of_z_at_{temperature}"
        _assert_reached(values, name)
        assert_matches(
            f"the gradient at temperature {temperature}",
            values[name],
            find_gradient(probes.hard_images(), temperature).float(),
            think="does a view whose partner is its opposite still get a gradient through your log and your mask?",
            read=STABLE,
            rtol=RTOL_LOW,
            atol=ATOL_LOW,
        )


@points(1, asks=("special",))
def test_the_gradient_reaches_every_view(observed):
    """Every view is pulled and pushed, as reference and as candidate; where all views are equal, by nothing."""
    values = observed(probes.differentiate)
    _assert_reached(values)
    assert_matches(
        "the gradient of z",
        values["gradient_of_z"],
        find_gradient(probes.three_images(), probes.TEMPERATURE).float(),
        think="does the gradient flow through both sides of each similarity, and through the norms?",
        read=READ,
    )
    values, think = observed(probes.differentiate_equal_views), "which view is nearer than another, if all are equal?"
    expected = find_nt_xent(probes.equal_views(), probes.TEMPERATURE).float()
    assert_matches("the loss of six equal views", values["loss"], expected, think=think, read=READ)
    _assert_reached(values)
    zeros = torch.zeros(6, 5)
    gradient = values["gradient_of_z"]
    assert_matches("the gradient of six equal views", gradient, zeros, think=think, read=READ, atol=1e-5)


@points(1, asks=("one",))
def test_a_single_image_costs_nothing(observed):
    """With B = 1 there is one candidate, the right one: loss and gradient are 0, not NaN. D may be 1, too."""
    _assert_looks_at_the_features(observed(probes.on_three_images))
    values = observed(probes.on_one_image)
    think = "how many candidates does a view have when there is only one image?"
    zero = torch.zeros(())
    assert_matches("the loss of one image", values["loss"], zero, think=think, read=CONTRACT)
    _assert_reached(values)
    zeros = torch.zeros_like(probes.one_image())
    assert_matches("the gradient for one image", values["gradient_of_z"], zeros, think=think, read=CONTRACT)
    loss, expected = (
        observed(probes.on_other_sizes)["loss_of_numbers"],
        find_nt_xent(probes.numbers(), probes.TEMPERATURE),
    )
    think = "does any step drop a dimension of size 1?"
    assert_matches("the loss with D = 1", loss, expected.float(), think=think, read=CONTRACT)


@points(1, asks=("dtypes",))
def test_float64_stays_float64(observed):
    """The loss has the dtype of z."""
    values = observed(probes.on_three_images)
    _assert_looks_at_the_features(values)
    loss = observed(probes.in_float64)["loss"]
    assert_dtype(
        "the loss for float64 features",
        loss,
        torch.float64,
        think="is any tensor in between made with a dtype of its own?",
        read=CONTRACT,
    )
    name, own = (
        "the loss for float64 features (against that for float32)",
        torch.tensor(_number("the loss", values["loss"])),
    )
    assert_matches(name, loss, own.double(), think="which of them are right?", read=CONTRACT, rtol=1e-3)


@points(1, asks=("dtypes",))
def test_autocast_works(observed):
    """Under autocast to bfloat16 and to float16 loss and gradient stay finite, and the loss nearly the same."""
    loss = observed(probes.on_three_images)["loss"]
    _assert_looks_at_the_features(observed(probes.on_three_images))
    own = torch.tensor(_number("the loss", loss))
    for dtype, probe in (("bfloat16", probes.under_autocast), ("float16", probes.under_autocast_to_float16)):
        values = observed(probe)
        think = f"inside autocast the cosines are {dtype}: which of your constants does not fit into their dtype?"
        name = f"the loss under autocast to {dtype}, compared with that without,"
        assert_matches(name, values["loss"], own, think=think, read=CONTRACT, rtol=RTOL_BFLOAT16, atol=ATOL_BFLOAT16)
        _assert_reached(values)
        gradient, saw = (
            f"the gradient under autocast to {dtype}",
            f"the gradient under autocast to {dtype} is not finite",
        )
        assert_shape(gradient, values["gradient_of_z"], *probes.three_images().shape, read=CONTRACT)
        assert_that(bool(values["gradient_of_z"].isfinite().all()), saw=saw, think=think, read=CONTRACT)


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """z is the same after the call as before it."""
    values = observed(probes.on_three_images)
    _assert_looks_at_the_features(values)
    assert_that(
        is_unchanged(values["inputs_after"], probes.three_images()),
        saw="z holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
    assert_that(
        values["flags_kept"] is True,
        saw="after the call z asks for gradients, which it did not before, or has got one",
        think="which of your calls ends in an underscore, and whose tensor does it change?",
        read=CONTRACT,
    )


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With z on a GPU loss and gradient are right, and stay there."""
    values, z = observed(probes.on_a_gpu), probes.three_images()
    think = "where do your mask and your labels lie?"
    expected = find_nt_xent(z, probes.TEMPERATURE).float()
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=READ)
    _assert_reached(values)
    expected = find_gradient(z, probes.TEMPERATURE).float()
    assert_matches("the gradient on a GPU", values["gradient_of_z"], expected, think=think, read=READ)
    assert_stays_on_device(values, read=CONTRACT)
