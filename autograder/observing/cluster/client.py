"""The grader's part: hands submissions to workers, and to others when one is lost, frozen or refused."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from autograder.observing.cluster import ClusterError, parcels, station
from autograder.observing.cluster.worker_list import RUN_AGAIN, Worker, WorkerList, describe_refusal
from autograder.observing.look import Seen
from autograder.records import Submission
from autograder.sandbox.budget import Budget
from autograder.sandbox.host import START_SECONDS
from autograder.suite import Suite

ATTEMPTS = 3
MOST_AT_ONCE = 512  # threads of ours, which only wait
CONNECT_SECONDS, FETCH_SECONDS, CLOSE_SECONDS = 10, 60, 10
LOOK_SECONDS = 0.5
_LOUD = ("distributed", "distributed.client", "distributed.core", "tornado", "tornado.application", "asyncio")


class WorkersLost(Exception):
    """As many workers as may try were lost, froze or were late with this one submission."""


class WorkerFailed(Exception):
    """The grader's code failed on a worker. reason: the class of its error."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Cluster:
    """Observes submissions on the workers of the Dask scheduler at `address`. Use as a context manager.

    level: what every worker's sandbox must reach. hidden: paths that must not be readable on a worker either.
    warn: is told, in a sentence, of each worker that is refused.
    """

    def __init__(self, address: str, chosen: Suite, level: str, hidden: Sequence[Path], warn: Callable[[str], None]):
        self._address, self._chosen, self._level, self._warn = address, chosen, level, warn
        self._hidden = tuple(str(path.resolve()) for path in hidden)
        self._versions = station.describe_versions(chosen)
        self._deadline = deadline()
        self._worker_list = WorkerList()
        self._stopped = threading.Event()

    def __enter__(self) -> "Cluster":
        self._client = connect(self._address)
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        """What is in flight is cancelled; a worker that is at it ends it, and nobody hears of it."""
        self._stopped.set()
        self._worker_list.stop(ClusterError("grading was stopped"))
        self._pool.shutdown(cancel_futures=True)
        self._watcher.join(CLOSE_SECONDS)
        with suppress(Exception):  # the scheduler may be gone
            self._client.close(timeout=CLOSE_SECONDS)

    @property
    def at_once(self) -> int:
        return max(1, min(self._worker_list.threads, MOST_AT_ONCE))

    def look(self, submission: Submission) -> Future[Seen]:
        """The first look to come, with the student's own definitions."""
        return self._pool.submit(self._observe, submission, None)

    def look_again(self, seen: Seen) -> Future[Seen]:
        """The second one, with our stand-ins in the place of what was wrong in the first."""
        return self._pool.submit(self._observe, None, seen)

    def is_late(self, future: Future[Seen]) -> bool:
        """Never: a worker that is late is found out by its deadline."""
        return False

    def _observe(self, submission: Submission | None, seen: Seen | None) -> Seen:
        request = parcels.pack_request(
            parcels.Request(self._chosen.homework, self._versions, self._level, self._hidden, submission, seen)
        )
        attempts = 0
        while attempts < ATTEMPTS:
            with self._worker_list.borrow() as worker:
                answer = self._ask(worker, request)
            if answer and answer.refused:
                if self._worker_list.refuse(worker, answer.refused):
                    self._warn(describe_refusal(worker))
                continue
            attempts += 1
            if answer and answer.failed:
                raise WorkerFailed(answer.failed)
            if answer and answer.seen:
                return answer.seen
        raise WorkersLost

    def _ask(self, worker: Worker, request: bytes) -> parcels.Answer | None:
        """The worker's answer; None if it was lost, fell silent or is late."""
        with self._task(worker, request) as task:
            late = time.monotonic() + self._deadline
            while self._worker_list.has(worker):
                if self._is_done(task):
                    return self._fetch(task)
                if time.monotonic() > late:
                    self._worker_list.write_off(worker)
                    return None
        return None

    @contextmanager
    def _task(self, worker: Worker, request: bytes) -> Iterator[Any]:
        """A task for this worker alone; Dask forgets it behind the block."""
        key = f"autograder-{uuid.uuid4().hex}"
        try:
            task = self._client.submit(station.answer, request, key=key, workers=[worker.address], pure=False)
        except Exception:  # of the connection: bytes and a function can always be sent
            raise self._lose_scheduler() from None
        try:
            yield task
        finally:
            with suppress(Exception):  # the scheduler may be gone
                task.cancel(force=True)

    def _is_done(self, task: Any) -> bool:
        from distributed import wait

        self._worker_list.check()
        with suppress(TimeoutError, CancelledError), self._client.as_current():
            wait([task], timeout=LOOK_SECONDS)
        return task.done()

    def _fetch(self, task: Any) -> parcels.Answer | None:
        from distributed.scheduler import KilledWorker

        try:
            return parcels.unpack_answer(task.result(timeout=FETCH_SECONDS))
        except CancelledError:  # we cancel none that we wait for: Dask does so when the connection is lost
            raise self._lose_scheduler() from None
        except (KilledWorker, TimeoutError, OSError):
            return None
        except (ImportError, AttributeError) as error:  # of the task's function: there is no such grader
            return parcels.Answer(refused=f"it cannot run the grader ({type(error).__name__}); {station.SAME}")
        except Exception as error:  # of this one request; the worker may serve others
            return parcels.Answer(failed=type(error).__name__)

    def _watch(self) -> None:
        """Tell the list what the scheduler says of its workers, until the end."""
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                workers = self._client.scheduler_info(n_workers=-1)["workers"]
            except Exception:
                self._lose_scheduler()
                return
            if self._client.status != "running":
                self._lose_scheduler()
                return
            self._worker_list.update(workers)

    def _lose_scheduler(self) -> ClusterError:
        error = ClusterError(f"the scheduler at {self._address} was lost; {RUN_AGAIN}")
        self._worker_list.stop(error)
        return error


def connect(address: str) -> Any:
    """A client of the scheduler at this address; ClusterError if there is none, or no Dask here."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError("--scheduler needs Dask; run `pip install '.[cluster]'` in the checkout") from None
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="autograder")
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ClusterError(
            f"no Dask scheduler can be reached at {address} ({reason}); start one with `dask scheduler`, and name the"
            " address it prints"
        ) from None


def deadline() -> float:
    """Seconds by which a worker must have answered, however slow the submission is.

    The worker may have to open its sandbox first, and another grader's submission may be in front.
    """
    return START_SECONDS + 2 * Budget.wall_seconds
