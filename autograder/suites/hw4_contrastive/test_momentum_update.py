"""Hidden tests of momentum_update: 8 points."""

import torch

from autograder.suites.assertions import (
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
)
from autograder.suites.hw4_contrastive.equations import mix
from autograder.suites.hw4_contrastive.probes import momentum_update as probes
from autograder.suites.hw4_contrastive.probes.inputs import join

READ = "MoCo (He et al., 2020), eq. 2; notebook section 2.1"
CONTRACT = "the docstring of momentum_update; notebook section 2.1"
LINEAR_WEIGHTS = ("0.weight", "2.weight")
UNASKED = {
    "unequal": "both encoders have the same layers",
    "odd": "parameters are moved one by one, whatever their size",
    "special": "the mixture is linear in both encoders and in m",
    "ties": "nothing is ordered or chosen",
    "ragged": "there is no batch",
    "long": "there are no sequences",
    "kinds": "both encoders are modules",
    "empty": "an encoder has parameters",
}
OTHER_PARAMETERS = ("0.bias", "1.0.weight", "1.0.bias", "2.bias")  # 1.0 is the batch norm


def _assert_mixed(values: dict, names: tuple[str, ...], think: str) -> None:
    encoder_q, encoder_k = (dict(encoder.named_parameters()) for encoder in probes.two_encoders())
    for name in names:
        expected = mix(encoder_q[name], encoder_k[name], probes.M).detach().float()
        assert_matches(f"encoder_k.{name}", values[f"encoder_k.{name}"], expected, think=think, read=READ)


def _assert_odd_ones_mixed(values: dict, think: str) -> None:
    encoder_q, encoder_k = (dict(encoder.named_parameters()) for encoder in probes.two_odd_encoders())
    for name, what in (
        ("0.weight", "encoder_k.0.weight, which lies channels-last,"),
        ("2.weight", "encoder_k.2.weight, which two layers share,"),
        ("5.weight", "encoder_k.5.weight, a single number,"),
    ):
        expected = mix(encoder_q[name], encoder_k[name], probes.M).detach()
        assert_matches(what, values[f"encoder_k.{name}"], expected, think=think, read=CONTRACT)


def _assert_on_its_way(values: dict) -> None:
    """The weights of encoder_k lie between what they were and those of encoder_q: who does nothing breaks nothing."""
    encoder_q, encoder_k = (dict(encoder.named_parameters()) for encoder in probes.two_encoders())
    think = "which of the two encoders moves, and towards which?"
    for name in LINEAR_WEIGHTS:
        q, k, after = encoder_q[name].detach(), encoder_k[name].detach(), values[f"encoder_k.{name}"]
        assert_shape(f"encoder_k.{name}", after, *k.shape, read=READ)
        after = after.double()
        is_between = bool(((after >= q.minimum(k) - 1e-4) & (after <= q.maximum(k) + 1e-4)).all())
        has_moved = bool(((after - k).abs() > 1e-4).any())
        saw = f"encoder_k.{name} has not moved, or is not between the two encoders' weights"
        assert_that(is_between and has_moved, saw=saw, think=think, read=READ)


@points(1)
def test_weights_follow_slowly(observed):
    """Each weight of encoder_k becomes m k + (1 - m) q."""
    think = "with m = 0.9, does encoder_k stay close to where it was, or does it jump close to encoder_q?"
    _assert_mixed(observed(probes.update_once), LINEAR_WEIGHTS, think)


@points(1, asks=("one", "dtypes", "layout", "modules"))
def test_biases_and_norm_layers_follow_too(observed):
    """Every parameter is updated once: biases, norm layers, shared ones, single numbers, channels-last, in float64."""
    think = "which parameters does your loop reach, and does it reach those of nested modules?"
    _assert_mixed(observed(probes.update_once), OTHER_PARAMETERS, think)
    think = "how often does your loop come to a parameter, and what does it ask of its place in memory?"
    _assert_odd_ones_mixed(observed(probes.update_odd_encoders), think)


@points(1, asks=("inputs", "modules"))
def test_encoder_q_is_left_alone(observed):
    """encoder_q has the same parameters after the update, trainable or frozen as before; gradients and modes stay."""
    values = observed(probes.update_once)
    _assert_on_its_way(values)
    think = "who follows whom: which of the two encoders does the optimizer own?"
    is_still = is_unchanged(values["q_after"], join(*probes.two_encoders()[0].parameters()))
    assert_that(is_still, saw="encoder_q's parameters have moved", think=think, read=READ)
    assert_that(
        values["q_trainable"] is True, saw="a parameter of encoder_q is not trainable any more", think=think, read=READ
    )
    values, think = (
        observed(probes.update_odd_encoders),
        "what besides the parameters of encoder_k does an update need?",
    )
    gradients = torch.ones(2, 3, 3, dtype=torch.float64) * torch.tensor([0.25, 0.5], dtype=torch.float64)[:, None, None]
    name = "the gradient that a step before had left on a parameter"
    assert_matches(name, values["gradients_after"], gradients, think=think, read=CONTRACT)
    kept = values["q_trainable"] is True and values["frozen"] is True
    saw = "a parameter that was frozen asks for gradients after the update, or encoder_q's no longer do"
    assert_that(kept, saw=saw, think=think, read=CONTRACT)
    saw = "an encoder is in another mode (train, eval) after the update"
    assert_that(values["modes"] == "True False", saw=saw, think=think, read=CONTRACT)


@points(1)
def test_no_graph_is_left_on_encoder_k(observed):
    """encoder_k's parameters carry no graph, and a frozen encoder_k stays frozen."""
    values = observed(probes.update_once)
    _assert_on_its_way(values)
    think = "what does autograd record while you compute with encoder_q's parameters, and how is it told not to?"
    saw = "a parameter of encoder_k is now the result of a recorded operation on encoder_q"
    assert_that(values["k_without_graph"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "encoder_k was frozen before the update and asks for gradients after it"
    assert_that(values["k_still_frozen"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_parameters_are_changed_in_place(observed):
    """encoder_k keeps its Parameter objects, with new values in them."""
    values = observed(probes.update_once)
    _assert_on_its_way(values)
    saw = "encoder_k holds other Parameter objects than before; whoever had the old ones does not see the update"
    think = "do you change the values of a parameter, or put a new parameter in its place?"
    assert_that(values["k_same_parameters"] is True, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("ends", "options"))
def test_the_extremes_of_m(observed):
    """m = 1 leaves encoder_k as it is; m = 0 makes it a copy of encoder_q, which then goes its own way."""
    values = observed(probes.update_at_the_extremes)
    q, k = (join(*encoder.parameters()) for encoder in probes.two_encoders())
    think = "which of the two encoders does m weigh, and what is the other one's weight?"
    assert_matches("encoder_k after an update with m = 1", values["k_at_m_1"], k, think=think, read=READ)
    assert_matches("encoder_k after an update with m = 0", values["k_at_m_0"], q, think=think, read=READ)
    name, think = (
        "encoder_k after encoder_q went on from there",
        "does encoder_k hold numbers of its own, or encoder_q's?",
    )
    assert_matches(name, values["k_after_q_moved"], q, think=think, read=CONTRACT)


@points(1, asks=("again", "options"))
def test_updates_add_up(observed):
    """A second update starts from where the first one ended, and follows encoder_q's new parameters."""
    q, k = (join(*encoder.parameters()).double() for encoder in probes.two_encoders())
    first, second = probes.MS_IN_A_ROW
    expected = mix(q + 0.5, mix(q, k, first), second)
    assert_matches(
        "encoder_k after two updates",
        observed(probes.update_twice)["k"],
        expected.to(torch.float32),
        think="after the update, is encoder_k on its own, or does it share anything with encoder_q?",
        read=READ,
    )


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With both encoders on a GPU every parameter follows there."""
    values = observed(probes.on_a_gpu)
    think = "through which device do your parameters go on their way?"
    _assert_mixed(values, LINEAR_WEIGHTS + OTHER_PARAMETERS, think)
    assert_stays_on_device(values, read=CONTRACT)
