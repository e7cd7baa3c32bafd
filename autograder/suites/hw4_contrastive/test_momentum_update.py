"""Hidden tests of momentum_update: 8 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw4_contrastive.equations import is_unchanged, mix
from autograder.suites.hw4_contrastive.probes import momentum_update as probes
from autograder.suites.hw4_contrastive.probes.inputs import flatten_parameters

READ = "MoCo (He et al., 2020), eq. 2; notebook section 2.1"
CONTRACT = "the docstring of momentum_update; notebook section 2.1"
LINEAR_WEIGHTS = ("0.weight", "2.weight")
OTHER_PARAMETERS = ("0.bias", "1.0.weight", "1.0.bias", "2.bias")  # 1.0 is the batch norm


def _assert_mixed(values: dict, names: tuple[str, ...], think: str) -> None:
    encoder_q, encoder_k = (dict(encoder.named_parameters()) for encoder in probes.two_encoders())
    for name in names:
        expected = mix(encoder_q[name], encoder_k[name], probes.M).detach().float()
        assert_matches(f"encoder_k.{name}", values[f"encoder_k.{name}"], expected, think=think, read=READ)


@points(2)
def test_weights_follow_slowly(observed):
    """Each weight of encoder_k becomes m k + (1 - m) q."""
    think = "with m = 0.9, does encoder_k stay close to where it was, or does it jump close to encoder_q?"
    _assert_mixed(observed(probes.update_once), LINEAR_WEIGHTS, think)


@points(1)
def test_biases_and_norm_layers_follow_too(observed):
    """Every parameter is updated: biases and the batch norm's scale and shift as well as weights."""
    think = "which parameters does your loop reach, and does it reach those of nested modules?"
    _assert_mixed(observed(probes.update_once), OTHER_PARAMETERS, think)


@points(1)
def test_encoder_q_is_left_alone(observed):
    """encoder_q has the same parameters after the update, still trainable."""
    values = observed(probes.update_once)
    think = "who follows whom: which of the two encoders does the optimizer own?"
    is_still = is_unchanged(values["q_after"], flatten_parameters(probes.two_encoders()[0]))
    assert_that(is_still, saw="encoder_q's parameters have moved", think=think, read=READ)
    assert_that(
        values["q_trainable"] is True, saw="a parameter of encoder_q is not trainable any more", think=think, read=READ
    )


@points(1)
def test_no_graph_is_left_on_encoder_k(observed):
    """encoder_k's parameters carry no graph, and a frozen encoder_k stays frozen."""
    values = observed(probes.update_once)
    think = "what does autograd record while you compute with encoder_q's parameters, and how is it told not to?"
    saw = "a parameter of encoder_k is now the result of a recorded operation on encoder_q"
    assert_that(values["k_without_graph"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "encoder_k was frozen before the update and asks for gradients after it"
    assert_that(values["k_still_frozen"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_parameters_are_changed_in_place(observed):
    """encoder_k keeps its Parameter objects, with new values in them."""
    values = observed(probes.update_once)
    saw = "encoder_k holds other Parameter objects than before; whoever had the old ones does not see the update"
    think = "do you change the values of a parameter, or put a new parameter in its place?"
    assert_that(values["k_same_parameters"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_extremes_of_m(observed):
    """m = 1 leaves encoder_k as it is; m = 0 makes it a copy of encoder_q."""
    values = observed(probes.update_at_the_extremes)
    q, k = (flatten_parameters(encoder) for encoder in probes.two_encoders())
    think = "which of the two encoders does m weigh, and what is the other one's weight?"
    assert_matches("encoder_k after an update with m = 1", values["k_at_m_1"], k, think=think, read=READ)
    assert_matches("encoder_k after an update with m = 0", values["k_at_m_0"], q, think=think, read=READ)


@points(1)
def test_updates_add_up(observed):
    """A second update starts from where the first one ended, and follows encoder_q's new parameters."""
    q, k = (flatten_parameters(encoder).double() for encoder in probes.two_encoders())
    first, second = probes.MS_IN_A_ROW
    expected = mix(q + 0.5, mix(q, k, first), second)
    assert_matches(
        "encoder_k after two updates",
        observed(probes.update_twice)["k"],
        expected.to(torch.float32),
        think="after the update, is encoder_k on its own, or does it share anything with encoder_q?",
        read=READ,
    )
