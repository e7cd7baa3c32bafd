"""Finds the notebook that is running, and tells whether its file holds what was run."""

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from homework.colab import is_colab
from homework.notebook.cells import Cell
from homework.notebook.lines import split_lines


class NotHandedIn(Exception):
    """Nothing was packed; one sentence that says why. In a notebook it shows that sentence and nothing else."""

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[31m✗ {self}\x1b[0m"]


def read_running_notebook(homework: str) -> bytes:
    """The bytes of the notebook that is running, or else of ./HOMEWORK.ipynb; NotHandedIn if there is neither."""
    return _ask_colab() if is_colab() else read_notebook(homework, _running() or Path(f"{homework}.ipynb"))


def read_notebook(homework: str, path: Path) -> bytes:
    """The bytes of this file; NotHandedIn if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        example = f"hand_in({homework!r}, 'folder/{homework}.ipynb')"
        raise NotHandedIn(f"There is no notebook {path} to be read; say where yours is: {example}.") from None


def refuse_unsaved(cells: Iterable[Cell], exercises: Sequence[str]) -> None:
    """NotHandedIn if the cell of an exercise, as it was run last in this kernel, is not among these cells."""
    saved = {_normal(cell.source) for cell in cells}
    runs = _inputs()
    for name in exercises:
        defines = re.compile(rf"^(?:async\s+def|def|class)\s+{name}\b", re.MULTILINE)
        last = next((source for source in reversed(runs) if defines.search(source)), None)
        if last is not None and _normal(last) not in saved:
            raise NotHandedIn(
                f"{name} in the saved notebook is not the one that you ran last: run its cell, save the notebook"
                " (Ctrl+S), then run this cell again."
            )


def _ask_colab() -> bytes:
    """The notebook as the browser shows it, saved or not."""
    from google.colab import _message

    try:
        return json.dumps(_message.blocking_request("get_ipynb", request="", timeout_sec=60)["ipynb"]).encode()
    except Exception:  # whatever the front end did: there is no notebook then
        raise NotHandedIn(
            "Colab did not give the notebook; run this cell again, or hand in the file that File > Download gives you."
        ) from None


def _running() -> Path | None:
    """The file of the notebook that runs in this kernel: Jupyter and VS Code each have their own way to tell."""
    places = (os.environ.get("JPY_SESSION_NAME"), vars(sys.modules["__main__"]).get("__vsc_ipynb_file__"))
    paths = [Path(place) for place in places if place and str(place).endswith(".ipynb")]
    return next((path for path in paths if path.is_file()), None)


def _inputs() -> list[str]:
    """The cells that were run in this kernel, oldest first."""
    try:
        from IPython import get_ipython
    except ImportError:
        return []
    shell = get_ipython()
    return list(shell.history_manager.input_hist_raw) if shell else []


def _normal(source: str) -> str:
    return "\n".join(line.rstrip() for line in split_lines(source.strip()))
