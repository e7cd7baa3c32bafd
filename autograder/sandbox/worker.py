"""Runs beside student code: builds the notebook's names, calls probes on them, makes a frame of each answer.

Nothing in here is trusted by the grader: whatever this process sends is an answer to be judged, never a verdict
to be believed. Of ours it imports `wire`, `traces`, `door`, and of the library what runs a notebook's statements.

A process may answer several calls. Each finds the process as the first one did: statements are run anew, inputs are
made anew, and random numbers start again. Where that cannot be had, the series ends, and the grader starts another
process for the rest.
"""

import os
import sys
import time
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import CodeType
from typing import Any

from autograder.sandbox import door, wire
from autograder.sandbox.traces import Traces
from homework.notebook.stubs import unwritten
from homework.running import Missing, Program, Running, Student, to_sentence, where
from homework.seeding import seed_all

SEED, STEP = "SEED_SHIFT", 100_003  # what the probes' inputs read; how far a further set of inputs is from the last
MAX_SENTENCE = 160  # it is the one text of the student that comes out: room for an error, not for a hidden input


def compile_probes(sources: dict[str, str]) -> dict[str, CodeType]:
    """The modules of the package `probes`; those whose names begin with `inputs` come first, as others import them."""
    names = sorted(sources, key=lambda name: (not name.startswith("inputs"), name))
    return {name: compile(sources[name], f"<probes {name}>", "exec") for name in names}


def load_probes(codes: dict[str, CodeType], exercise: str | None = None) -> dict[str, types.ModuleType]:
    """Run these modules, or the inputs and those of one exercise; there is no file to read."""
    package = types.ModuleType("probes")
    package.__path__ = []
    sys.modules["probes"] = package
    modules = {}
    for name, code in codes.items():
        if exercise and name != exercise and not name.startswith("inputs"):
            continue
        module = types.ModuleType(f"probes.{name}")
        module.__package__ = "probes"
        sys.modules[module.__name__] = module
        exec(code, module.__dict__)
        modules[name] = module
    return modules


def load_probe(codes: dict[str, CodeType], exercise: str, name: str) -> Callable[..., Any]:
    """A probe with its inputs made anew; of "probe@number" with those of another set."""
    name, _, number = name.partition("@")
    first = os.environ.get(SEED, "0")
    os.environ[SEED] = str(int(first) + STEP * int(number or 0))
    try:
        return getattr(load_probes(codes, exercise)[exercise], name)
    finally:
        os.environ[SEED] = first


def answer_all(
    probes: dict[str, CodeType],
    job: Mapping[str, Any],
    files: dict[str, bytes],
    seconds: tuple[float, float],
    stand_ins: int | None = None,
) -> Iterator[bytes]:
    """For each call of the job the frame that tells what came of it; none after one that left traces.

    job: calls, (exercise, probe) each, statements, needs and the nonce as in `job.Job`. seconds: of processor time, and
    in all, for the notebook's statements before a call. stand_ins: the descriptor behind which some names of the
    notebook are called in place of the student's own.
    """
    repairs = keep_data_loading_in_process()
    traces, seed = Traces(), _seed()
    program, nonce = Program(job["statements"], job["needs"]), bytes.fromhex(job["nonce"])
    for exercise, name in job["calls"]:
        started = time.process_time()
        seed_all(seed)
        probe = load_probe(probes, exercise, name)
        answered = _answer(exercise, probe, files, partial(Running, program, seconds=seconds), stand_ins)
        answered["~notes"] = "\n".join([*repairs, *answered["~notes"]])
        yield _to_frame({**answered, "~seconds": time.process_time() - started}, nonce)
        if not traces.put_back():
            return


def _answer(
    exercise: str, probe: Any, files: dict[str, bytes], begin: Callable[..., Running], stand_ins: int | None
) -> dict[str, Any]:
    running = begin()
    try:
        if stand_ins is not None:  # they stand before the notebook's own, which may name them, and in their place
            running = begin(given=door.connect(stand_ins))
        running.provide(exercise)
        told = {**probe(Student(running, files, stand_ins is not None)), "~verdict": "PASSED"}
    except BaseException as error:
        told = describe(error, exercise, running)
    notes = [f"{failure.place}: {failure.saw[:MAX_SENTENCE]}" for failure in running.failures if failure.is_news]
    return {**told, "~notes": notes}


def serve_stand_ins(statements: Sequence[tuple[str, str]], descriptor: int, begin_call: Callable[[], None]) -> None:
    """The other end of `answer_all`'s stand-ins, in a process without student code: each call finds them new."""
    program = Program(statements)
    traces = Traces()

    def define() -> dict[str, Any]:
        begin_call()
        traces.put_back()
        seed_all(_seed())
        running = Running(program, "stand_ins")
        running.provide("")
        if running.failures:  # then the door stays shut, as the student's own would be called in its place
            raise RuntimeError(f"a stand-in cannot be defined: {running.failures[0].saw}")
        return running.names

    door.serve(descriptor, define)


def _seed() -> int:
    return int(os.environ.get(SEED, "0"))


def _to_frame(answered: dict[str, Any], nonce: bytes) -> bytes:
    try:
        return wire.write(answered, nonce)
    except BaseException as error:
        own = {name: value for name, value in answered.items() if name in ("~notes", "~seconds")}
        return wire.write({**own, **describe(error)}, nonce)


def keep_data_loading_in_process() -> list[str]:
    """Give no DataLoader the worker processes it asks for; the list that is returned gets a note when one does."""
    from torch.utils.data import DataLoader

    notes: list[str] = []
    initialise = DataLoader.__init__

    def initialise_without_workers(self: DataLoader, *args: Any, **options: Any) -> None:
        if options.get("num_workers") or any(args[5:6]):
            for name in ("num_workers", "prefetch_factor", "persistent_workers", "multiprocessing_context", "timeout"):
                options.pop(name, None)
            args = (*args[:5], 0, *args[6:]) if args[5:] else args
            notes[:] = ["a DataLoader asked for worker processes; here it loads in the process itself"]
        initialise(self, *args, **options)

    DataLoader.__init__ = initialise_without_workers  # type: ignore[method-assign]  # every DataLoader is meant
    return notes


def describe(error: BaseException, exercise: str = "", running: Running | None = None) -> dict[str, str]:
    """Verdict, class name and one sentence for what the student's code raised."""
    kind = type(error).__name__
    stub = error.name if isinstance(error, Missing) and not error.why else unwritten(error)
    if stub:
        saw = "not written yet" if stub == exercise else f"{stub} is not written yet"
        return {"~verdict": "NOT_WRITTEN", "~error": kind, "~saw": saw}
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return {"~verdict": "OUT_OF_MEMORY", "~error": kind, "~saw": "it asked for more memory than is allowed"}
    verdict = "FORBIDDEN" if isinstance(error, PermissionError) else "CRASHED"
    place = where(error)
    saw = f"{to_sentence(error)[:MAX_SENTENCE]}{f' ({place})' if place else ''}"
    if isinstance(error, Missing):
        saw = str(error)
    elif isinstance(error, NameError) and running and (why := running.explain(error.name)):
        saw = f"{saw}: {why}"
    return {"~verdict": verdict, "~error": kind, "~saw": saw[: 2 * MAX_SENTENCE]}


def write_all(descriptor: int, frame: bytes) -> None:
    """Every byte of the frame, however small the pipe."""
    view = memoryview(frame)
    while view:
        view = view[os.write(descriptor, view) :]
