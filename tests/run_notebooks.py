"""Runs every solution notebook from first cell to last, as `make notebooks` does, and says how long each took."""

import sys
import time
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[1]
CELL_SECONDS = 900


def run(path: Path) -> str:
    """ "" if the notebook ran, else the failing cell's error."""
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(path.parent)}})
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        return str(error)
    return ""


def main() -> int:
    """The number of notebooks that failed."""
    paths = sorted((ROOT / "solutions").glob("*/*.ipynb"))
    failed = 0
    for path in paths:
        started = time.monotonic()
        error = run(path)
        failed += bool(error)
        print(f"{path.relative_to(ROOT)}: {error or 'ran'} in {time.monotonic() - started:.0f} s", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main())
