"""Runs beside student code: builds the notebook's names, calls probes on them, makes a frame of each answer.

Nothing in here is trusted by the grader: whatever this process sends is an answer to be judged, never a verdict
to be believed. It imports `wire` and `traces` and nothing else of ours.

A process may answer several calls. Each finds the process as the first one did: the definitions are run anew, inputs
are made anew, and random numbers start again. Where that cannot be had, the series ends, and the grader starts another
process for the rest.
"""

import ast
import os
import sys
import time
import traceback
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from autograder import wire
from autograder.sandbox.traces import Traces

MAX_SENTENCE = 160  # it is the one text of the student that comes out: room for an error, not for a hidden input


class NotWritten(Exception):
    """The student's notebook has no such definition."""


class Student:
    """What a probe sees of a submission: its definitions as attributes, and its files."""

    def __init__(self, names: dict[str, Any], files: dict[str, bytes]):
        self._names, self.files = names, files

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise NotWritten(name) from None


class _NoShell:
    """Stands for IPython in magics inside functions: every call does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


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


def answer_all(
    probes: dict[str, CodeType],
    calls: Sequence[tuple[str, str]],
    statements: Sequence[tuple[str, str]],
    files: dict[str, bytes],
    nonce: bytes,
) -> Iterator[bytes]:
    """For each call, (exercise, probe), the frame that tells what came of it; none after one that left traces."""
    repairs = keep_data_loading_in_process()
    program = [_compile(source, place) for source, place in statements]
    traces = Traces()
    for exercise, name in calls:
        started = time.process_time()
        probe = getattr(load_probes(probes, exercise)[exercise], name)
        answered = _answer(probe, program, files, repairs)
        yield _to_frame({**answered, "~seconds": time.process_time() - started}, nonce)
        if not traces.put_back():
            return


def _answer(probe: Any, program: "Sequence[_Statement]", files: dict[str, bytes], repairs: list[str]) -> dict[str, Any]:
    notes: list[str] = []
    names = _define(program, notes)
    try:
        told = {**probe(Student(names, files)), "~verdict": "PASSED"}
    except BaseException as error:
        told = describe(error)
    return {**told, "~notes": "\n".join([*repairs, *notes])}


def _to_frame(answered: dict[str, Any], nonce: bytes) -> bytes:
    try:
        return wire.write(answered, nonce)
    except BaseException as error:
        own = {name: value for name, value in answered.items() if name in ("~notes", "~seconds")}
        return wire.write({**own, **describe(error)}, nonce)


@dataclass(frozen=True)
class _Statement:
    """One definition, compiled; or why it cannot be. is_value: it binds names to values, and defines nothing."""

    place: str
    code: CodeType | None = None
    error: BaseException | None = None
    is_value: bool = False


def _compile(source: str, place: str) -> _Statement:
    try:
        tree = ast.parse(source, place)
        is_value = all(isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)
        return _Statement(place, compile(tree, place, "exec"), is_value=is_value)
    except BaseException as error:
        return _Statement(place, error=error)


def define(statements: Sequence[tuple[str, str]], notes: list[str]) -> dict[str, Any]:
    """Run the definitions one by one in a module of their own; one that fails is noted and costs only itself."""
    return _define([_compile(source, place) for source, place in statements], notes)


def _define(program: Sequence[_Statement], notes: list[str]) -> dict[str, Any]:
    module = types.ModuleType("__main__")
    module.get_ipython = _NoShell
    sys.modules["__main__"] = module
    for statement in program:
        try:
            if statement.error:
                raise statement.error
            exec(statement.code, module.__dict__)
        except NotImplementedError:
            pass
        except BaseException as error:
            if not (statement.is_value and isinstance(error, NameError)):  # it needs a cell that is not run here
                notes.append(f"{statement.place}: {_sentence(error)}")
    return module.__dict__


def keep_data_loading_in_process() -> list[str]:
    """Give no DataLoader the worker processes it asks for; the list that is returned gets a note when one does."""
    from torch.utils.data import DataLoader

    notes: list[str] = []
    initialise = DataLoader.__init__

    def initialise_without_workers(self, *args, **options):
        if options.get("num_workers") or any(args[5:6]):
            for name in ("num_workers", "prefetch_factor", "persistent_workers", "multiprocessing_context", "timeout"):
                options.pop(name, None)
            args = (*args[:5], 0, *args[6:]) if args[5:] else args
            notes[:] = ["a DataLoader asked for worker processes; here it loads in the process itself"]
        initialise(self, *args, **options)

    DataLoader.__init__ = initialise_without_workers
    return notes


def describe(error: BaseException) -> dict[str, str]:
    """Verdict, class name and one sentence for what the student's code raised."""
    kind = type(error).__name__
    if isinstance(error, NotImplementedError | NotWritten):
        return {"~verdict": "NOT_WRITTEN", "~error": kind, "~saw": f"{_missing(error)}not written yet"}
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return {"~verdict": "OUT_OF_MEMORY", "~error": kind, "~saw": "it asked for more memory than is allowed"}
    verdict = "FORBIDDEN" if isinstance(error, PermissionError) else "CRASHED"
    return {"~verdict": verdict, "~error": kind, "~saw": f"{_sentence(error)}{_where(error)}"}


def _missing(error: BaseException) -> str:
    return f"{error} is " if isinstance(error, NotWritten) else ""


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:MAX_SENTENCE] if text else type(error).__name__


def _where(error: BaseException) -> str:
    """The innermost line of the student's own, as "(cell 12, line 3)"."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("cell ")]
    return f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""


def write_all(descriptor: int, frame: bytes) -> None:
    """Every byte of the frame, however small the pipe."""
    view = memoryview(frame)
    while view:
        view = view[os.write(descriptor, view) :]
