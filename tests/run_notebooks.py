"""Runs every solution notebook from first cell to last, as `make notebooks` does, and says how long each took.

    python tests/run_notebooks.py [--on cuda|mps] [HOMEWORK ...]

With --on the notebook finds a GPU, the library's stand-in; RUN=dry keeps that short.

Each runs in an empty folder below build/notebooks, or build/standin/cuda, where it leaves what it trains, its zip, and
itself with outputs. Two run at a time, each on one core.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"  # below the library, which a first cell looks for
CELL_SECONDS = 3600
AT_A_TIME = 2
STAND_IN = """
import sys
sys.path.insert(0, {tests!r})
from standin.first_cell import begin
STAND_IN = begin({kind!r})
"""


def run(path: Path, folder: Path, kind: str = "") -> str:
    """ "" if the notebook ran, in this folder, else the failing cell's error. kind: of the stand-in that it runs on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(path, folder)
    notebook = nbformat.read(path, as_version=4)
    if kind:
        first = STAND_IN.format(tests=str(ROOT / "tests"), kind=kind)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    client = nbclient.NotebookClient(notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        return str(error)
    finally:
        nbformat.write(notebook, folder / "executed.ipynb")
    return ""


def run_all(paths: list[Path], place: Path, kind: str) -> Iterator[tuple[Path, str, float]]:
    """Each path with its error, or "", and its seconds, in order."""
    if len(paths) == 1:  # a pool would only be one more process
        yield (paths[0], *timed(place, kind, paths[0]))
        return
    with ProcessPoolExecutor(AT_A_TIME) as pool:
        for path, (error, seconds) in zip(paths, pool.map(partial(timed, place, kind), paths), strict=True):
            yield path, error, seconds


def timed(place: Path, kind: str, path: Path) -> tuple[str, float]:
    started = time.monotonic()
    return run(path, place / path.stem, kind), time.monotonic() - started


def main(arguments: list[str]) -> int:
    """The number of notebooks that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=["cuda", "mps"], default="")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    os.environ.pop("HOMEWORK_RUNS", None)  # a run that was trained before would prove nothing
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    paths = [
        path
        for path in sorted((ROOT / "solutions").glob("*/*.ipynb"))
        if path.stem in options.names or not options.names
    ]
    failed, place = 0, BUILD / "standin" / options.on if options.on else BUILD / "notebooks"
    for path, error, seconds in run_all(paths, place, options.on):
        failed += bool(error)
        print(f"{path.relative_to(ROOT)}: {error or 'ran'} in {seconds:.0f} s", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
