"""What was handed in is as it was: the tests of nearly all exercises ask for it."""

from typing import Any

from torch import Tensor

from autograder.suites.assertions import assert_that, is_unchanged
from autograder.suites.hw3_pretext.probes.inputs_handed import look_at


def assert_left_alone(after: Any, *given: Tensor, read: str) -> None:
    """`after` is what `look_at` saw of the inputs after the call; given: the same inputs, as they were before it."""
    __tracebackhide__ = True
    before, count = look_at(*given), sum(tensor.numel() for tensor in given)
    fits = isinstance(after, Tensor) and after.shape == before.shape
    saw = "what your function was given holds other numbers after the call than before it"
    think = "which of your operations writes into the tensor it is given?"
    assert_that(fits and is_unchanged(after[:count], before[:count]), saw=saw, think=think, read=read)
    saw = "what your function was given asks for gradients, or holds some, and did not before the call, or the reverse"
    think = "which of your lines sets requires_grad or .grad of a tensor that is not yours?"
    assert_that(is_unchanged(after[count:], before[count:]), saw=saw, think=think, read=read)
