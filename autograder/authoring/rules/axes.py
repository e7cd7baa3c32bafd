"""Every exercise is asked along every axis, or its file of tests says why not."""

from collections.abc import Iterator

from autograder.authoring.materials import Marked, Materials
from autograder.authoring.rules import unfinished
from autograder.checkout import shown
from autograder.suites.axes import AXES


def find(materials: Materials) -> Iterator[str]:
    """One sentence for each hole, each axis that there is not, and each reason that a test has made untrue."""
    for exercise, tests in _written(materials).items():
        asked, reasons = {axis for test in tests for axis in test.asks}, materials.unasked.get(exercise, {})
        where = shown(tests[0].path)
        if any(unfinished.SIGN in reason for reason in reasons.values()):  # which is told already
            continue
        for axis in sorted({*asked, *reasons} - AXES.keys()):
            yield f"{where}: {axis!r} is no axis; the axes are {', '.join(AXES)}"
        for axis in sorted(asked & reasons.keys()):
            yield f"{where}: UNASKED has a reason for {axis!r}, which a test asks; take one of them out"
        holes = [axis for axis in AXES if axis not in {*asked, *reasons}]
        if holes:
            yield (
                f"{where}: no test asks for {', '.join(holes)}; name a test that does in its @points(…, asks=…),"
                " or say in UNASKED why there is none"
            )


def matrix(materials: Materials) -> list[str]:
    """One line an exercise: how many tests ask along each axis, · where a reason says that none does, ! for a hole."""
    written = _written(materials)
    width = max(map(len, written), default=0)
    lines = [" ".join([" " * width, *AXES])]
    for exercise, tests in written.items():
        reasons = materials.unasked.get(exercise, {})
        counts = {axis: sum(axis in test.asks for test in tests) for axis in AXES}
        cells = [str(counts[axis] or ("·" if axis in reasons else "!")).center(len(axis)) for axis in AXES]
        lines.append(" ".join([exercise.ljust(width), *cells]).rstrip())
    return lines


def _written(materials: Materials) -> dict[str, list[Marked]]:
    """exercise -> its hidden tests, of all that is written in the notebook."""
    artefacts = {name for name, exercise in materials.exercises.items() if exercise.artefact}
    return {name: tests for name, tests in materials.tests.items() if tests and name not in artefacts}
