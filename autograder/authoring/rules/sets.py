"""The notebook, the suite and the public checks know the same exercises, and no file belongs to none."""

import difflib
from collections.abc import Iterable, Iterator

from autograder.authoring import script
from autograder.authoring.materials import PARTS, Materials
from autograder.checkout import shown
from autograder.records import Exercise

ARTEFACT_PARTS = ("artefacts/*", "evaluators/*.py")


def find(materials: Materials) -> Iterator[str]:
    """One sentence for each exercise that is not everywhere, and for each file of an exercise that is nowhere."""
    cells = {**script.marked(materials.cells, "exercise"), **script.marked(materials.cells, "artefact")}
    if not cells:
        yield f"{shown(materials.script)}: no cell has an exercise; write one, or run `autograder new`"
    for name, cell in cells.items():
        if name not in materials.exercises:
            yield (
                f"{shown(materials.script, cell.line)}: nobody grades {name}; add Exercise({name!r}, section=…) to"
                f" EXERCISES in {shown(materials.suite / '__init__.py')}, or take its cell out"
            )
    for name, exercise in materials.exercises.items():
        if name in cells:
            yield from _missing_parts(exercise, materials)
        else:
            yield (
                f"{name} stands in EXERCISES but has no cell in {shown(materials.script)}; put the cell back, or run"
                f" `autograder drop {materials.homework} {name}`"
            )
    yield from _orphans(materials, {*cells, *materials.exercises})


def _missing_parts(exercise: Exercise, materials: Materials) -> Iterator[str]:
    name = exercise.name
    line = next(cell.line for cell in materials.cells if name in cell.marks.values())
    for part in ("probes", "tests"):
        if materials.file(part, name) is None:
            yield f"{name} has no {part}; write {shown(materials.suite / PARTS[part].format(name))}"
    tests = materials.file("tests", name)
    if tests and not materials.tests[name]:
        yield f"{shown(tests)} holds no test; write one, a function test_…(observed)"
    yield from _wrong_kind(exercise, materials)
    if exercise.artefact:
        return
    if name not in script.marked(materials.cells, "check"):
        yield (
            f"{shown(materials.script, line)}: {name} has no check cell;"
            f' add “# %% check="{name}" points={materials.points(name)}” with check({name}) below it'
        )
    if not any(name == _nearest(check.exercise, materials.exercises) for check in materials.checks):
        yield (
            f"{name} has no public check, so its check cell fails for everybody; write one with"
            f" @public_check({name!r}, …) in {_checks_folder(materials)}/"
        )


def _wrong_kind(exercise: Exercise, materials: Materials) -> Iterator[str]:
    cell = script.marked(materials.cells, "artefact").get(exercise.name)
    file = str(cell.marks.get("file", "")) if cell else ""
    if exercise.artefact.removesuffix(".safetensors") != file:
        yield (
            f"{shown(materials.script, cell.line if cell else None)}: {exercise.name} is trained in one place and"
            f" written in the other, or saved as another file ({file or 'none'} in the notebook,"
            f" {exercise.artefact or 'none'} in EXERCISES); make both the same"
        )


def _orphans(materials: Materials, known: Iterable[str]) -> Iterator[str]:
    for part in PARTS:
        for name, path in materials.files(part):
            if name not in known:
                yield f"{shown(path)} belongs to no exercise{_suggest(name, known)}; rename or delete it"
    for pattern in ARTEFACT_PARTS:
        for path in sorted(materials.suite.glob(pattern)):
            if path.stem not in {*known, "__init__", "__pycache__"}:
                yield f"{shown(path)} belongs to no exercise{_suggest(path.stem, known)}; rename or delete it"
    for check in materials.checks:
        if check.exercise not in known:
            near = _suggest(check.exercise, known)
            yield f"{check.place}: {check.name} checks {check.exercise!r}, which is no exercise{near}; correct the name"
    for name in materials.few.keys() - known:
        where = shown(materials.suite / "__init__.py")
        yield f"{where}: FEW names {name!r}, which is no exercise{_suggest(name, known)}; correct or delete it"


def _nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is meant, by its looks; that one itself if it is known, "" if none looks like it."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), "")


def _suggest(name: str, known: Iterable[str]) -> str:
    near = _nearest(name, known)
    return f" (is {near} meant?)" if near else ""


def _checks_folder(materials: Materials) -> str:
    return f"assignments/homework/checks/{materials.homework}"
