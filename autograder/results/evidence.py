"""What a grade was made from, kept beside it: it can be judged again without the student's code."""

import zlib

from autograder.observing import packing
from autograder.records import Observed, Report
from autograder.results.store import Results

MAX_BYTES = 4 << 20  # before compression; honest answers take 0.01 to 0.1 MB
TOO_LARGE = b""


def pack(observed: Observed) -> bytes:
    """The bytes to keep; TOO_LARGE where they are more than MAX_BYTES."""
    content = packing.pack(observed)
    return zlib.compress(content) if len(content) <= MAX_BYTES else TOO_LARGE


def unpack(content: bytes) -> Observed:
    """The observations that `pack` was given."""
    return packing.unpack(zlib.decompress(content))


def find(store: Results, report: Report) -> Observed | None:
    """What this report of the store was made from; None where it was not kept."""
    kept = store.evidence(report.key)
    return unpack(kept) if kept else None
