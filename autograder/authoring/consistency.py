"""Whether the parts of a homework fit together: read and not run, one sentence for each thing that does not.

What hinders a run is found first: a proof, and other rules, would only repeat the same fault a hundred times.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from autograder.authoring import expressions, leaks, links
from autograder.authoring.materials import Materials
from autograder.authoring.rules import axes, follow_through, hours, marks, notebook_cells, points, sets, unfinished
from autograder.suite.sources import SuiteError, check_what_is_asked, probe_names, refuse_hidden

Rule = Callable[[Materials], Iterable[str]]


def find_hindrances(homework: str, root: Path) -> list[str]:
    """What must be mended before anything of the homework can be run; with what is unfinished, all other faults."""
    materials = Materials(homework, root)
    if found := _find([sets.find, marks.find_unusable, _unusable_probes], materials):
        return found
    found = _find([unfinished.find], materials)
    return found and [*found, *find_faults(homework, root)]


def find_faults(homework: str, root: Path) -> list[str]:
    """What does not agree, although all of it can be run."""
    rules = [
        marks.find_untold,
        marks.find_doubtful_answers,
        marks.find_strange_noise,
        follow_through.find,
        points.find,
        hours.find,
        axes.find,
        notebook_cells.find,
    ]
    return _find([*rules, leaks.find_in_prose, expressions.find_in_texts, links.find_faults], Materials(homework, root))


def _find(rules: Iterable[Rule], materials: Materials) -> list[str]:
    return list(dict.fromkeys(sentence for rule in rules for sentence in _try(rule, materials)))


def _try(rule: Rule, materials: Materials) -> Iterator[str]:
    """A file that is no Python stops a rule; it is named, and the next rule looks at the rest."""
    try:
        yield from rule(materials)
    except SuiteError as error:
        yield str(error)


def _unusable_probes(materials: Materials) -> Iterator[str]:
    for path in sorted((materials.suite / "probes").glob("*.py")):
        if path.stem != "__init__":
            yield from _told(partial(refuse_hidden, path))
    for name in materials.exercises:
        if probes := materials.file("probes", name):
            yield from _told(partial(_check_probes, probes, materials.file("tests", name)))


def _check_probes(probes: Path, tests: Path | None) -> None:
    known = probe_names(probes)
    if tests:
        check_what_is_asked(tests, probes, known)


def _told(check: Callable[[], None]) -> Iterator[str]:
    try:
        check()
    except SuiteError as error:
        yield str(error)
