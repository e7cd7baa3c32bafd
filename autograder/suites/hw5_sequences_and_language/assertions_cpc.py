"""What the tests of CPCModel take from its probes: tensors of a shape, or a sentence to the student."""

from typing import Any

from torch import Tensor

from autograder.suites.assertions import assert_shape
from homework.comparison import shown

CONTRACT = "the docstring of CPCModel; notebook section 1.1"
MOST_WEIGHTS = 64


def describe(value: Any) -> str:
    """The shape of a tensor, a few words on anything else."""
    return str(tuple(value.shape)) if isinstance(value, Tensor) else shown(value)


def take(values: dict, name: str, *shape: int) -> Tensor:
    """A tensor of this shape, float64."""
    assert_shape(name.replace("_", " "), values[name], *shape, read=CONTRACT)
    return values[name].double()


def take_all(values: dict, name: str, *shape: int) -> Tensor:
    """Tensors of this shape, as many as there are, for one under each of several weights: (N, *shape)."""
    found = values[name]
    count = len(found) if isinstance(found, Tensor) and found.dim() and 0 < len(found) <= MOST_WEIGHTS else 1
    return take(values, name, count, *shape)
