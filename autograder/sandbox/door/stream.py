"""Messages through a descriptor: frames of `wire`, each with tensors and a JSON tree that says what they are."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.sandbox import framing, wire
from autograder.sandbox.framing import WireError

NONCE = b"through the door"
TREE = "tree"


class Gone(Exception):
    """Nobody is at the other end any more."""


class Stream:
    """Frames through a descriptor."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def send(self, message: dict[str, Any], tensors: dict[str, Any]) -> None:
        """WireError, and nothing is sent, where they are too large or of a kind that cannot travel."""
        view = memoryview(wire.write({TREE: json.dumps(message), **tensors}, NONCE))
        with _as_gone():
            while view:
                view = view[os.write(self._descriptor, view) :]

    def receive(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A message and the tensors beside it; WireError for what is none."""
        prefix = self._read(framing.PREFIX_BYTES)
        length = framing.frame_length(prefix, NONCE)
        tensors = wire.read(prefix + self._read(length - len(prefix)), NONCE)
        try:
            message = json.loads(tensors.pop(TREE))
        except (KeyError, TypeError, ValueError, RecursionError):
            raise WireError("a message holds no tree") from None
        if not isinstance(message, dict):
            raise WireError("a message is no table")
        return message, tensors

    def _read(self, count: int) -> bytes:
        data = bytearray()
        with _as_gone():
            while len(data) < count:
                more = os.read(self._descriptor, min(1 << 20, count - len(data)))
                if not more:
                    raise Gone
                data += more
        return bytes(data)


@contextmanager
def _as_gone() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise Gone from None
