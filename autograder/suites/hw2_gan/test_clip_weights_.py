"""Hidden tests of clip_weights_: 3 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.equations.wasserstein import cut_off, is_unchanged
from autograder.suites.hw2_gan.probes import clip_weights_ as probes
from autograder.suites.hw2_gan.probes.inputs import join

READ = "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.3"
CONTRACT = "the docstring of clip_weights_; notebook section 5.3"
WEIGHTS = ("0.weight", "3.0.weight")
OTHERS = ("0.bias", "1.weight", "1.bias", "3.0.bias")  # 0.bias is frozen, 1 is the layer norm


def _assert_cut_off(values: dict, names: tuple[str, ...], think: str) -> None:
    parameters = dict(probes.critic_with_norm().named_parameters())
    for name in names:
        expected = cut_off(parameters[name].detach(), probes.C)
        assert_matches(f"critic.{name}", values[f"critic.{name}"], expected, think=think, read=READ)


@points(1)
def test_weights_are_cut_off_at_both_ends(observed):
    """Weights below -c become -c and those above c become c, while those in between stay as they are."""
    think = "what becomes of a weight of -5, one of 5 and one of 0, and is it the critic's own weight that changes?"
    _assert_cut_off(observed(probes.clip_once), WEIGHTS, think)


@points(1)
def test_every_parameter_is_clipped_and_no_buffer(observed):
    """Biases, a norm layer's scale and shift, and frozen parameters are clipped too; buffers are left alone."""
    values = observed(probes.clip_once)
    think = "which tensors does your loop reach: those of nested modules, of norm layers, frozen ones, buffers?"
    _assert_cut_off(values, OTHERS, think)
    still = is_unchanged(values["buffers_after"], *probes.critic_with_norm().buffers())
    saw = "a buffer, a running statistic, holds other numbers than before"
    assert_that(still, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_parameters_stay_what_they_are(observed):
    """After clipping the critic holds the same Parameter objects, as trainable as before, and float64 stays exact."""
    values, numbers = observed(probes.clip_once), observed(probes.clip_in_float64)["numbers"]
    before = join(probes.linear_in_float64().parameters())
    think = "do you change the values of a parameter, or is something else put in its place?"
    saw = "no parameter of the critic has changed"
    assert_that(not is_unchanged(numbers, before), saw=saw, think=think, read=CONTRACT)
    saw = "the critic holds other Parameter objects than before; its optimizer goes on with the old ones"
    assert_that(values["same_parameters"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "a parameter that asked for gradients does so no more"
    assert_that(values["still_trainable"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "a parameter that was frozen asks for gradients now"
    assert_that(values["still_frozen"] is True, saw=saw, think=think, read=CONTRACT)
    within = before.abs() < probes.C
    same = (
        isinstance(numbers, Tensor) and numbers.shape == before.shape and is_unchanged(numbers[within], before[within])
    )
    saw = "a number between -c and c is not the same float64 number as before"
    think = "does any step choose a dtype of its own, or touch numbers that are small enough?"
    assert_that(same, saw=saw, think=think, read=CONTRACT)
