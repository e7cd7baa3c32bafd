"""Assertions that the tests of several exercises share."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from autograder.suites.assertions import (
    assert_matches,
    assert_stays_on_device,
    assert_that,
    assert_unchanged,
    to_number,
)
from homework.comparison import shown

FLAGS = ("", "requires_grad", ".grad", "requires_grad, .grad")
MODERATE = 10  # at this logit a sigmoid is within 5e-5 of 0 or 1, and no formula has broken yet


def assert_reached(values: Mapping[str, Any], *names: str, read: str) -> None:
    """A gradient came back for each of these logits."""
    for name in names:
        assert_that(
            isinstance(values.get(f"gradient_of_{name}"), Tensor),
            saw=f"no gradient reaches the logits of {name.partition('_')[0]} images",
            think="where does the path from the logits to the loss leave the graph?",
            read=read,
        )


def assert_untouched(values: Mapping[str, Any], *originals: Tensor, what: str, read: str) -> None:
    """What was given holds the same numbers as before, asks for no gradient as before, and has none."""
    assert_unchanged(values["inputs_after"], *originals, what=f"{what} hold", read=read)
    flags = values["flags_after"]
    told = flags if flags in FLAGS else "something"
    saw = f"{what} come back with another {told} than they had"
    think = "which of your calls does more to a tensor than read it?"
    assert_that(flags == "", saw=saw, think=think, read=read)


def assert_same_on_gpu(values: Mapping[str, Any], own: Mapping[str, Any], *names: str, read: str) -> None:
    """With all that is handed in on a GPU, these values are what they are on the processor, and stay on the GPU."""
    assert_stays_on_device(values, read=read)
    numbers = [to_numbers(own.get(name)) for name in names]
    together = torch.cat(numbers)
    is_answer = all(map(len, numbers)) and bool(together.isfinite().all()) and len(together.unique()) > 1
    saw = "on the processor there is no answer that it could be compared with"
    assert_that(is_answer, saw=saw, think="what do the other tests say?", read=read)
    think = "which of your tensors lies on the processor, whatever comes in?"
    for name in names:
        assert_matches(f"{name.replace('_', ' ')} on a GPU", values.get(name), own[name], think=think, read=read)


def assert_kind(kind: Any, step: str, *, read: str) -> None:
    """A step gave back a 0-d tensor without a graph, or a float; `kind` is the word of the probe."""
    saw = f"{step} returns {shown(kind)}, where a 0-d tensor without a graph or a float was expected"
    think = "a training loop collects thousands of these; what would hang on each?"
    assert_that(kind == "a loss without a graph", saw=saw, think=think, read=read)


def to_numbers(value: Any) -> Tensor:
    """The numbers that came back in a row, float64; none where something else did."""
    if isinstance(value, Tensor):
        return value.detach().double().flatten()
    return torch.tensor([value]).double() if isinstance(value, int | float) else torch.zeros(0).double()


def assert_even_at_zero(values: Mapping[str, Any], *names: str, read: str) -> None:
    """At a logit of 0 the pull is half of what the two logits on either side get together: sigmoid's own symmetry."""
    assert_reached(values, *names, read=read)
    think = "which of your functions has a corner at 0, and what does autograd take for its slope there?"
    for name in names:
        pull = to_numbers(values[f"gradient_of_{name}"])
        together = pull[0] + pull[2] if len(pull) == 3 else torch.tensor(math.nan)
        is_pulled = bool(together.isfinite()) and bool(together != 0)
        saw = f"the {name} logits at 0 and beside it are not pulled each by a number"
        assert_that(is_pulled, saw=saw, think=think, read=read)
        saw = f"the pull on a {name} logit of exactly 0"
        assert_matches(saw, 2 * pull[1], together, think=think, read=read)


def assert_stable(values: dict, size: int, *names: str, read: str) -> None:
    """Value and gradient at logits of this size go on from those at 10, where a loss is straight or flat already.

    Compared with the student's own loss: a factor too many is another test's affair.
    """
    think = f"what is 1 - sigmoid({size}) in float32, what its logarithm, and what does a clamp do to the gradient?"
    against = f"(against that at {MODERATE})"
    moderate = to_number(values[f"loss_at_{MODERATE}"])
    assert_that(
        math.isfinite(moderate) and moderate != 0,
        saw=f"the loss is {moderate:g} at logits of {MODERATE}, half of them on the wrong side",
        think="what does it cost to be sure and wrong?",
        read=read,
    )
    expected = size / MODERATE * moderate
    name = f"the loss at logits of {size} {against}"
    assert_matches(name, values[f"loss_at_{size}"], expected, think=think, read=read, rtol=1e-3)
    for kind in names:
        assert_reached(values, f"{kind}_at_{MODERATE}", f"{kind}_at_{size}", read=read)
        expected = values[f"gradient_of_{kind}_at_{MODERATE}"]
        name = f"the gradient of {kind} logits of {size} {against}"
        actual = values[f"gradient_of_{kind}_at_{size}"]
        assert_matches(name, actual, expected, think=think, read=read, atol=1e-3)


def assert_parameters(
    values: dict,
    prefix: str,
    expected: nn.Module,
    when: str,
    *,
    think: str,
    read: str,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Every parameter of a network is where the equations lead."""
    for name, parameter in expected.named_parameters():
        label = f"{prefix.partition('_')[0]}.{name} {when}"
        actual = values[f"{prefix}.{name}"]
        assert_matches(label, actual, parameter.detach().to(dtype), think=think, read=read)
