"""What makes a run this run: its settings, and all that its step uses of what was written in the notebook.

From the step everything is followed that it reaches by name: functions, classes with their methods and plain
attributes, constants, small tensors, and what these use in turn. What the step itself changes, such as a counter, is no
part of it, and neither is the device.
"""

import enum
import functools
import hashlib
import json
import types
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from homework.training.code import Code, is_own, is_own_module, read_code
from homework.training.state import HasState

LARGEST_TENSOR = 1 << 16  # elements; larger ones are data, which the settings name
LONGEST = 80  # characters of a value that a message shows
DEEPEST = 8  # lists in lists that are written as one text
_PLAIN = (bool, int, float, complex, str, bytes, type(None), enum.Enum, torch.dtype, torch.Size, range, slice, Path)
_FUNCTIONS = (types.FunctionType, types.MethodType, functools.partial, type)
_MAKERS = {"__init__", "__post_init__", "__new__"}  # what these store is how a thing was made, not what became of it


class Identity:
    """texts: each thing's name -> what it is, as text that can be compared. users: name -> what uses it."""

    def __init__(self, settings: Mapping[str, Any], step: Callable[..., Any] | None, parts: Mapping[str, HasState]):
        self.users: dict[str, str] = {}
        self._found: dict[str, list[str]] = {}
        self._fixed, self._changed, self._stored = set[str](), set[str](), set[str]()
        self._seen: dict[int, Any] = {}  # keeps them alive, so that no other thing gets the same id
        self._waiting: deque[tuple[str, Any, str]] = deque()
        self._ways: list[tuple[Any, Callable[[str, Any], None]]] = [
            (types.FunctionType, self._function),
            (types.MethodType, self._method),
            (functools.partial, self._partial),
            (type, self._class),
            ((types.BuiltinFunctionType, np.ufunc), self._library),
            ((tuple, list, set, frozenset, dict), self._collection),
            ((Tensor, np.ndarray), self._tensor),
            (nn.Module, self._network),
            (object, self._instance),
        ]
        for name, value in settings.items():
            if _is_code(value):
                self._waiting.append((name, value, ""))
            else:
                self._note(name, json.dumps(value, sort_keys=True, default=str), fixed=True)
        self._waiting += [(name, part, "") for name, part in parts.items()]
        self._waiting += [("step", step, "")] if step else []
        while self._waiting:
            self._follow(*self._waiting.popleft())

    @property
    def texts(self) -> dict[str, str]:
        """Without what the step changes: that is state, and not what the run was made with."""
        kept = {name: found for name, found in self._found.items() if name in self._fixed or not self._is_state(name)}
        return {name: found[0] if len(found) == 1 else _digest("".join(found)) for name, found in kept.items()}

    def difference(self, old: Mapping[str, str]) -> str:
        """ "" for the same run, else a clause that names what differs, and who uses it."""
        new = self.texts
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        shared = [name for name in names if name in old and name in new] or names  # what is new is new to its user
        clauses = [self._clause(name, old.get(name, "absent"), new.get(name, "absent")) for name in shared[:3]]
        rest = [f"{len(shared) - 3} more"] if len(shared) > 3 else []
        return " and ".join(clauses + rest)

    def _clause(self, name: str, old: str, new: str) -> str:
        user = self.users.get(name, "")
        used = f", which {user} uses" if user and not name.startswith(f"{user}.") else ""
        is_shown = not any(text.startswith("code ") or len(text) > LONGEST for text in (old, new))
        return (f"{name} = {old} (now {new})" if is_shown else f"another {name}") + used

    def _is_state(self, name: str) -> bool:
        root = name.partition(".")[0].partition("[")[0]
        return root in self._changed or ("." in name and name.rpartition(".")[2] in self._stored)

    def _note(self, name: str, text: str, fixed: bool = False) -> None:
        self._found.setdefault(name, []).append(text)
        if fixed:
            self._fixed.add(name)

    def _later(self, name: str, value: Any, user: str) -> None:
        self.users.setdefault(name, user)
        self._waiting.append((name, value, user))

    def _follow(self, name: str, value: Any, user: str) -> None:
        """Note one thing, and line up what it uses."""
        if isinstance(value, _PLAIN):
            self._note(name, repr(value))
            return
        if id(value) in self._seen:
            return
        self._seen[id(value)] = value
        next(follow for kinds, follow in self._ways if isinstance(value, kinds))(name, value)

    def _function(self, name: str, function: types.FunctionType) -> None:
        wrapped = getattr(function, "__wrapped__", None)
        if wrapped is not None:
            self._later(name, wrapped, self.users.get(name, ""))
        closure = dict(_cells(function))
        if not is_own(function.__code__.co_filename):
            self._library(name, function)
            for each, value in sorted(closure.items()):
                if is_own_module(getattr(value, "__module__", None) or ""):
                    self._later(each, value, name)
            return
        code = read_code(function.__code__)
        self._note(name, _digest(code.text), fixed=True)
        self._changed |= code.changes
        self._stored |= set() if function.__name__ in _MAKERS else code.stores
        for each in sorted(code.reads):
            if each in closure or each in function.__globals__:
                self._read(each, closure.get(each, function.__globals__.get(each)), name, code)
        maker = function.__qualname__.partition(".<locals>")[0]
        if maker != function.__qualname__ and maker in function.__globals__:
            self._later(maker, function.__globals__[maker], "")

    def _read(self, name: str, value: Any, user: str, code: Code) -> None:
        if not isinstance(value, types.ModuleType):
            self._later(name, value, user)
        elif is_own_module(value.__name__):  # a file of the student's: what is asked of it
            for each in sorted(code.attributes & vars(value).keys()):
                self._later(f"{name}.{each}", vars(value)[each], user)

    def _class(self, name: str, cls: type) -> None:
        if not is_own_module(cls.__module__):
            self._library(name, cls)
        for each in cls.__mro__:
            if not is_own_module(each.__module__):
                continue
            own = each.__qualname__.rpartition(".<locals>.")[2]
            self._note(own, repr([base.__qualname__ for base in each.__bases__]), fixed=True)
            for attribute, value in vars(each).items():
                for part in _functions_of(value):
                    if _is_written(attribute, part):
                        self._later(f"{own}.{attribute}", part, own)

    def _method(self, name: str, method: types.MethodType) -> None:
        self._later(name, method.__func__, self.users.get(name, ""))
        self._later(f"the object of {name}", method.__self__, name)

    def _partial(self, name: str, partial: functools.partial) -> None:
        for each in (partial.func, partial.args, partial.keywords):
            self._later(name, each, self.users.get(name, ""))

    def _collection(self, name: str, values: Any) -> None:
        if self._is_state(name):
            return
        if _is_plain(values):
            ordered = sorted(values, key=repr) if isinstance(values, set | frozenset) else values
            text = repr(ordered)
            self._note(name, text if len(text) <= LONGEST else _digest(text))
            return
        pairs = values.items() if isinstance(values, dict) else enumerate(values)
        for key, value in pairs:
            self._later(f"{name}[{key!r}]", value, self.users.get(name, ""))

    def _tensor(self, name: str, tensor: Tensor | np.ndarray) -> None:
        is_small = (tensor.numel() if isinstance(tensor, Tensor) else tensor.size) <= LARGEST_TENSOR
        if isinstance(tensor, Tensor) and not tensor.requires_grad and is_small:
            tensor = tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy()
        if isinstance(tensor, np.ndarray) and is_small and not tensor.dtype.hasobject:
            self._note(name, _digest(tensor.tobytes()))

    def _network(self, name: str, network: nn.Module) -> None:
        self._note(name, _digest(repr(network)), fixed=True)
        for module in network.modules():
            if is_own_module(type(module).__module__):
                self._later(name, type(module), self.users.get(name, ""))
            self._attributes(type(module).__name__, module)

    def _instance(self, name: str, value: Any) -> None:
        """Of this library's things how they were made, of the student's their class and plain attributes."""
        held = getattr(value, "__dict__", {})
        made_with = held.get("made_with") or held.get("defaults")
        if is_own_module(type(value).__module__):
            self._later(name, type(value), self.users.get(name, ""))
            self._attributes(name, value)
        elif isinstance(made_with, dict):  # an Updater, Batches, or an optimizer
            for option, chosen in made_with.items():
                self._note(f"{name}.{option}", getattr(chosen, "__qualname__", str(chosen)), fixed=True)
        elif "__wrapped__" in held:  # a cached function
            self._later(name, held["__wrapped__"], self.users.get(name, ""))

    def _attributes(self, owner: str, value: Any) -> None:
        """What an instance carries; of a library's network only functions that replace its own."""
        is_library = not is_own_module(type(value).__module__)
        for attribute, each in (vars(value) if hasattr(value, "__dict__") else {}).items():
            is_hidden = isinstance(value, nn.Module) and (attribute.startswith("_") or attribute == "training")
            if isinstance(each, types.FunctionType | types.MethodType) or not (is_library or is_hidden):
                self._later(f"{owner}.{attribute}", each, owner)

    def _library(self, name: str, function: Any) -> None:
        self._note(name, getattr(function, "__qualname__", str(function)))


def _is_code(value: Any) -> bool:
    return isinstance(value, _FUNCTIONS)


def _is_plain(value: Any, depth: int = DEEPEST) -> bool:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return depth > 0 and all(_is_plain(each, depth - 1) for each in value)
    return isinstance(value, _PLAIN)


def _is_written(attribute: str, value: Any) -> bool:
    """Somebody wrote it into the class; Python puts lists of fields there, and dataclasses methods made from text."""
    if attribute.startswith("_") and attribute.endswith("_"):
        return isinstance(value, types.FunctionType) and value.__code__.co_filename != "<string>"
    return True


def _cells(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not bound yet
            continue


def _functions_of(value: Any) -> list[Any]:
    """What a class holds under a name, out of the wrappings that Python puts around methods."""
    match value:
        case staticmethod() | classmethod():
            return [value.__func__]
        case property():
            return [each for each in (value.fget, value.fset, value.fdel) if each is not None]
        case functools.cached_property():
            return [value.func]
    return [value]


def _digest(content: str | bytes) -> str:
    content = content.encode() if isinstance(content, str) else content
    return f"code {hashlib.sha256(content).hexdigest()[:16]}"
