"""Runs every solution notebook from first cell to last, as `make notebooks` does, and says how long each took.

    python tests/run_notebooks.py [HOMEWORK ...]

Each runs in an empty folder below build/notebooks, where it leaves what it trains, its zip, and itself with outputs.
"""

import os
import shutil
import sys
import time
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "notebooks"
CELL_SECONDS = 900


def run(path: Path) -> str:
    """ "" if the notebook ran, else the failing cell's error."""
    folder = FOLDER / path.stem
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(path, folder)
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        return str(error)
    finally:
        nbformat.write(notebook, folder / "executed.ipynb")
    return ""


def main(names: list[str]) -> int:
    """The number of notebooks that failed."""
    os.environ.pop("HOMEWORK_RUNS", None)  # a run that was trained before would prove nothing
    paths = [path for path in sorted((ROOT / "solutions").glob("*/*.ipynb")) if path.stem in names or not names]
    failed = 0
    for path in paths:
        started = time.monotonic()
        error = run(path)
        failed += bool(error)
        print(f"{path.relative_to(ROOT)}: {error or 'ran'} in {time.monotonic() - started:.0f} s", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
