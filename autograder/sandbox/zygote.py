"""The process that holds torch and no secret: it forks one child for each job, and one for the job's stand-ins.

Theory of operation. The grader execs this file in a clean interpreter with an empty environment, one socket and no
other descriptor. It imports torch and what notebooks import, loads the suite's probes (inputs, never answers), lets
`confinement` find out what this machine can give, freezes the garbage collector and waits. For each request it forks.
The child drops everything it does not need, locks itself down (`limits`, `confinement`), and only then runs student
code, answering each call with one frame on the result pipe. A request holds descriptors and limits; the job itself,
with a student's source, comes in a file that only the child reads, so that no submission passes through the memory
that the next child inherits. A job of stand-ins is locked down alike and serves the student's child (`door`). The
zygote never runs student code and never reads a result: it reports the child's pid and, when asked, what it has used
and how it ended. Requests are answered one at a time, in order; in between, children with too many threads are killed.

A process with more than one thread must not be forked: locks that another thread holds stay locked in the child. Then,
and where the platform cannot fork after importing torch (macOS), the grader starts this file once for every job
(`one-shot`): the process takes the child's part itself.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from autograder.sandbox import confinement, huge_pages, kernel, limits, self_test, worker
from autograder.sandbox.channel import Channel
from autograder.sandbox.reaping import reap, used

RESULT, DOOR = 3, 4  # descriptors in the child: 0 reads nothing, 1 and 2 are the output pipe
OUT_OF_THE_WAY = 64
COURSE_SEED = "COURSE_SEED"  # what the probes' inputs read beside the shift
WATCH_SECONDS = 0.1
# What notebooks import: a late import costs every child anew, and is not possible in every tier.
PRELOADED = ("matplotlib.pyplot", "torchvision.transforms.v2", "torch.utils.data", "tqdm.auto", "safetensors.torch")


def serve(control: Channel) -> None:
    """Answer the grader's requests until it closes the socket."""
    start, _ = control.receive()
    os.environ[COURSE_SEED] = str(start["seed"])
    kernel.hide_memory()
    _preload(start["modules"])
    if start["one_shot"]:
        _serve_once(control, start)
    else:
        _serve_many(control, start)


def _preload(modules: Sequence[str]) -> None:
    gc.disable()  # what is imported stays: looking through it for garbage again and again takes a fifth of the time
    import torch

    torch.set_num_threads(1)
    torch.empty(1)  # torch's allocator reads its setting now: a child's environment does not have it
    for name in (*PRELOADED, *_library(), *modules):
        with suppress(ImportError):  # then student code cannot import it either
            importlib.import_module(name)
    gc.enable()


def _library() -> list[str]:
    """All modules of the given library."""
    import homework

    found = pkgutil.walk_packages(homework.__path__, "homework.")
    return [module.name for module in found if not module.name.endswith("__main__")]


def _serve_many(control: Channel, start: dict) -> None:
    probes = worker.compile_probes(start["probes"])
    worker.load_probes(probes)  # what they import is imported now, once
    _make_ready()
    if sys.platform == "darwin" or not _is_single_threaded():
        return control.send({"unsafe": "the platform or a second thread makes forks unsafe"})
    try:
        plan = confinement.plan(
            start["readable"], start["level"], self_test.Target(**start["target"]), start["wrapped"]
        )
    except confinement.ConfinementError as error:
        return control.send({"refused": str(error)})
    start.clear()  # its paths, and probes as text, are no business of what is forked from here
    gc.collect()
    gc.freeze()
    control.send({"level": plan.level})
    children: set[int] = set()
    collapsing = huge_pages.collapse()
    looked = time.monotonic()
    while True:
        looked = _watch(control, children, looked)
        try:
            request, descriptors = control.receive()
        except (EOFError, ConnectionError):
            return None
        if "reap" in request:
            control.send(_reap(request["reap"], request["grace"], children))
        elif "used" in request:
            control.send({"seconds": used(request["used"]) if request["used"] in children else 0.0})
        else:
            control.send(_fork(request, descriptors, probes, plan, control, children))
            next(collapsing, None)  # now that the child is at work


def _make_ready() -> None:
    """What the probes' stand-in for a GPU needs is prepared once."""
    from homework import standin

    standin.stay_ready()


def _watch(control: Channel, children: set[int], looked: float) -> float:
    """Wait for a request; meanwhile stop children that make threads without end (no limit binds uid 0).

    Returns when it last looked at the children: requests that come without a pause must not keep it from looking.
    """
    while True:
        has_request = select.select([control], [], [], WATCH_SECONDS if children else None)[0]
        if time.monotonic() - looked >= WATCH_SECONDS:
            _stop_thread_bombs(children)
            looked = time.monotonic()
        if has_request:
            return looked


def _stop_thread_bombs(children: set[int]) -> None:
    for child in children:
        with suppress(OSError):  # it has ended
            if len(os.listdir(f"/proc/{child}/task")) > limits.MAX_THREADS:
                os.kill(child, signal.SIGKILL)


def _fork(request: dict, descriptors: list[int], probes: dict, plan: Any, control: Channel, children: set[int]) -> dict:
    if not _is_single_threaded():
        return {"unsafe": "a second thread runs, and the child of a fork could wait for ever for what it holds"}
    try:
        child = os.fork()
    except OSError as error:
        return {"refused": f"no process could be started: {error.strerror}"}
    if not child:
        try:
            become_child(request, descriptors, lambda: probes, plan)
        finally:
            os._exit(1)  # only reached when the child could not be set up
    for descriptor in descriptors:
        os.close(descriptor)
    children.add(child)
    return {"pid": child}


def _serve_once(control: Channel, start: dict) -> None:
    """The child's part without a fork. A process with several threads would confine only one of them: refuse."""
    tier = confinement.candidates(start["level"], start["wrapped"])[0]
    plan = confinement.make(tier, start["readable"], os.getppid())
    if isinstance(plan, str) or (tier.name != "0" and not _is_single_threaded()):
        return control.send({"refused": plan if isinstance(plan, str) else "it runs more than one thread"})
    if start.get("only_try"):
        confinement.apply(plan, start["scratch"], 0)
        through = self_test.attempt(self_test.Target(**start["target"]), tier.name)
        return control.send({"level": plan.level, "through": through})
    control.send({"level": plan.level})
    request, descriptors = control.receive()
    control.send({"pid": os.getpid(), "used": time.process_time()})
    become_child(request, descriptors, lambda: worker.compile_probes(start["probes"]), plan)
    return None


def become_child(request: dict, descriptors: list[int], load: Any, plan: Any) -> None:
    """Lock this process down, run one job in it, and end it."""
    scratch = request["scratch"]
    job_file, result, output, *door = descriptors
    with open(job_file, "rb") as file:
        job = json.loads(file.readline())
        files = {name: file.read(length) for name, length in job["files"].items()}
    if os.getsid(0) != os.getpid():  # without a fork it has a session of its own already
        os.setsid()
    _place_descriptors(result, output, *door)
    seeds = {name: os.environ.get(name, "0") for name in (worker.SEED, COURSE_SEED)}
    os.environ.clear()
    os.environ.update(HOME=scratch, TMPDIR=scratch, MPLCONFIGDIR=scratch, MPLBACKEND="agg", PATH="/usr/bin:/bin",
                      LANG="C.UTF-8", OMP_NUM_THREADS="1", TORCHDYNAMO_DISABLE="1", **seeds)  # fmt: skip
    os.chdir(scratch)
    each = limits.Limits(**request["limits"])
    limits.apply(each, request["cpu_seconds"])
    confinement.apply(plan, scratch, request["slot"])
    if "stand_ins" in job:
        worker.serve_stand_ins(job["stand_ins"], DOOR, lambda: limits.begin_call(each))
    else:
        _answer(job, files, load, each, DOOR if door else None)
    os._exit(0)  # no atexit handler of the student's runs


def _answer(job: dict, files: dict[str, bytes], load: Any, each: limits.Limits, door: int | None) -> None:
    answers = worker.answer_all(load(), job, files, (each.cpu_seconds * 2 / 3, each.wall_seconds * 3 / 4), door)
    limits.begin_call(each)
    for frame in answers:
        worker.write_all(RESULT, frame)
        limits.begin_call(each)


def _place_descriptors(result: int, output: int, *door: int) -> None:
    """The standard places, and nothing else is open: the control socket least of all."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    wanted = (nothing, output, output, result, *door)  # 0, 1, 2, RESULT, DOOR
    for place, descriptor in enumerate(wanted):
        os.dup2(descriptor, OUT_OF_THE_WAY + place)
    for place in range(len(wanted)):
        os.dup2(OUT_OF_THE_WAY + place, place)
    os.closerange(len(wanted), 1 << 20)


def _reap(child: int, grace: bool, children: set[int]) -> dict:
    """How this child ended. With grace, one that closed its pipes gets a moment to end by itself; then it is killed."""
    if child not in children:
        return {"refused": f"{child} is no child of this process"}
    children.remove(child)
    return reap(child, grace)


def _is_single_threaded() -> bool:
    """Now or in a moment: an import may have left a thread behind that is just ending."""
    deadline = time.monotonic() + 1
    while (several := _threads() > 1) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not several


def _threads() -> int:
    try:
        return max(len(os.listdir("/proc/self/task")), threading.active_count())
    except FileNotFoundError:  # no /proc
        return threading.active_count()


if __name__ == "__main__":
    with suppress(EOFError, ConnectionError):  # the grader is gone, and nobody waits for an answer
        serve(Channel(socket.socket(fileno=int(sys.argv[1]))))
