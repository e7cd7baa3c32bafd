"""Stand-ins behind a door, in a thread of the test's own process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.sandbox import door
from homework import running


class Behind:
    """`connect` gives the student's proxies; `own` are the same definitions, called without a door."""

    def __init__(self, source: str):
        self.student, self.other = socket.socketpair()
        program = running.Program([(source, "stand-in")])

        def define(module: str) -> dict[str, Any]:
            begun = running.Running(program, module)
            begun.provide("")
            return begun.names

        def serve() -> None:
            door.serve(self.other.fileno(), lambda: define("stand_ins"))
            self.other.close()

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        self.own = define("beside")

    def connect(self) -> dict[str, Any]:
        return door.connect(self.student.fileno())

    def close(self) -> None:
        self.student.close()
        self._thread.join()


@contextmanager
def behind(source: str) -> Iterator[Behind]:
    """Stand-ins of this source, until the block ends."""
    made = Behind(source)
    try:
        yield made
    finally:
        made.close()
