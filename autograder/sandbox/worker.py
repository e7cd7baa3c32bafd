"""The only file that runs beside student code: builds the notebook's names, calls one probe, writes one frame.

Nothing in here is trusted by the grader: whatever this process sends is an answer to be judged, never a verdict
to be believed. It imports `wire` and nothing else of ours.
"""

import ast
import os
import sys
import traceback
import types
from typing import Any

from autograder import wire

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


def load_probes(sources: dict[str, str]) -> dict[str, types.ModuleType]:
    """Make the package `probes` of these modules, `inputs` first, from source text; there is no file to read."""
    package = types.ModuleType("probes")
    package.__path__ = []
    sys.modules["probes"] = package
    modules = {}
    for name, source in sorted(sources.items(), key=lambda item: item[0] != "inputs"):
        module = types.ModuleType(f"probes.{name}")
        module.__package__ = "probes"
        sys.modules[module.__name__] = module
        exec(compile(source, f"<probes {name}>", "exec"), module.__dict__)
        modules[name] = module
    return modules


def answer(statements: list[tuple[str, str]], files: dict[str, bytes], probe: Any, nonce: bytes) -> bytes:
    """The frame that tells what came of calling the probe on the submission's definitions and files."""
    notes = keep_data_loading_in_process()
    names = define(statements, notes)
    try:
        values = probe(Student(names, files))
        return wire.write({**values, "~verdict": "PASSED", "~notes": "\n".join(notes)}, nonce)
    except BaseException as error:
        return wire.write({**describe(error), "~notes": "\n".join(notes)}, nonce)


def define(statements: list[tuple[str, str]], notes: list[str]) -> dict[str, Any]:
    """Run the definitions one by one in a module of their own; one that fails is noted and costs only itself."""
    module = types.ModuleType("__main__")
    module.get_ipython = _NoShell
    sys.modules["__main__"] = module
    for source, place in statements:
        is_value = False
        try:
            tree = ast.parse(source, place)
            is_value = all(isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)
            exec(compile(tree, place, "exec"), module.__dict__)
        except NotImplementedError:
            pass
        except BaseException as error:
            if not (is_value and isinstance(error, NameError)):  # it needs a cell that is not run here
                notes.append(f"{place}: {_sentence(error)}")
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
