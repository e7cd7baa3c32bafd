"""The hidden suites, one package a homework, and the decorator that marks their known mistakes."""

from collections.abc import Callable
from typing import Any, TypeVar

Definition = TypeVar("Definition", bound=Callable)


def mistake(fails: str, *, says: str) -> Callable[[Definition], Definition]:
    """Mark a plausible wrong implementation. fails: the hidden test that must catch it. says: what the student is told.

    @mistake("test_the_temperature_divides", says="You multiplied by the temperature; the loss divides by it.")
    """

    def mark(definition: Any) -> Any:
        definition.fails, definition.says = fails, says
        return definition

    return mark
