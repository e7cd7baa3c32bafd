"""`autograder drop`: an exercise is taken out of all its places at once."""

from pathlib import Path

from autograder import checkout
from autograder.authoring import mentions, script, suite_edits
from autograder.authoring.edits import EditError, Edits
from autograder.authoring.materials import PARTS, Materials
from autograder.authoring.new import correct_sums
from autograder.checkout import shown


def drop(homework: str, exercise: str, root: Path) -> list[str]:
    """Take it out; what was done and what is left. EditError, before anything is touched, if others need it."""
    materials, edits = Materials(homework, root), Edits()
    if exercise not in materials.exercises:
        raise EditError(f"{homework} has no {exercise}; its exercises are {', '.join(materials.exercises)}")
    users = [each.name for each in materials.exercises.values() if exercise in each.uses]
    if users:
        raise EditError(
            f"{' and '.join(users)} of {homework} call {exercise}; change that first, then take it out of their uses="
            f" in {shown(materials.suite / '__init__.py')}"
        )
    suite_edits.cut_entry(edits, materials, materials.exercises[exercise])
    _drop_cells(edits, materials, exercise)
    _drop_checks(edits, materials, exercise)
    _drop_suite_files(edits, materials, exercise)
    done = dict.fromkeys([*edits.make(), *correct_sums(homework, root)])
    return [*done, *mentions.describe_left(materials, exercise)]


def _drop_cells(edits: Edits, materials: Materials, exercise: str) -> None:
    """The exercise's cell, its check, and the text above them that begins with its heading."""
    own = [cell for cell in materials.cells if exercise in cell.marks.values()]
    heading = script.headings(materials.cells).get(materials.exercises[exercise].section)
    if heading and f"`{exercise}`" in heading.text and heading.line == heading.cell.line + 1:
        own.append(heading.cell)
    for cell in sorted(own, key=lambda cell: -cell.line):
        edits.cut(materials.script, cell.line, cell.end)


def _drop_checks(edits: Edits, materials: Materials, exercise: str) -> None:
    by_file: dict[Path, list] = {}
    folder = checkout.public_checks(materials.root, materials.homework)
    for check in [check for check in materials.checks if check.path.parent == folder]:
        by_file.setdefault(check.path, []).append(check)
    for path, checks in by_file.items():
        own = {check.name for check in checks if check.exercise == exercise}
        if len(own) == len(checks) and path.stem != "__init__":
            edits.removed.append(path)
        elif own:
            suite_edits.cut_functions(edits, path, own)


def _drop_suite_files(edits: Edits, materials: Materials, exercise: str) -> None:
    """What lies in the homework's own suite; what suites share stays for the others."""
    suite = materials.suite
    paths = [*(suite / name.format(exercise) for name in PARTS.values()), suite / "artefacts" / exercise]
    edits.removed += [path for path in (*paths, suite / "evaluators" / f"{exercise}.py") if path.exists()]
    suite_edits.cut_table(edits, suite / "equivalents.toml", exercise)
    if (suite / "stand_ins.py").exists() and exercise in materials.stand_ins:
        suite_edits.cut_functions(edits, suite / "stand_ins.py", {exercise})
