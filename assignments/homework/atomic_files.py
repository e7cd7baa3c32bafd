"""Files that are there whole or not at all: written beside, then renamed over."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path, has_rivals: bool = False) -> Iterator[Path]:
    """Where to write the new content of `path`, whose place it takes when the block ends without an error.

    Whoever is killed meanwhile, or reads, finds the old file or the new one. What a kill leaves beside it is
    overwritten the next time.

    Args:
        path: in a folder that exists.
        has_rivals: other processes may write the same file now; then a kill leaves its part for good.
    """
    owner = f".{os.getpid()}" if has_rivals else ""
    partial = path.with_name(f".{path.name}{owner}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
