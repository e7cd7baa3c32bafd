"""What data_scripts/ run: fetch a data set, check it, and say what there is."""

import sys
from pathlib import Path

from .cache import digest
from .sources import DataSet, load_split
from .unavailable import DatasetUnavailable


def prepare(data: DataSet, folder: str | None = None) -> None:
    """Fill the cache that `load` reads, asking for the package first; print a line for each split, or why not."""
    for name in data.sha256:
        try:
            split = load_split(data, name, Path(folder) if folder else None, first="package")
        except DatasetUnavailable as error:
            sys.exit(str(error))
        shape = " x ".join(map(str, split[0].shape))
        print(f"{data.name} {name}: {shape}, {len(data.classes)} classes, sha256 {digest(split)[:16]}")
