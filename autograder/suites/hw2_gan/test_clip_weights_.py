"""Hidden tests of clip_weights_: 3 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, is_unchanged, points
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, to_numbers
from autograder.suites.hw2_gan.equations.wasserstein import cut_off
from autograder.suites.hw2_gan.probes import clip_weights_ as probes
from autograder.suites.hw2_gan.probes.inputs import join

READ = "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.3"
CONTRACT = "the docstring of clip_weights_; notebook section 5.3"
UNASKED = {
    "one": "a clamp knows no dimension",
    "odd": "a clamp knows no size",
    "ties": "nothing is ordered or chosen",
    "layout": "a layer's weights lie in one piece",
    "ragged": "there is no batch",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "a module without parameters has nothing to clip",
}
WEIGHTS = ("0.weight", "3.0.weight")
OTHERS = ("0.bias", "1.weight", "1.bias", "3.0.bias")  # 0.bias is frozen, 1 is the layer norm


def _assert_cut_off(values: dict, names: tuple[str, ...], think: str) -> None:
    parameters = dict(probes.critic_with_norm().named_parameters())
    for name in names:
        expected = cut_off(parameters[name].detach(), probes.C)
        assert_matches(f"critic.{name}", values[f"critic.{name}"], expected, think=think, read=READ)


@points(1, asks=("unequal", "modules", "again", "options"))
def test_every_parameter_is_cut_off_at_both_ends(observed):
    """All parameters, of norm layers, frozen and shared ones too, are clamped to [-c, c]; buffers are left alone."""
    values = observed(probes.clip_once)
    think = "what becomes of a weight of -5, one of 5 and one of 0, and is it the critic's own weight that changes?"
    _assert_cut_off(values, WEIGHTS, think)
    think = "which tensors does your loop reach: those of nested modules, of norm layers, frozen ones, buffers?"
    _assert_cut_off(values, OTHERS, think)
    still = is_unchanged(values["buffers_after"], *probes.critic_with_norm().buffers())
    saw = "a buffer, a running statistic, holds other numbers than before"
    assert_that(still, saw=saw, think=think, read=CONTRACT)
    think, twice = "does anything depend on how often, or with which c, you were called?", observed(probes.clip_twice)
    shared = next(probes.tied().parameters()).detach().flatten()
    for name, c in (("first", 1), ("second", 0.25)):
        expected = cut_off(shared, c)
        assert_matches(f"a shared weight at c = {c}", twice[name], expected, think=think, read=CONTRACT)


@points(1, asks=("special", "ends", "dtypes", "inputs"))
def test_parameters_stay_what_they_are(observed):
    """The critic holds the same parameters, with flags, gradients and mode as before, and float64 stays exact."""
    numbers = observed(probes.clip_in_float64)["numbers"]
    before = join(*probes.linear_in_float64().parameters())
    think = "does any step choose a dtype of its own, or touch numbers that are small enough?"
    within = before.abs() <= probes.C
    fits = isinstance(numbers, Tensor) and numbers.shape == before.shape
    saw = "no parameter of the critic has changed"
    assert_that(not is_unchanged(numbers, before), saw=saw, think=think, read=CONTRACT)
    saw = "a number between -c and c is not the same float64 number as before"
    same = fits and is_unchanged(numbers[within], before[within])
    assert_that(same, saw=saw, think=think, read=CONTRACT)
    values = observed(probes.clip_and_look_around)
    think = "do you change the values of a parameter, or is something else put in its place?"
    saw = "the critic holds other Parameter objects than before; its optimizer goes on with the old ones"
    assert_that(values["same_parameters"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "a parameter that asked for gradients does so no more"
    assert_that(values["still_trainable"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "a parameter that was frozen asks for gradients now"
    assert_that(values["still_frozen"] is True, saw=saw, think=think, read=CONTRACT)
    still = is_unchanged(values["gradient"], torch.ones(12)) and values["other_gradients"] == 0
    assert_that(still, saw="the gradients are other ones than before", think="what is to be clipped?", read=CONTRACT)
    saw = "the critic was in evaluation mode, and is in training mode now"
    assert_that(values["training"] is False, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_the_critic_may_lie_on_a_gpu(observed):
    """A critic on a GPU is clipped as well."""
    values, own = observed(probes.clip_on_a_gpu), observed(probes.clip_once)
    assert_same_on_gpu(values, own, *(f"critic.{name}" for name in (*WEIGHTS, *OTHERS)), read=CONTRACT)
    largest = max(float(to_numbers(values[f"critic.{name}"]).abs().max()) for name in WEIGHTS)
    saw = "the numbers of a critic on a GPU are not within [-c, c]"
    think = "is it the critic's own tensor that you write into?"
    assert_that(0 < largest <= probes.C * (1 + 1e-6), saw=saw, think=think, read=CONTRACT)
