"""What data_scripts/ run: fetch a data set, check it, and say what there is."""

import sys
from pathlib import Path

from .cache import digest
from .sources import DataSet, load
from .unavailable import DatasetUnavailable


def prepare(data: DataSet, folder: str | None = None) -> None:
    """Fill the cache that `load` reads, asking for the package first; print a line for each split, or why not."""
    for train in (True, False):
        try:
            found = load(data, train, Path(folder) if folder else None, first="package")
        except DatasetUnavailable as error:
            sys.exit(str(error))
        shape = " x ".join(map(str, found.images.shape))
        split = "train" if train else "test"
        sha256 = digest((found.images, found.labels))
        print(f"{found.name} {split}: {shape}, {len(found.classes)} classes, sha256 {sha256[:16]}")
