"""One end's book: which of its own things it has lent to the other end, and what it has borrowed."""

import itertools
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary

from autograder.sandbox.door import graphs

MAX_LENT = 1 << 16
MAX_TOLD = 1024


class Refused(RuntimeError):
    """What the other end sent has no form that is known, or what was to be sent must not go; one sentence."""


@dataclass(eq=False)
class Loan:
    """A borrowed copy of the other end's thing; a tensor's version and whether it has a graph, as it came."""

    number: int
    version: int = 0
    has_graph: bool = False


@dataclass(frozen=True)
class Lent:
    """Our own thing. node: the tensor's place in its graph; leaves: what the other end may ask gradients of it for."""

    thing: Any
    node: Any = None
    leaves: tuple[Tensor, ...] = ()


class Book:
    """Numbers for what is ours, and for each copy of what is theirs a loan, which ends with the copy.

    tells_leaves: whether the other end joins graphs, and is told of which leaves a tensor is made.
    """

    def __init__(self, tells_leaves: bool):
        self._tells_leaves = tells_leaves
        self._lent: dict[int, Lent] = {}
        self._numbers: dict[int, int] = {}  # id of a lent thing, which lives as long as it is lent
        self._next = itertools.count()
        self._loans = WeakIdKeyDictionary()  # borrowed copy -> Loan
        self._watched: list[Any] = []  # copies that may be changed and let go before anybody is told
        self._latest: dict[int, weakref.ref[Any]] = {}  # number -> the copy that came last
        self._copies: Counter[int] = Counter()
        self._given_back: set[int] = set()

    def lend(self, thing: Any) -> int:
        """The number of our own thing, the same each time while it is lent."""
        known, node = self._numbers.get(id(thing)), thing.grad_fn if isinstance(thing, Tensor) else None
        if known is not None and self._lent[known].node is node:
            return known
        _check_room(self._lent)
        number = next(self._next)
        self._lent[number] = Lent(thing, node, self._known_leaves(thing))
        self._numbers[id(thing)] = number
        return number

    def entry(self, number: Any) -> Lent:
        """What was lent under this number; Refused where nothing was."""
        entry = self._lent.get(number) if type(number) is int else None
        if entry is None:
            raise Refused("nothing has been lent under this number")
        return entry

    def take_back(self, number: Any) -> None:
        """The other end has no copy of this any more."""
        thing = self.entry(number).thing
        del self._lent[number]
        if self._numbers.get(id(thing)) == number:
            del self._numbers[id(thing)]

    def write_back(self, number: Any, changed: Tensor) -> None:
        """The other end has changed its copy of our tensor in place."""
        ours = self.entry(number).thing
        if not isinstance(ours, Tensor) or (ours.shape, ours.dtype) != (changed.shape, changed.dtype):
            raise Refused("a change does not fit the tensor that it is meant for")
        with torch.no_grad():
            ours.copy_(changed)

    def number_of(self, leaf: Tensor) -> int:
        """The number of a tensor of ours that is lent."""
        return self._numbers[id(leaf)]

    def _known_leaves(self, thing: Any) -> tuple[Tensor, ...]:
        """The leaves of a tensor's graph that the other end knows: its own, and those of ours that it has borrowed."""
        if not (self._tells_leaves and isinstance(thing, Tensor) and thing.requires_grad):
            return ()
        leaves = graphs.leaves_of(thing)
        return tuple(leaf for leaf in leaves if self.loan_of(leaf) or id(leaf) in self._numbers)

    def borrow(self, number: int, has_graph: bool, make: Callable[[Loan], Any]) -> Any:
        """The copy that `make` makes for this loan; from now on it stands for the other end's thing."""
        _check_room(self._copies)
        loan = Loan(number, has_graph=has_graph)
        self._copies[number] += 1
        self._given_back.discard(number)
        weakref.finalize(loan, self._give_back, number).atexit = False
        copy = make(loan)
        loan.version = graphs.version_of(copy)
        self._loans[copy] = loan
        self._watched.append(copy)
        self._latest[number] = weakref.ref(copy)
        return copy

    def loan_of(self, copy: Any) -> Loan | None:
        """The loan of a copy that still is the other end's: none of a tensor that has got, or lost, a graph here."""
        try:
            loan = self._loans.get(copy)
        except TypeError:  # no weak reference can be made to it, so it is no copy
            return None
        if loan is None or not isinstance(copy, Tensor):
            return loan
        is_theirs = copy.requires_grad == loan.has_graph or copy.is_inference()
        return loan if is_theirs and not (copy.grad_fn is not None and _is_changed(copy, loan)) else None

    def latest(self, number: int) -> Any:
        """The copy of this number that came last, if it is still there."""
        known = self._latest.get(number)
        return known() if known else None

    def changes(self) -> list[tuple[int, Tensor]]:
        """The borrowed tensors that were changed in place since this was asked last, with their numbers."""
        found = []
        for copy, loan in list(self._loans.items()):
            if isinstance(copy, Tensor) and _is_changed(copy, loan) and self.loan_of(copy):
                loan.version = graphs.version_of(copy)
                found.append((loan.number, copy))
        return found

    def given_back(self) -> list[int]:
        """Numbers of which no copy is left, since this was asked last; not more than a message may list.

        Ask for changes before: a copy that nobody but this book holds goes now.
        """
        self._watched.clear()
        self._watched = list(self._loans)
        numbers = list(self._given_back)[:MAX_TOLD]
        self._given_back.difference_update(numbers)
        return numbers

    def _give_back(self, number: int) -> None:
        self._copies[number] -= 1
        if not self._copies[number]:
            del self._copies[number]
            self._latest.pop(number, None)
            self._given_back.add(number)


def _is_changed(copy: Tensor, loan: Loan) -> bool:
    return graphs.version_of(copy) != loan.version


def _check_room(book: dict) -> None:
    if len(book) >= MAX_LENT:
        raise Refused(f"more than {MAX_LENT} things are lent at a time")
