"""What each end lets the other do with its objects, and what stands for them there."""

import builtins
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

import torch
from torch import Tensor, nn

from autograder.sandbox.door.graphs import Ask
from autograder.sandbox.door.loans import Refused

MAX_SENTENCE = 160
OF_LENT = frozenset({  # what a stand-in may call of a module or an optimizer that it was given
    "parameters", "named_parameters", "buffers", "named_buffers", "state_dict", "load_state_dict",
    "train", "eval", "zero_grad", "step",
})  # fmt: skip
OF_INSTANCES = OF_LENT - {"step"} | {"to", "float", "double", "requires_grad_"}


class Remote:
    """In the place of what a stand-in was given: it can be called, and has a few methods.

    No other name is asked of the student's end: what a stand-in does with its arguments is a part of the answer.
    """

    def __init__(self, ask: Ask):
        self._ask = ask

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._ask("call", thing=self, args=args, options=options)

    def __getattr__(self, name: str) -> Any:
        if name in OF_LENT:
            return partial(_use, self._ask, self, name)
        if name == "training":
            return self._ask("get", thing=self, name=name)
        raise AttributeError("a stand-in may call what it was given, and ask a module for its parameters and its state")


def _use(ask: Ask, thing: Any, name: str, *args: Any, **options: Any) -> Any:
    return ask("use", thing=thing, name=name, args=args, options=options)


class Students:
    """The student's end: it lends modules, optimizers and callables, and knows proxies of what is offered to it."""

    def __init__(self, ask: Ask, adopt: Callable[[int, Any], None]):
        self._ask, self._adopt = ask, adopt
        self._classes: dict[str, Any] = {}

    def offer(self) -> dict[str, Any]:
        return {}

    def describe(self, thing: Any) -> dict[str, Any] | None:
        return {} if callable(thing) or isinstance(thing, torch.optim.Optimizer) else None

    def stand_for(self, description: dict[str, Any]) -> Any:
        """An instance of one of our classes, that came as a result."""
        chosen = self._classes[description["class"]]
        instance = object.__new__(chosen)
        instance._prepare()
        return instance

    def find(self, name: str) -> Any:
        raise Refused(f"the student's end has no {name!r} to call by its name")

    def may_use(self, thing: Any, name: str) -> bool:
        return isinstance(thing, nn.Module | torch.optim.Optimizer) and name in OF_LENT

    def may_get(self, thing: Any, name: str) -> bool:
        return isinstance(thing, nn.Module) and name == "training"

    def may_set(self, thing: Any, name: str, value: Any) -> bool:
        return False

    def explain(self, error: BaseException, asked: dict[str, Any]) -> str:
        return str(error)

    def make_proxies(self, offered: dict[str, Any]) -> dict[str, Any]:
        """name -> a function or a class that asks the stand-ins' end."""
        for name, offer in offered.items():
            if offer is not None:
                self._classes[name] = _make_class(name, offer, self._ask, self._adopt)
        functions = {name: _make_function(name, self._ask) for name in offered.keys() - self._classes.keys()}
        return {**functions, **self._classes}


def _make_function(name: str, ask: Ask) -> Callable[..., Any]:
    def stand_in(*args: Any, **options: Any) -> Any:
        return ask("stand_in", name=name, args=args, options=options)

    stand_in.__name__ = stand_in.__qualname__ = name
    stand_in.__module__ = "__main__"
    return stand_in


class _Instance:
    """In the place of an instance of a stand-in's class, which is at the other end."""

    _ask: Ask

    def _prepare(self) -> None:
        if isinstance(self, nn.Module):
            nn.Module.__init__(self)
            del self.__dict__["training"]  # it is the other end's

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask("get", thing=self, name=name)

    def __deepcopy__(self, memo: dict) -> Any:
        return self._ask("copy", thing=self)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._ask("set", thing=self, name=name, value=value)


def _make_class(name: str, offer: dict[str, Any], ask: Ask, adopt: Callable[[int, Any], None]) -> type:
    def initialise(self: Any, *args: Any, **options: Any) -> None:
        self._prepare()
        adopt(ask("make", name=name, args=args, options=options), self)

    methods = {method: _make_method(method, ask) for method in offer["methods"]}
    bases = (_Instance, nn.Module) if offer["is_module"] else (_Instance,)
    return type(name, bases, {"__module__": "__main__", "__init__": initialise, "_ask": staticmethod(ask), **methods})


def _make_method(name: str, ask: Ask) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        return _use(ask, self, name, *args, **options)

    method.__name__ = name
    return method


class StandIns:
    """The stand-ins' end. It lends instances of its classes only, and tells of them what a proxy needs."""

    def __init__(self, names: dict[str, Any], ask: Ask):
        self._ask = ask
        own = {
            name: value
            for name, value in names.items()
            if not name.startswith("_") and getattr(value, "__module__", "") == names["__name__"]
        }
        self._functions = {name: value for name, value in own.items() if isinstance(value, FunctionType)}
        self._classes = {name: value for name, value in own.items() if isinstance(value, type)}

    def offer(self) -> dict[str, Any]:
        """name -> None for a function; for a class, names of its methods and whether it is a module."""
        classes = {
            name: {"methods": sorted(self._methods_of(kind)), "is_module": issubclass(kind, nn.Module)}
            for name, kind in self._classes.items()
        }
        return {**dict.fromkeys(self._functions), **classes}

    def describe(self, thing: Any) -> dict[str, Any] | None:
        name = next((name for name, kind in self._classes.items() if type(thing) is kind), None)
        return {"class": name} if name else None

    def stand_for(self, description: dict[str, Any]) -> Any:
        return Remote(self._ask)

    def find(self, name: str) -> Any:
        """The function, or class, of this name."""
        found = {**self._functions, **self._classes}.get(name) if isinstance(name, str) else None
        if found is None:
            raise Refused("there is no stand-in of this name")
        return found

    def may_use(self, thing: Any, name: str) -> bool:
        return self.describe(thing) is not None and name in self._methods_of(type(thing))

    def may_get(self, thing: Any, name: str) -> bool:
        return self._is_data(thing, name) or (
            self.describe(thing) is not None and isinstance(self._defined(type(thing)).get(name), property)
        )

    def may_set(self, thing: Any, name: str, value: Any) -> bool:
        """Only to data: a callable of the student's, in the place of a part, would see what the part is given."""
        return self._is_data(thing, name) and (value is None or isinstance(value, Tensor | bool | int | float | str))

    def explain(self, error: BaseException, asked: dict[str, Any]) -> str:
        """What was given, and no word of how the stand-in works: Python's own would name what it calls."""
        if isinstance(error, Refused):
            return str(error)
        name = asked.get("name", "stand-in")
        given = [*asked.get("args", ()), *asked.get("options", {}).values()]
        return f"our {name} cannot work with what it was given: {', '.join(map(_in_words, given)) or 'nothing'}"

    def _methods_of(self, kind: type) -> set[str]:
        """Functions that it and its stand-in parents define; and what every module has."""
        own = {name for name, value in self._defined(kind).items() if isinstance(value, FunctionType)}
        return own | (OF_INSTANCES if issubclass(kind, nn.Module) else set())

    def _defined(self, kind: type) -> dict[str, Any]:
        parents = [parent for parent in reversed(kind.__mro__) if parent in self._classes.values()]
        return {name: value for parent in parents for name, value in vars(parent).items() if not name.startswith("_")}

    def _is_data(self, thing: Any, name: str) -> bool:
        """Whether this is a buffer, a parameter or another value that the instance holds."""
        if self.describe(thing) is None or not isinstance(name, str) or name.startswith("_"):
            return False
        held = vars(thing)
        return any(name in held.get(part, ()) for part in ("_buffers", "_parameters")) or name in held


def _in_words(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    return str(value) if isinstance(value, bool | int | float) else f"a {type(value).__name__}"


def builtin_kind(error: BaseException) -> str:
    """The first class of the error that every Python has."""
    return next(kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind)


def error_of(kind: Any, text: Any) -> Exception:
    """The error that the other end told of; RuntimeError where its class is none that may be raised here."""
    found = getattr(builtins, kind, None) if isinstance(kind, str) else None
    sentence = str(text)[:MAX_SENTENCE]
    if isinstance(found, type) and issubclass(found, Exception):
        try:
            return found(sentence)
        except TypeError:  # it asks for more than a sentence
            pass
    return RuntimeError(sentence)
