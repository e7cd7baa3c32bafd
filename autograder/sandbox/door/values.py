"""Values to a JSON tree and tensors, and back. Whatever the other end sends is a value, or Refused.

A tree is null, a bool, number or string as itself, or an object of one key that says what it is, at times with more:

    {"list" | "tuple" | "iterator": [tree, …]}         {"dict": [[key, tree], …]}
    {"tensor": its name beside the tree, "mine": number, "stride": […], "graph": bool, "made_of": [reference, …]}
    {"object": number, … as `Things` describes it}     {"yours": number}: the receiver's own thing, come home
    {"dtype": name}                                    {"device": "cpu"}

A reference is {"mine": number} or {"yours": number}, of a tensor that both ends know.
"""

import itertools
from types import GeneratorType
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from autograder.sandbox.door import graphs
from autograder.sandbox.door.loans import Book, Refused
from autograder.sandbox.wire import DTYPES, MAX_VALUES

MAX_DEPTH = 16
MAX_ITEMS = 4096
MAX_TENSORS = MAX_VALUES - 1  # the tree travels beside them
ITERATORS: tuple[type, ...] = (GeneratorType, map, zip, filter, enumerate, reversed, type(iter([])))
SEQUENCES: dict[str, Any] = {"list": list, "tuple": tuple, "iterator": iter}

Tree = Any


class Things(Protocol):
    """Which objects may go from this end, and what stands here for those of the other end."""

    def describe(self, thing: Any) -> dict[str, Any] | None:
        """What the other end is told of our object; None if it must not go."""

    def stand_for(self, description: dict[str, Any]) -> Any:
        """A new object in the place of the other end's."""


class Writer:
    """One message's values on their way out; their tensors gather in `tensors`."""

    def __init__(self, book: Book, things: Things):
        self._book, self._things = book, things
        self.tensors: dict[str, Any] = {}

    def encode(self, value: Any, depth: int = 0) -> Tree:
        """The value as a tree; Refused where it cannot, or must not, go."""
        if depth > MAX_DEPTH:
            raise Refused(f"what is handed over is nested more than {MAX_DEPTH} deep")
        if _is_plain(value):
            return value
        if isinstance(value, Tensor):
            return self._encode_tensor(value)
        if isinstance(value, np.generic):
            return self.encode(value.item(), depth + 1)
        if isinstance(value, torch.dtype | torch.device):
            return {type(value).__name__: str(value).removeprefix("torch.")}
        if isinstance(value, dict):
            items = _bounded(value.items())
            return {"dict": [[_checked_key(key), self.encode(item, depth + 1)] for key, item in items]}
        for kind, types in (("list", list), ("tuple", tuple), ("iterator", ITERATORS)):
            if isinstance(value, types):
                return {kind: [self.encode(item, depth + 1) for item in _bounded(value)]}
        return self._encode_object(value)

    def add(self, tensor: Tensor) -> str:
        """The name under which the tensor's numbers travel."""
        if len(self.tensors) >= MAX_TENSORS:
            raise Refused(f"more than {MAX_TENSORS} tensors are handed over at once")
        name = str(len(self.tensors))
        self.tensors[name] = tensor.detach()
        return name

    def _encode_tensor(self, tensor: Tensor) -> Tree:
        loan = self._book.loan_of(tensor)
        if loan:
            return {"yours": loan.number}
        number = self._book.lend(tensor)
        made_of = [self._refer_to(leaf) for leaf in self._book.entry(number).leaves]
        told = {"stride": list(tensor.stride()), "graph": tensor.requires_grad, "made_of": made_of}
        return {"tensor": self.add(tensor), "mine": number, **told}

    def _refer_to(self, leaf: Tensor) -> Tree:
        loan = self._book.loan_of(leaf)
        return {"yours": loan.number} if loan else {"mine": self._book.number_of(leaf)}

    def _encode_object(self, thing: Any) -> Tree:
        loan = self._book.loan_of(thing)
        if loan:
            return {"yours": loan.number}
        description = self._things.describe(thing)
        if description is None:
            raise Refused(f"an object of class {type(thing).__name__} cannot be handed over; tensors and numbers can")
        return {"object": self._book.lend(thing), **description}


class Reader:
    """One message's trees on their way in. joins_graphs: whether a borrowed tensor joins the graph that is here."""

    def __init__(self, book: Book, things: Things, tensors: dict[str, Any], ask: graphs.Ask, joins_graphs: bool):
        self._book, self._things, self._tensors = book, things, tensors
        self._ask, self._joins_graphs = ask, joins_graphs

    def decode(self, tree: Tree, depth: int = 0) -> Any:
        """The value that the other end has encoded; Refused whatever else it is."""
        if depth > MAX_DEPTH:
            raise Refused(f"what came is nested more than {MAX_DEPTH} deep")
        if _is_plain(tree):
            return tree
        kind, content = next(iter(tree.items())) if isinstance(tree, dict) and tree else ("", None)
        if kind in SEQUENCES:
            return SEQUENCES[kind]([self.decode(item, depth + 1) for item in listed(content)])
        if kind == "dict":
            return {_checked_key(key): self.decode(item, depth + 1) for key, item in map(pair, listed(content))}
        if kind == "yours":
            return self._book.entry(content).thing
        if kind == "tensor":
            return self._decode_tensor(tree, self.tensor(content))
        if kind == "object":
            return self._decode_object(_number(content), tree)
        if kind == "dtype" and isinstance(content, str) and content in DTYPES:
            return DTYPES[content]
        if kind == "device" and content == "cpu":
            return torch.device("cpu")
        raise Refused("what came is no value")

    def tensor(self, name: Any) -> Tensor:
        """The tensor that came beside the tree under this name."""
        return _tensor(self._tensors.get(name) if isinstance(name, str) else None)

    def _decode_tensor(self, tree: dict[str, Any], content: Tensor) -> Tensor:
        stride = [_number(step) for step in listed(tree.get("stride"))]
        if len(stride) != content.dim():
            raise Refused("a tensor has not as many strides as dimensions")
        content, number = graphs.lay_out(content, stride), _number(tree.get("mine"))
        has_graph = tree.get("graph") is True and content.is_floating_point()
        known = self._book.latest(number)
        if known is not None and self._is_up_to_date(known, content, has_graph):
            return known
        if not has_graph:
            return self._book.borrow(number, False, lambda loan: content)
        if not self._joins_graphs:
            return self._book.borrow(number, True, lambda loan: graphs.watch(content, loan, self._ask))
        inputs = [self._referred(each) for each in listed(tree.get("made_of"))]
        return self._book.borrow(number, True, lambda loan: graphs.join(content, inputs, loan, self._ask))

    def _is_up_to_date(self, known: Any, content: Tensor, has_graph: bool) -> bool:
        loan = self._book.loan_of(known)
        return (
            isinstance(known, Tensor)
            and loan is not None
            and loan.version == graphs.version_of(known)
            and known.requires_grad == has_graph
            and (known.stride(), known.dtype) == (content.stride(), content.dtype)
            and torch.equal(known.detach(), content)
        )

    def _referred(self, reference: Any) -> Tensor:
        """A tensor that both ends know: ours, or the copy of theirs."""
        if not isinstance(reference, dict):
            raise Refused("what came refers to no tensor")
        if "yours" in reference:
            return _tensor(self._book.entry(reference["yours"]).thing)
        return _tensor(self._book.latest(_number(reference.get("mine"))))

    def _decode_object(self, number: int, description: dict[str, Any]) -> Any:
        known = self._book.latest(number)
        if known is not None:
            return known
        return self._book.borrow(number, False, lambda loan: self._things.stand_for(description))


def listed(tree: Any) -> list:
    """The tree itself, if it is a list of bounded length."""
    if not isinstance(tree, list) or len(tree) > MAX_ITEMS:
        raise Refused("what came is no list, or too long a one")
    return tree


def pair(tree: Any) -> tuple[Any, Any]:
    """The two items of a list of two."""
    if not isinstance(tree, list) or len(tree) != 2:
        raise Refused("what came is no pair")
    return tree[0], tree[1]


def _is_plain(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float, str)


def _checked_key(key: Any) -> Any:
    if not _is_plain(key):
        raise Refused(f"a dictionary has a key of class {type(key).__name__}, which cannot be handed over")
    return key


def _bounded(values: Any) -> list:
    items = list(itertools.islice(values, MAX_ITEMS + 1))
    if len(items) > MAX_ITEMS:
        raise Refused(f"more than {MAX_ITEMS} values are handed over in one list")
    return items


def _number(tree: Any) -> int:
    if type(tree) is not int or not 0 <= tree < 1 << 62:
        raise Refused("what came is no number of a thing")
    return tree


def _tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise Refused("what came is no tensor")
    return value
