"""The talk through the door: one asks, the other answers, and may ask back before it does."""

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch

from autograder.sandbox.door.loans import Book, Refused
from autograder.sandbox.door.stream import Gone, Stream, WireError
from autograder.sandbox.door.things import MAX_SENTENCE, StandIns, Students, builtin_kind, error_of
from autograder.sandbox.door.values import Reader, Writer, listed, pair

MAX_TALK = 48  # requests inside each other
LOW_PRECISION = {"bfloat16": torch.bfloat16, "float16": torch.float16}
FORMS = {  # what each request says, beside what it asks for
    "stand_in": {"name", "args", "options"},
    "make": {"name", "args", "options"},
    "call": {"thing", "args", "options"},
    "use": {"thing", "name", "args", "options"},
    "copy": {"thing"},
    "get": {"thing", "name"},
    "set": {"thing", "name", "value"},
    "grads": {"number", "gradient"},
    "backward": {"number", "gradient"},
}


class NoSuchPart(AttributeError, Refused):
    """The object has nothing of this name that the other end may know."""


class Peer:
    """One end: asks, and serves what the other end asks."""

    things: Students | StandIns

    def __init__(self, stream: Stream, joins_graphs: bool):
        self._stream, self._joins_graphs = stream, joins_graphs
        self.book = Book(tells_leaves=not joins_graphs)
        self._lock = threading.RLock()
        self._depth = 0

    def ask(self, wanted: str, **content: Any) -> Any:
        """What the other end answers; an error of there is raised here."""
        with self._lock:
            try:
                self._send({"do": wanted}, "with", content)
                while "do" in (received := self._stream.receive())[0]:
                    self.answer(*received)
                return self._result(*received)
            except Gone:
                raise RuntimeError("the stand-in is gone") from None

    def answer(self, message: dict[str, Any], tensors: dict[str, Any]) -> None:
        """Serve one request: its result or its error goes back."""
        content: dict[str, Any] = {}
        self._depth += 1
        try:
            if self._depth > MAX_TALK:
                raise Refused(f"more than {MAX_TALK} requests are made inside each other")
            reader = self._settle(message, tensors)
            wanted = message.get("do")
            content = _checked(wanted, reader.decode(message.get("with")))
            with _in_mode(message.get("mode")):
                result = getattr(self, f"_{wanted}")(**content)
            self.reply(result)
        except Gone:
            raise
        except BaseException as error:
            text = getattr(error, "told", None) or self.things.explain(error, content)
            self._send({}, "error", [builtin_kind(error), text[:MAX_SENTENCE]])
        finally:
            self._depth -= 1

    def reply(self, result: Any) -> None:
        self._send({}, "result", result)

    def _send(self, message: dict[str, Any], name: str, value: Any) -> None:
        """One message, with our mode and with what has happened to borrowed things."""
        writer = Writer(self.book, self.things)
        message[name] = writer.encode(value)
        message["changes"] = [[number, writer.add(copy)] for number, copy in self.book.changes()]
        message |= {"back": self.book.given_back(), "mode": _mode()}
        self._stream.send(message, writer.tensors)

    def _settle(self, message: dict[str, Any], tensors: dict[str, Any]) -> Reader:
        """Take note of what has happened at the other end; the reader of the rest."""
        reader = Reader(self.book, self.things, tensors, self.ask, self._joins_graphs)
        for number, name in map(pair, listed(message.get("changes"))):
            self.book.write_back(number, reader.tensor(name))
        for number in listed(message.get("back")):
            self.book.take_back(number)
        return reader

    def _result(self, message: dict[str, Any], tensors: dict[str, Any]) -> Any:
        reader = self._settle(message, tensors)
        if "error" not in message:
            return reader.decode(message.get("result"))
        error = error_of(*pair(reader.decode(message["error"])))
        error.told = str(error)  # type: ignore[attr-defined]  # it goes on as it came
        raise error

    # What can be asked for; the names are those of FORMS.

    def _stand_in(self, name: Any, args: Any, options: Any) -> Any:
        return self.things.find(name)(*args, **options)

    def _make(self, name: Any, args: Any, options: Any) -> int:
        made = self.things.find(name)(*args, **options)
        if self.things.describe(made) is None:
            raise Refused("what has this name makes no object")
        return self.book.lend(made)

    def _call(self, thing: Any, args: Any, options: Any) -> Any:
        if isinstance(thing, torch.Tensor) or self.things.describe(thing) is None or not callable(thing):
            raise Refused("this cannot be called")
        return thing(*args, **options)

    def _use(self, thing: Any, name: Any, args: Any, options: Any) -> Any:
        if not self.things.may_use(thing, name):
            raise Refused("it has no method of this name")
        return getattr(thing, name)(*args, **options)

    def _copy(self, thing: Any) -> Any:
        if isinstance(thing, torch.Tensor) or self.things.describe(thing) is None:
            raise Refused("this cannot be copied")
        return copy.deepcopy(thing)

    def _get(self, thing: Any, name: Any) -> Any:
        if not self.things.may_get(thing, name):
            raise NoSuchPart("it has no part of this name")
        return getattr(thing, name)

    def _set(self, thing: Any, name: Any, value: Any) -> None:
        if not self.things.may_set(thing, name, value):
            raise NoSuchPart("it has no part of this name that can be set")
        setattr(thing, name, value)

    def _grads(self, number: Any, gradient: Any) -> list:
        """Gradients of what this tensor of ours was made of, as it was told when the tensor was lent."""
        lent = self.book.entry(number)
        return list(torch.autograd.grad(lent.thing, lent.leaves, gradient, retain_graph=True, allow_unused=True))

    def _backward(self, number: Any, gradient: Any) -> None:
        """The gradient of our tensor, as far as it was used at the other end."""
        torch.autograd.backward(self.book.entry(number).thing, gradient, retain_graph=True)


def _checked(wanted: Any, content: Any) -> dict[str, Any]:
    """What comes with a request, if it is what the request needs."""
    if not isinstance(wanted, str) or not isinstance(content, dict) or FORMS.get(wanted) != content.keys():
        raise Refused("what came asks for nothing that can be had")
    if not isinstance(content.get("args", ()), tuple) or not isinstance(content.get("options", {}), dict):
        raise Refused("what came holds no arguments")
    return content


def _mode() -> dict[str, Any]:
    """The settings of the caller that hold for what it calls."""
    dtype = str(torch.get_autocast_dtype("cpu")).removeprefix("torch.")
    return {"grad": torch.is_grad_enabled(), "autocast": torch.is_autocast_enabled("cpu") and dtype}


@contextmanager
def _in_mode(mode: Any) -> Iterator[None]:
    told = mode if isinstance(mode, dict) else {}
    name = told.get("autocast")
    dtype = LOW_PRECISION.get(name) if isinstance(name, str) else None
    with (
        torch.set_grad_enabled(told.get("grad") is True),
        torch.autocast("cpu", dtype=dtype or torch.bfloat16, enabled=dtype is not None),
    ):
        yield


def connect(descriptor: int) -> dict[str, Any]:
    """The student's end: a proxy for each stand-in, whose state begins anew. RuntimeError if nobody is there."""
    peer = Peer(Stream(descriptor), joins_graphs=True)

    def adopt(number: int, instance: Any) -> None:
        peer.book.borrow(number, False, lambda loan: instance)

    peer.things = students = Students(peer.ask, adopt)
    return students.make_proxies(peer.ask("begin"))


def serve(descriptor: int, define: Callable[[], dict[str, Any]]) -> None:
    """The stand-ins' end: until the other one closes, or sends what is no message. define: their names, made anew."""
    stream, peer = Stream(descriptor), None
    with suppress(Gone, WireError):
        while True:
            message, tensors = stream.receive()
            if message.get("do") == "begin":
                peer = Peer(stream, joins_graphs=False)
                peer.things = StandIns(define(), peer.ask)
                peer.reply(peer.things.offer())
            elif peer:
                peer.answer(message, tensors)
            else:
                return
