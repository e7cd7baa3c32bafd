"""Runs a notebook's statements: in the hand-in check, when answers are recorded, and beside student code.

It imports nothing but Python's own and `stubs`: the process that runs student code loads it too.
"""

import ast
import dis
import linecache
import re
import signal
import sys
import threading
import traceback
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from types import CodeType
from typing import Any, Protocol

from homework.notebook.stubs import is_of_package, unwritten

SECONDS = 4.0, 15.0  # of processor time, and in all
_AGAIN = 0.2  # seconds that are left for each statement after one that took too long, and for one that goes on


@dataclass(frozen=True)
class Failure:
    """place: such as "cell 12, line 3"; saw: what was raised there, in a sentence.

    is_news: whether nobody has told of it yet; who reads a notebook tells of its syntax errors.
    """

    place: str
    saw: str
    source: str
    is_news: bool = True


@dataclass
class Compiled:
    """One statement; or why it cannot be run."""

    place: str
    source: str
    code: CodeType | str = ""
    error: BaseException | None = None


class TookTooLong(BaseException):
    """Raised in a statement when its time is over: no `except Exception` of a notebook's catches it."""


class _NoShell:
    """Stands for IPython in magics inside functions: every call does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


class Program:
    """A notebook's statements, (source, place) each, compiled so that they can be run more than once.

    needs: exercise -> the indices of the statements that it needs; without it all of them are for everybody.
    """

    def __init__(self, statements: Iterable[tuple[str, str]], needs: Mapping[str, Sequence[int]] | None = None):
        self.statements, flags = list[Compiled](), 0
        for source, place in statements:
            compiled, flags = _compile(source, place, flags)
            self.statements.append(compiled)
        self._needs = needs

    def needed_by(self, exercise: str) -> Sequence[int]:
        return range(len(self.statements)) if self._needs is None else self._needs.get(exercise, ())


class Running:
    """One run of a program, in a new module; one statement that fails costs only who needs it.

    given: names that stand before the notebook's own and in their place. seconds: of processor time, and in all, for
    the statements that one exercise needs; after that each has a moment.
    names: the module's. failures: what could not be run.
    """

    def __init__(
        self,
        program: Program,
        module: str = "__main__",
        given: Mapping[str, Any] | None = None,
        seconds: tuple[float, float] = SECONDS,
    ):
        self._program, self._given, self._seconds = program, given or {}, seconds
        self._is_done = set[int]()
        self._module = types.ModuleType(module)
        self.names = vars(self._module)
        self.names.update({"get_ipython": _NoShell, "display": print, **self._given})
        sys.modules[module] = self._module
        self.failures = list[Failure]()
        self._is_busy = False

    def provide(self, exercise: str) -> None:
        """Run what this exercise needs and has not been run yet."""
        wanted = [index for index in self._program.needed_by(exercise) if index not in self._is_done]
        self._is_done.update(wanted)
        with _clock(self._ring, *self._seconds):
            for index in wanted:
                self._run(self._program.statements[index])
        self.names.update(self._given)

    def _run(self, statement: Compiled) -> None:
        try:
            if statement.error:
                raise statement.error
            self._is_busy = True
            exec(statement.code, self.names)
        except BaseException as error:
            self._is_busy = False
            if isinstance(error, TookTooLong):
                statement.error = error  # once is enough
                self._forget(statement)
            is_news = not isinstance(statement.error, SyntaxError)
            failure = Failure(_place(error, statement.place), to_sentence(error), statement.source, is_news)
            self.failures.append(failure)
        finally:
            self._is_busy = False

    def _forget(self, statement: Compiled) -> None:
        """Names that it had half made: in a notebook nobody would have come to read them."""
        steps = dis.get_instructions(statement.code) if isinstance(statement.code, CodeType) else ()
        stored = (step.argval for step in steps if step.opname == "STORE_NAME")
        for name in {*stored} - self._given.keys():
            self.names.pop(name, None)

    def _ring(self, *_: object) -> None:
        if self._is_busy:
            raise TookTooLong

    def explain(self, name: object) -> str:
        """Why the notebook has no such name: the statement that should have given it one has failed; else ""."""
        word = re.escape(str(name))
        by_word, by_sign = rf"(?:def|class|import|from|as|for)\b.*\b{word}\b", rf"[^#\n]*\b{word}\b[^=\n]*="
        binds = re.compile(rf"^\s*(?:{by_word}|{by_sign})", re.MULTILINE)
        failed = next((failure for failure in self.failures if binds.search(failure.source)), None)
        return f"{failed.place} should make it and failed: {failed.saw}" if failed else ""


class Notebook(Protocol):
    """What a probe's answers come from: a `Running`, or a kernel in which the notebook is open."""

    @property
    def names(self) -> Mapping[str, Any]: ...
    def provide(self, exercise: str, /) -> None: ...
    def explain(self, name: object, /) -> str: ...


class Missing(Exception):
    """The notebook has no such definition; why, if that is known."""

    def __init__(self, name: str, why: str = ""):
        super().__init__(f"{name} is missing: {why}" if why else f"{name} is not written yet")
        self.name, self.why = name, why


class Student:
    """What a probe sees of a notebook: its definitions as attributes, and the files that came with it.

    calls_elsewhere: some of the names are called in another process.
    """

    def __init__(self, notebook: Notebook, files: Mapping[str, bytes] | None = None, calls_elsewhere: bool = False):
        self._notebook, self.files, self.explain = notebook, files or {}, notebook.explain
        self.calls_elsewhere = calls_elsewhere

    def __getattr__(self, name: str) -> Any:
        self._notebook.provide(name)
        if name not in self._notebook.names:
            raise Missing(name, self.explain(name))
        return self._notebook.names[name]


def define(statements: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], list[Failure]]:
    """Compile and run all of these, in a new module `__main__`: its names, and what failed."""
    running = Running(Program(statements))
    running.provide("")
    return running.names, running.failures


def to_sentence(error: BaseException) -> str:
    """What was raised, in one line: its class and text."""
    if isinstance(error, TookTooLong):
        return "it was still running when its time was over"
    if isinstance(error, NotImplementedError):
        if stub := unwritten(error):
            return f"{stub} is not written yet"
        if _is_left(error):
            return "NotImplementedError: the stub's `raise` is still reached; remove it where your answer stands"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def where(error: BaseException) -> str:
    """The innermost line of the notebook's own that the error came through, as "cell 12, line 3"; else ""."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("cell ")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else ""


def _is_left(error: BaseException) -> bool:
    """Whether it comes from a line of the notebook's own that only a stub has."""
    frames = traceback.extract_tb(error.__traceback__)[-1:]
    return any(
        not is_of_package(frame.filename) and (frame.line or "").startswith("raise NotImplementedError")
        for frame in frames
    )


def _place(error: BaseException, place: str) -> str:
    """Of a syntax error the line that it names."""
    if isinstance(error, SyntaxError) and error.filename == place:
        return f"{place}, line {error.lineno}"
    return where(error) or place


def _compile(source: str, place: str, flags: int) -> tuple[Compiled, int]:
    """With what was imported from `__future__` above, as in Jupyter."""
    try:
        tree = ast.parse(source, place)
        code = compile(tree, place, "exec", flags=flags, dont_inherit=True)
        _show_source(place, source)
        return Compiled(place, source, code), flags | (code.co_flags & _FUTURE)
    except BaseException as error:
        return Compiled(place, source, error=error), flags


_FUTURE = (
    compile("from __future__ import annotations", "", "exec", dont_inherit=True).co_flags
    & ~compile("", "", "exec", dont_inherit=True).co_flags
)


def _show_source(place: str, source: str) -> None:
    """What inspects code (torch.jit.script, dataclasses, inspect) finds the lines of a cell, as it does in Jupyter.

    A statement has as many empty lines above it as there are in its cell, so the statements of a cell fit together.
    """
    entry = linecache.cache.get(place)
    known = entry[2] if entry and len(entry) == 4 else []
    merged = [new or old.rstrip("\n") for new, old in zip_longest(source.split("\n"), known, fillvalue="")]
    linecache.cache[place] = (len(source), None, [line + "\n" for line in merged], place)


@contextmanager
def _clock(ring: Callable[..., None], cpu_seconds: float, wall_seconds: float) -> Iterator[None]:
    """Call `ring` when either is over, and again and again; where the system has no such clock it never rings."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    clocks = ((signal.SIGPROF, signal.ITIMER_PROF, cpu_seconds), (signal.SIGALRM, signal.ITIMER_REAL, wall_seconds))
    before = {number: signal.signal(number, ring) for number, _, _ in clocks}
    for _, clock, seconds in clocks:
        signal.setitimer(clock, seconds, _AGAIN)
    try:
        yield
    finally:
        for number, clock, _ in clocks:
            signal.setitimer(clock, 0)
            signal.signal(number, before[number])
