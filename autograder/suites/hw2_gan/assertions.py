"""Assertions that the tests of several exercises share."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks import assert_matches, assert_that

MODERATE = 10  # at this logit a sigmoid is within 5e-5 of 0 or 1, and no formula has broken yet


def to_number(value: Any) -> float:
    """The number that came back, NaN for anything else: these values are a student's."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return float(value)
    return float(value) if isinstance(value, int | float) else math.nan


def assert_reached(values: dict, *names: str, read: str) -> None:
    """A gradient came back for each of these logits."""
    for name in names:
        assert_that(
            isinstance(values.get(f"gradient_of_{name}"), Tensor),
            saw=f"no gradient reaches the logits of {name.partition('_')[0]} images",
            think="where does the path from the logits to the loss leave the graph?",
            read=read,
        )


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


def assert_moved(before: nn.Module, values: dict, prefix: str, read: str) -> None:
    """At least one parameter is another one than before: who does nothing breaks nothing, and earns nothing."""
    moved = any(
        isinstance(after := values[f"{prefix}.{name}"], Tensor) and not torch.equal(after, parameter)
        for name, parameter in before.named_parameters()
    )
    think = "between which two calls does the optimizer find the gradient it steps along?"
    assert_that(moved, saw="the player whose step it is has not moved", think=think, read=read)


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


def assert_unchanged(after: Any, *originals: Tensor, what: str, read: str) -> None:
    """What was given holds the same numbers as before, bit for bit; `after` is what the call left, in a row."""
    before = torch.cat([given.flatten() for given in originals])
    assert_that(
        isinstance(after, Tensor) and torch.equal(after, before),
        saw=f"{what} other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=read,
    )
