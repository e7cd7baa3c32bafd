"""Tests, checks and known answers are marked as their folder asks for, and say what a student will read."""

from collections import Counter
from collections.abc import Iterable, Iterator

from autograder.authoring import bank
from autograder.authoring.materials import Marked, Materials
from autograder.checkout import shown
from autograder.suite.sources import SuiteError, probe_names

MISTAKES, VARIANTS = 10, 5  # known answers of each exercise; fewer need a reason in FEW


def find_unusable(materials: Materials) -> Iterator[str]:
    """What would end a run with an error: tests without points, answers that are not marked as they should be."""
    for test in _tests(materials):
        if test.points is None:
            yield f"{test.place}: {test.name} has no points; put @points(N) above it, with a whole number"
    for part in ("mistakes", "variants"):
        for _, path in materials.files(part):
            try:
                bank.list_answers(path)
            except SuiteError as error:
                yield str(error)


def find_untold(materials: Materials) -> Iterator[str]:
    """Tests and checks without the sentence that students read, and two of a name, of which one is lost."""
    for test in _tests(materials):
        if not test.title:
            yield f"{test.place}: {test.name} has no docstring; its first line is what the student reads"
    for check in materials.checks:
        if not check.title:
            yield f"{check.place}: {check.name} has no docstring; its first line is what the student reads"
    yield from _twins(_tests(materials))
    yield from _twins(materials.checks)


def find_doubtful_answers(materials: Materials) -> Iterator[str]:
    """Too few known answers without a reason, two of a name, and mistakes that no test of that name can catch."""
    for name, exercise in materials.exercises.items():
        if exercise.artefact:
            continue
        found = {part: _answers(materials, part, name) for part in ("mistakes", "variants")}
        yield from _too_few(materials, name, {part: len(answers) for part, answers in found.items()})
        for part, answers in found.items():
            for twin, count in Counter(answer for answer, _ in answers).items():
                if count > 1:
                    yield f"{name}: {count} {part} are called {twin}; give each its own name"
        known = {test.name for test in materials.tests.get(name, ())}
        for answer, fails in found["mistakes"]:
            if fails not in known:
                yield f"{name}: the mistake “{answer}” names {fails}, but there is no such test; correct one of them"


def find_strange_noise(materials: Materials) -> Iterator[str]:
    """NOISE speaks of known mistakes and of probes of their exercise."""
    where = shown(materials.suite / "__init__.py")
    for key, probes in materials.noise.items():
        exercise, _, mistake = key.partition(": ")
        if mistake not in [name for name, _ in _answers(materials, "mistakes", exercise)]:
            yield f"{where}: NOISE names “{key}”, which is no known mistake; correct or delete it"
            continue
        path = materials.file("probes", exercise)
        for probe in sorted(set(probes) - set(probe_names(path) if path else ())):
            yield f"{where}: NOISE names {probe}, which is no probe of {exercise}; correct or delete it"


def _answers(materials: Materials, part: str, exercise: str) -> list[tuple[str, str]]:
    path = materials.file(part, exercise)
    return bank.list_answers(path) if path else []


def _too_few(materials: Materials, exercise: str, counts: dict[str, int]) -> Iterator[str]:
    missing = [
        f"{counts[part]} of {number} {part}"
        for part, number in (("mistakes", MISTAKES), ("variants", VARIANTS))
        if counts[part] < number
    ]
    where = shown(materials.suite / "__init__.py")
    if missing and not materials.few.get(exercise):
        yield (
            f"{exercise} has {' and '.join(missing)}; write them into"
            f" {shown(materials.suite)}/{{mistakes,variants}}/{exercise}.py, or say why so few do in FEW of {where}"
        )
    elif exercise in materials.few and not missing:
        yield f"{where}: FEW gives a reason for {exercise}, which has enough mistakes and variants; take it out"


def _twins(marked: Iterable[Marked]) -> Iterator[str]:
    first: dict[tuple, Marked] = {}
    for each in marked:
        known = first.setdefault((each.path, each.name), each)
        if known is not each:
            yield f"{each.place}: {each.name} stands in line {known.line} already; give each its own name"


def _tests(materials: Materials) -> Iterator[Marked]:
    return (test for tests in materials.tests.values() for test in tests)
