"""Which workers a cluster has, which of them can take a submission, and why others cannot."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograder.observing.cluster import ClusterError

NO_WORKER_SECONDS = 30.0  # without a worker that could take a submission
SILENT_SECONDS = 60.0  # without a sign of life; a worker gives one every second or two
RUN_AGAIN = "what is graded is stored; run the same command again for the rest"


@dataclass
class Worker:
    """One Dask worker. used: threads that have a submission; stuck: those that never gave one back.

    signal: the time of its last sign of life by its own side's clock; heard: by ours, when that last changed.
    """

    address: str
    name: str
    threads: int
    signal: float
    heard: float
    used: int = 0
    stuck: int = 0
    refused: str = ""

    @property
    def is_silent(self) -> bool:
        return time.monotonic() - self.heard > SILENT_SECONDS

    @property
    def usable(self) -> int:
        """Threads that come into question, be they busy or free."""
        return 0 if self.refused or self.is_silent else max(0, self.threads - self.stuck)


class WorkerList:
    """Lends out the workers' threads; all methods may be called from several threads at once."""

    def __init__(self) -> None:
        self._workers: dict[str, Worker] = {}
        self._change = threading.Condition()
        self._updated = self._served = time.monotonic()
        self._broken: ClusterError | None = None

    def update(self, workers: dict[str, dict[str, Any]]) -> None:
        """What the scheduler says, address -> its entry for a worker: some are new, some gone, some silent."""
        now = time.monotonic()
        with self._change:
            for address, told in workers.items():
                known = self._workers.get(address)
                if known is None or known.name != str(told["name"]):
                    self._workers[address] = Worker(
                        address, str(told["name"]), told["nthreads"], told["last_seen"], now
                    )
                elif known.signal != told["last_seen"]:
                    known.signal, known.heard = told["last_seen"], now
            for address in self._workers.keys() - workers.keys():
                del self._workers[address]
            self._updated = now
            if any(worker.usable for worker in self._workers.values()):
                self._served = now
            self._change.notify_all()

    def stop(self, reason: ClusterError) -> None:
        """From now on everyone who waits or asks gets this error; the first reason stays."""
        with self._change:
            self._broken = self._broken or reason
            self._change.notify_all()

    def check(self) -> None:
        """ClusterError if there is no cluster any more."""
        if self._broken:
            raise self._broken
        if time.monotonic() - self._updated > SILENT_SECONDS:
            raise ClusterError(f"the scheduler does not answer any more; {RUN_AGAIN}")

    def has(self, worker: Worker) -> bool:
        """Whether this very worker is still there and gives signs of life."""
        return self._workers.get(worker.address) is worker and not worker.is_silent

    @property
    def threads(self) -> int:
        """How many submissions can be observed at a time."""
        with self._change:
            return sum(worker.usable for worker in self._workers.values())

    @contextmanager
    def borrow(self) -> Iterator[Worker]:
        """A free thread of some worker; waits for one as long as there is hope."""
        with self._change:
            while not (worker := self._freest()):
                self._check_hope()
                self._change.wait(1)
            worker.used += 1
        try:
            yield worker
        finally:
            with self._change:
                worker.used -= 1
                self._change.notify_all()

    def refuse(self, worker: Worker, reason: str) -> bool:
        """Use it no more; whether that is news."""
        with self._change:
            is_news, worker.refused = not worker.refused, reason
            self._change.notify_all()
            return is_news

    def write_off(self, worker: Worker) -> None:
        """One of its threads hangs, and is not lent out again."""
        with self._change:
            worker.stuck += 1

    def _freest(self) -> Worker | None:
        self.check()
        free = [worker for worker in self._workers.values() if worker.usable > worker.used]
        return max(free, key=lambda worker: worker.usable - worker.used, default=None)

    def _check_hope(self) -> None:
        workers = self._workers.values()
        if workers and all(worker.refused for worker in workers):
            raise ClusterError(describe_refusal(next(iter(workers))))
        if time.monotonic() - self._served > NO_WORKER_SECONDS:
            raise ClusterError(
                f"the cluster had no worker that answers for {NO_WORKER_SECONDS:g} s; start some with `dask worker`,"
                " and run the same command again"
            )


def describe_refusal(worker: Worker) -> str:
    return f"the worker {worker.name} at {worker.address} is refused: {worker.refused}"
