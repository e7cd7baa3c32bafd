"""The grader's end of the sandbox: one child for each job, and no longer than allowed.

Theory of operation. A zygote is started once and asked for a child per job. A child takes the calls of its job one
after the other and answers each with a frame; it ends with the first call that fails to answer, or that leaves
something behind. When the zygote dies, all jobs in flight are lost with it: the first to notice starts another, and
every lost job is run again with no other job beside it, so that one that kills its zygote is found out and costs nobody
else anything. So it is with a disk that runs short, since nobody can count files that were removed and are held open:
all jobs in flight are lost, and whoever alone takes the disk is "flooded". Where the system stops processes for want
of memory, a job that lost one is run again, alone; if it is lost again, it is "starved", which is nobody's answer: a
larger machine has room for what a job may take. Where forks are unsafe each job gets a process. A job with stand-ins
has two children, and a socket between them (`door`).
"""

import errno
import os
import secrets
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from autograder.checkout import SUITES
from autograder.sandbox import container, framing, kernel, scratch
from autograder.sandbox.collection import Watch, collect_all
from autograder.sandbox.host import Gone, OneShot, SandboxError, Unsafe
from autograder.sandbox.hosts import Hosts
from autograder.sandbox.job import Contents, Job, Outcome, Place
from autograder.sandbox.limits import MAX_THREADS, MIB, Limits
from autograder.sandbox.turns import Turns


class Sandbox:
    """Runs one suite's probes; `run` may be called from several threads at once.

    level: "best", "weak" (accepts what does not hold), "off", "one-shot" (a process for each job), or a tier's name.
    hidden: what student code must never read, beside the suites. modules: names of what the probes import of ours;
    seed: the course's.
    """

    def __init__(
        self,
        probes: dict[str, str],
        level: str = "best",
        hidden: Sequence[str] = (),
        modules: Sequence[str] = (),
        seed: int = 0,
    ):
        self._hosts = Hosts(probes, level, [str(SUITES), *hidden], modules, seed)
        self._lock = threading.Lock()
        self._turns = Turns()
        self._free_slots: list[int] = []
        self._slots = 0

    def __enter__(self) -> "Sandbox":
        if shortage := container.describe_shortage():
            raise SandboxError(shortage)
        kernel.hide_memory()
        self._root, self._hold = scratch.make_root()
        self._room = scratch.Room(self._root)
        self._root.chmod(0o711)  # a slot's uid passes through to its own folder, and lists nothing
        try:
            self._hosts.launch(self._root)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._hosts.close()
        scratch.remove(self._root)
        os.close(self._hold)

    def stop(self) -> None:
        """End what is in flight, from another thread; whoever waits for it gets a SandboxError."""
        self._hosts.close()

    @property
    def is_alone(self) -> bool:
        """Whether one job runs alone and all others wait."""
        return self._turns.is_alone

    @property
    def level(self) -> str:
        """What was reached; empty before."""
        return self._hosts.level

    def run(self, job: Job) -> list[Outcome]:
        """Run one job in a child of its own: an outcome for each call, up to the first that was not answered.

        A job that is lost with its zygote is run again, alone, once. What was lost, or waited for, costs nobody's
        budget.
        """
        before = job.budget.stop()
        try:
            with self._turns.shared():
                job.budget.forgive(before)
                return self._attempt_beside_others(job)
        except Gone:
            pass
        with self._turns.alone():
            job.budget.forgive(before)
            self._refuse_full_disk(job)
            kills = container.oom_kills()
            try:
                outcomes = self._attempt(job)
            except Gone:
                outcomes = [Outcome("died")]
            self._refuse_full_disk(job)
            if _is_starved(job, outcomes, kills):
                outcomes = [*outcomes[:-1], Outcome("starved")] if not job.stand_ins else [Outcome("starved")]
            return outcomes

    def _attempt_beside_others(self, job: Job) -> list[Outcome]:
        """An answer that was given while the disk was full counts for nothing: its room may have been another's."""
        before, kills = self._room.shortages, container.oom_kills()
        try:
            outcomes = self._attempt(job)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Gone(str(error)) from None
        if self._room.is_short(job.limits.scratch_mib * MIB) or self._room.shortages != before:
            raise Gone("the disk ran short meanwhile")
        if _is_starved(job, outcomes, kills):
            raise Gone("the system stopped a process for want of memory")
        return outcomes

    def _refuse_full_disk(self, job: Job) -> None:
        if not self._room.returns(job.limits.scratch_mib * MIB):
            raise SandboxError(f"the disk with {self._root.parent} is almost full; free some space and run it again")

    def _attempt(self, job: Job) -> list[Outcome]:
        try:
            with self._place() as place:
                return self._run_beside_stand_ins(place, job) if job.stand_ins else self._run_in(place, job)
        except Unsafe:
            self._hosts.fork_no_more()
            raise Gone from None

    def _run_beside_stand_ins(self, place: Place, job: Job) -> list[Outcome]:
        """The stand-ins have a child of their own, which ends with the job; what it has used counts, too."""
        own, other = job.share()
        with self._place() as behind, ExitStack() as ends:
            theirs, door = (ends.enter_context(end) for end in socket.socketpair())
            with open(os.devnull, "wb") as nothing:
                silent = [nothing.fileno(), nothing.fileno()]
                child = behind.begin(other, Contents({"stand_ins": job.stand_ins}), [*silent, theirs])
            theirs.close()
            try:
                outcomes = self._run_in(place, own, door)
            finally:
                usage = behind.finish(child, job, grace=False)
        return [outcome.with_usage(usage) for outcome in outcomes]

    def _run_in(self, place: Place, job: Job, *door: socket.socket) -> list[Outcome]:
        nonce = secrets.token_bytes(framing.NONCE_BYTES)
        with ExitStack() as ours:
            result, output = (os.pipe() for _ in range(2))
            ours.callback(os.close, result[0])
            ours.callback(os.close, output[0])
            with ExitStack() as theirs:
                theirs.callback(os.close, result[1])
                theirs.callback(os.close, output[1])
                child = place.begin(job, job.contents(nonce), [result[1], output[1], *door])
            for end in door:
                end.close()
            is_greedy = partial(self._is_greedy, place, job.limits)
            watch = Watch(job.limits, job.budget, partial(place.host.used, child), is_greedy)
            try:
                answers = collect_all(result[0], output[0], nonce, len(job.calls), watch)
            except Gone:
                place.finish(child, job, grace=False)
                raise
        usage = place.finish(child, job, grace=answers[-1][0] == "died")
        return [job.outcome(ended, frame, nonce, usage) for ended, frame in answers]

    @contextmanager
    def _place(self) -> Iterator[Place]:
        """A process to run in, a slot and a scratch folder."""
        host, slot = self._hosts.get(), self._take_slot()
        folder = Path(tempfile.mkdtemp(dir=self._root))
        try:
            yield Place(host, slot, folder)
        finally:
            scratch.remove(folder)
            with self._lock:
                self._free_slots.append(slot)

    def _is_greedy(self, place: Place, limits: Limits) -> bool:
        if self._room.is_short(limits.scratch_mib * MIB):
            if not self._turns.is_alone:
                raise Gone("the disk runs short, and it is not known by whom")
            return True
        crowded = isinstance(place.host, OneShot) and place.host.is_crowded(MAX_THREADS)
        return crowded or scratch.is_overfull(place.folder, limits.scratch_mib * MIB)

    def _take_slot(self) -> int:
        """A small number that no job in flight shares."""
        with self._lock:
            if not self._free_slots:
                self._slots += 1
                self._free_slots.append(self._slots - 1)
            return self._free_slots.pop()


def _is_starved(job: Job, outcomes: Sequence[Outcome], kills: int) -> bool:
    """Whether the system has stopped a process meanwhile that the job may have lost; kills: how many before.

    Stand-ins that end make a student's call fail, in whatever way.
    """
    last = outcomes[-1]
    is_lost = last.ended == "died" and last.signal in (0, signal.SIGKILL)
    return (is_lost or bool(job.stand_ins)) and container.oom_kills() > kills
