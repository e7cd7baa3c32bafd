"""A homework of two exercises that an instructor has finished: made by `autograder new`, then written."""

import shutil
from pathlib import Path

from autograder.authoring import new
from autograder.suites.axes import AXES

HW = "hw6_toy"
SUITE, CHECKS = f"autograder/suites/{HW}", f"assignments/homework/checks/{HW}"
SCRIPT = f"solutions/{HW}/{HW}.py"
FORMULAS = {"affine": "{} * x - 1", "shift": "x + {}"}  # of both the right number is 2
ASK = 'UNASKED = {"one": "TODO: name each axis of autograder/suites/axes.py in a test\'s @points(…, asks=…), or here"}'
OTHERS = {
    "affine": ("x + x - 1", "x.mul(2).sub(1)", "-(1 - 2 * x)", "2 * (x - 0.5)", "torch.add(x, x) - 1"),
    "shift": ("2 + x", "x - -2", "x.add(2)", "1 + x + 1", "torch.add(x, 2)"),
}


def make(root: Path, checkout: Path) -> Path:
    """A checkout below `root` that holds what the instructor's commands look at, with HW finished."""
    shutil.copy(checkout / "pyproject.toml", root)
    shared = "autograder/suites/shared"
    shutil.copytree(checkout / shared, root / shared, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "README.md").write_text(
        "| homework | what | hours | points |\n|---|---|---|---|\n| [hw0](hw0) | nothing | 1 | 1 + 0 |\n"
    )
    new.new_homework(HW, "Toy maps", root)
    for exercise, points in {"affine": 4, "shift": 6}.items():
        new.new_exercise(HW, exercise, root, worth=points)
        write(root, exercise)
    change(root, SCRIPT, "TODO: hours", "1 hour", every=True)
    change(root, "README.md", "TODO: hours", "1")
    for path in (SCRIPT, "README.md"):
        change(root, path, "TODO", "written", every=True)
    return root


def write(root: Path, exercise: str) -> None:
    """Put something in the place of each TODO of an exercise."""
    formula = FORMULAS[exercise]
    right = formula.format(2)
    change(root, f"{SUITE}/probes/{exercise}.py", "TODO: ", "", every=True)
    tests = f"{SUITE}/test_{exercise}.py"
    by_hand = "expected = x  # TODO: the formula once more and by another way, in float64"
    change(root, tests, by_hand, f"expected = {right}")
    change(root, tests, ASK, f"UNASKED = {dict.fromkeys(AXES, 'a toy')}")
    change(root, tests, "TODO: ", "", every=True)
    (root / f"{SUITE}/mistakes/{exercise}.py").write_text(
        '"""Known mistakes."""\n\nfrom autograder.suites import mistake\n'
        + "".join(_mistake(formula, number) for number in range(3, 13))
    )
    variants = enumerate(OTHERS[exercise])
    (root / f"{SUITE}/variants/{exercise}.py").write_text(
        '"""Right."""\n\nimport torch\n' + "".join(f"\n\ndef way_{n}(x):\n    return {code}\n" for n, code in variants)
    )
    change(root, f"{CHECKS}/{exercise}.py", "TODO: ", "", every=True)
    change(root, SCRIPT, 'raise NotImplementedError("TODO: the solution")', f"return {right}")


def change(root: Path, path: str, old: str, new: str, every: bool = False) -> None:
    """Edit a file as a person does; the text must be there."""
    text = (root / path).read_text()
    assert old in text, f"{path} does not hold {old!r}"
    (root / path).write_text(text.replace(old, new) if every else text.replace(old, new, 1))


def _mistake(formula: str, number: int) -> str:
    return (
        f'\n\n@mistake("test_the_formula_holds", says="The number is 2, and not {number}.")\n'
        f"def number_{number}(x):\n    return {formula.format(number)}\n"
    )
