"""Threads that wait for the sandbox. One that never comes back is given up, and costs nobody its place."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

END_SECONDS = 10  # for what is in flight when the pool is closed


class Pool:
    """So many daemon threads; a standard executor's would be waited for at the end of the program."""

    def __init__(self, size: int):
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._since: dict[Future[Any], float] = {}
        self._is_closed = False
        self._threads = [self._start() for _ in range(size)]

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """What `work` will give."""
        future: Future[Any] = Future()
        self._queue.put((future, lambda: work(*arguments)))
        return future

    def is_late(self, future: Future[Any], seconds: float) -> bool:
        """Whether it has been worked on for longer than this."""
        since = self._since.get(future)
        return since is not None and time.monotonic() - since > seconds

    def start_clocks_anew(self) -> None:
        """What is worked on has been waiting so far."""
        self._since = dict.fromkeys(list(self._since), time.monotonic())

    def give_up(self, future: Future[Any]) -> None:
        """Wait for it no more; another thread takes the place of the one that is at it."""
        self._since.pop(future, None)
        self._threads.append(self._start())

    def close(self) -> None:
        """Cancel what waits, and wait a moment for what is in flight."""
        self._is_closed = True
        for _ in self._threads:
            self._queue.put(None)
        deadline = time.monotonic() + END_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _start(self) -> threading.Thread:
        thread = threading.Thread(target=self._serve, daemon=True)
        thread.start()
        return thread

    def _serve(self) -> None:
        while entry := self._queue.get():
            future, work = entry
            if self._is_closed or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            self._since[future] = time.monotonic()
            try:
                result = work()
            except BaseException as error:  # of any kind: who waits is told
                future.set_exception(error)
            else:
                future.set_result(result)
            self._since.pop(future, None)
