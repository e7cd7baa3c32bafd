"""Hidden tests of gradient_penalty: 6 points."""

import torch
from torch import Tensor, nn

from autograder.suites.assertions import assert_matches, assert_that, is_unchanged, points, to_number
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.wasserstein import find_penalty_and_gradients, find_places
from autograder.suites.hw2_gan.probes import gradient_penalty as probes

READ = "WGAN-GP (Gulrajani et al., 2017), eq. 3 and algorithm 1; notebook section 5.4"
CONTRACT = "the docstring of gradient_penalty; notebook section 5.4"
UNASKED = {
    "odd": "each pair is measured by itself",
    "ties": "nothing is ordered or chosen",
    "layout": "pixels lie in one piece",
    "again": "there is no state",
    "ragged": "real and fake come in pairs",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}
PLACES = find_places(*probes.four_pairs()).float()


def _assert_gradients_reach(values: dict, critic: nn.Module, think: str) -> None:
    for name, parameter in critic.named_parameters():
        gradient = values.get(f"gradient_of_{name}")
        reached = isinstance(gradient, Tensor) and gradient.shape == parameter.shape
        saw = f"no gradient of the penalty reaches the critic's {name}"
        assert_that(reached, saw=saw, think=think, read=CONTRACT)


def _assert_penalty(values: dict, critic: nn.Module, pairs: probes.Pairs, dtype: torch.dtype, think: str) -> None:
    """The penalty and where it moves the critic are those of the equation."""
    penalty, gradients = find_penalty_and_gradients(critic, find_places(*pairs))
    assert_matches("the penalty", values["penalty"], penalty.to(dtype), think=think, read=READ)
    _assert_gradients_reach(values, critic, think)
    for name, gradient in gradients.items():
        label, actual = f"the gradient of the critic's {name}", values[f"gradient_of_{name}"]
        assert_matches(label, actual, gradient.to(dtype), think=think, read=READ)


@points(1, asks=("inputs", "modules"))
def test_the_slope_is_measured_between_the_pairs(observed):
    """The critic is called once, at m x + (1 - m) G(z) with each pair's own m; pairs and critic are left unchanged."""
    values = observed(probes.on_images)
    think = "at m = 1, is it the real image or the fake one; and does each pair have an m of its own?"
    assert_matches("the number of calls to the critic", values["calls"], 1, think=think, read=CONTRACT)
    assert_matches("what the critic was called on", values["places"], PLACES, think=think, read=READ)
    values = observed(probes.leave_inputs_alone)
    assert_untouched(values, *probes.four_pairs(), what="real, fake or mix", read=CONTRACT)
    think = "which of PyTorch's two ways to a gradient writes it onto parameters?"
    same = is_unchanged(values["gradient_after"], torch.full((6,), 2.0)) and values["others_after"] == 0
    saw = "the critic's parameters have other gradients (.grad) after the call than before it"
    assert_that(same, saw=saw, think=think, read=CONTRACT)
    saw = "the critic was in evaluation mode, and is in training mode now"
    assert_that(values["training"] is False, saw=saw, think="whose mode is it?", read=CONTRACT)


@points(1, asks=("special", "ends"))
def test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1(observed):
    """At the places where the critic was called, it is the mean of (norm - 1) squared; a slope of 0 costs 1."""
    values = observed(probes.on_images)
    places = values["places"]
    fits = isinstance(places, Tensor) and places.shape == PLACES.shape and bool(places.isfinite().all())
    penalty, _ = find_penalty_and_gradients(probes.critic_of_images(), places if fits else PLACES)
    think = "how many norms are there for four images, over which numbers does each go, and what is done to it then?"
    assert_matches("the penalty", values["penalty"], penalty.float(), think=think, read=READ)
    values, think = observed(probes.on_a_flat_critic), "what is the derivative of a square root, or of a norm, at 0?"
    norms = find_places(*probes.flat_pairs()).norm(dim=1)
    actual, expected = values["penalty"], (3 * norms - 1).square().mean().float()
    assert_matches("the penalty of a critic that is flat at some places", actual, expected, think=think, read=READ)
    actual, expected = values.get("gradient_of_w"), (2 * (3 * norms - 1) * norms).mean().float()
    name = "the gradient of the parameter of a critic that is flat at some places"
    assert_matches(name, actual, expected, think=think, read=CONTRACT)
    think, (real, fake, mix) = "what do m = 1 and m = 0 leave of a pair?", probes.real_and_fake_ends()
    expected, _ = find_penalty_and_gradients(probes.critic_of_points(), find_places(real, fake, mix))
    actual = observed(probes.at_both_ends)["penalty"]
    assert_matches("the penalty at m = 1 and m = 0", actual, expected.float(), think=think, read=READ)


@points(1)
def test_the_penalty_can_be_differentiated_again(observed):
    """The gradient that reaches the critic is that of your penalty, and says how it changes as the critic grows."""
    values, critic = observed(probes.on_images), probes.critic_of_images()
    think = "what does autograd keep of a gradient that it has computed, unless it is told to keep more?"
    _assert_gradients_reach(values, critic, think)
    larger, smaller = (to_number(values[f"penalty_of_{kind}"]) for kind in ("larger", "smaller"))
    change = torch.tensor((larger - smaller) / (2 * probes.NUDGE))
    assert_that(bool(abs(change) > 1e-3), saw="the penalty does not depend on the critic", think=think, read=READ)
    along = sum(
        (values[f"gradient_of_{name}"] * parameter.detach()).sum() for name, parameter in critic.named_parameters()
    )
    name = "what the gradient says about a critic that grows"
    assert_matches(name, along, change, think=think, read=READ, rtol=1e-2)  # a difference quotient is that exact


@points(1, asks=("unequal", "options"))
def test_points_and_columns_work(observed):
    """Points (B, D) and a critic that gives (B, 1) have the right penalty, and the right gradient."""
    think = "which of your steps counts on four dimensions, or on scores of shape (B,); what does (B,) * (B, D) do?"
    values, critic = observed(probes.on_points), probes.critic_of_points()
    _assert_penalty(values, critic, probes.three_pairs_of_points(), torch.float32, think)


@points(1, asks=("one", "dtypes"))
def test_one_pair_with_a_graph_works_in_float64(observed):
    """One pair, float64, and a fake image that hangs on its generator have the right penalty and gradient as well."""
    think = "does any step drop a dimension of size 1, choose a dtype of its own, or need images without a graph?"
    values, critic = observed(probes.on_one_pair), probes.critic_of_one()
    _assert_penalty(values, critic, probes.one_pair(), torch.float64, think)


@points(1, asks=("device",))
def test_critic_and_pairs_may_lie_on_a_gpu(observed):
    """With critic and pairs on a GPU, the penalty and its gradients are the same."""
    values, own = observed(probes.on_points_on_a_gpu), observed(probes.on_points)
    names = (f"gradient_of_{name}" for name, _ in probes.critic_of_points().named_parameters())
    assert_same_on_gpu(values, own, "penalty", *names, read=CONTRACT)
