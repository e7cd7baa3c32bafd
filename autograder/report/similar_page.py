"""Near-copies side by side, on a page for the course staff alone."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from autograder.report.near_copies import PLACED, NearCopy, Place
from autograder.report.page import render

PLACES = 20  # of one pair
LONGEST = 6  # lines of a stretch that is shown in full though it is not shared


def similar_html(
    pairs: Sequence[NearCopy],
    title: str,
    usual: int,
    same_files: Sequence[tuple[str, Sequence[str]]] = (),
    too_long: Sequence[str] = (),
) -> str:
    """The first pairs, each definition beside the other student's; it links to both students' feedback.

    usual: passages that more students share were left out. same_files: (name, students) of files that are the same to
    the last byte. too_long: whose definitions were not all looked at.
    """
    return render(
        "similar.html",
        title=title,
        pairs=[replace(pair, places=pair.places[:PLACES]) for pair in pairs[:PLACED]],
        left_off=len(pairs[PLACED:]),
        usual=usual,
        same_files=same_files,
        too_long=too_long,
        stretches=stretches,
    )


def stretches(place: Place) -> list[tuple[bool, tuple[str, ...]]]:
    """(whether it is shared, lines): a long stretch that is not shared is told by its ends."""
    found = []
    for is_shared, group in groupby(place.lines, key=lambda line: line[1]):
        lines = [text for text, _ in group]
        if not is_shared and len(lines) > LONGEST:
            lines = [*lines[:2], f"    ⋮ {len(lines) - 4} lines", *lines[-2:]]
        found.append((is_shared, tuple(lines)))
    return found
