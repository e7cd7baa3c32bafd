"""Assertions that the tests of several exercises share."""

from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, assert_unchanged

_AFTER = "what does whoever handed it in find changed when training goes on?"


def assert_left_alone(values: dict, *originals: Tensor, names: str, read: str) -> None:
    """What was handed in holds the same numbers as before, asks for no gradient and has got none."""
    __tracebackhide__ = True
    assert_unchanged(values["inputs_after"], *originals, what=f"{names} holds", read=read)
    saw = f"{names} asks for a gradient after the call, or has got one"
    assert_that(values["inputs_still_plain"] is True, saw=saw, think=_AFTER, read=read)


def assert_model_left_alone(values: dict, before: Tensor, *, read: str) -> None:
    """The model has its parameter, its mode, its old gradient, and gradients are on. before: parameter, gradient."""
    __tracebackhide__ = True
    name = "the model's parameter and its gradient after the call, both in a row,"
    assert_matches(name, values["model_after"], before, think=_AFTER, read=read)
    for flag, saw in (
        ("trainable_after", "the model's parameters were trainable before the call and are not after it"),
        ("training_after", "the model was in training mode before the call and is not after it"),
        ("evaluating_after", "the model was in eval mode before the call and is not after it"),
        ("gradients_on", "gradients are switched off for the whole program after the call"),
    ):
        assert_that(values[flag] is True, saw=saw, think=_AFTER, read=read)
