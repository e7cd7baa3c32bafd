"""Near-copies side by side, on a page for the course staff alone."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from autograder.report.page import render
from autograder.similarity import NearCopy, Place

SHOWN = 50  # pairs; with more than that, the exercise is to blame
PLACES = 20  # of one pair
LONGEST = 6  # lines of a stretch that is shown in full though it is not shared


def similar_html(pairs: Sequence[NearCopy], title: str, usual: int) -> str:
    """The first pairs, each definition beside the other student's; it links to both students' feedback.

    usual: passages that more students share were left out.
    """
    return render(
        "similar.html",
        title=title,
        pairs=[replace(pair, places=pair.places[:PLACES]) for pair in pairs[:SHOWN]],
        left_off=len(pairs[SHOWN:]),
        usual=usual,
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
