"""What the scripts here run: fetch a data set, check it, and say what there is."""

import sys
from dataclasses import replace
from pathlib import Path

from homework.datasets import DataSet, DatasetUnavailable
from homework.datasets.cache import digest
from homework.datasets.sources import load_split
from package_sources import BY_NAME


def prepare(data: DataSet, folder: str | None = None) -> None:
    """Fill the cache that `load` reads, asking for the package first; print a line for each split, or why not."""
    if data.name in BY_NAME:
        data = replace(data, sources={"package": BY_NAME[data.name], **data.sources})
    for name in data.sha256:
        try:
            split = load_split(data, name, Path(folder) if folder else None)
        except DatasetUnavailable as error:
            sys.exit(str(error))
        shape = " x ".join(map(str, split[0].shape))
        print(f"{data.name} {name}: {shape}, {len(data.classes)} classes, sha256 {digest(split)[:16]}")
