"""Who may run beside whom: most jobs share, a job that was lost once runs alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock with two ways in. is_alone: whether the one who runs now came in by the second."""

    def __init__(self) -> None:
        self.is_alone = False
        self._change = threading.Condition()
        self._running = 0
        self._waiting_alone = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        with self._change:
            self._change.wait_for(lambda: not self._waiting_alone)
            self._running += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._change:
            self._waiting_alone += 1
            self._change.wait_for(lambda: not self._running)
            self._running += 1
            self.is_alone = True
        try:
            yield
        finally:
            with self._change:
                self._waiting_alone -= 1
                self.is_alone = False
            self._leave()

    def _leave(self) -> None:
        with self._change:
            self._running -= 1
            self._change.notify_all()
