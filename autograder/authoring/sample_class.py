"""A sample class of 30 students, graded for real, with the class summary and one student's feedback.

The class is made from the released notebook and the bank of known answers: right ones, variants, mistakes,
half-finished work, a syntax error, an infinite loop, a crash, and files that are no notebooks.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder import checkout, suite
from autograder.authoring import bank
from autograder.authoring.record import solution_harvest
from autograder.grading import class_run
from autograder.report import feedback_text
from autograder.results.store import Results
from autograder.sandbox import capacity

HOMEWORK = "hw4_contrastive"
NAMES = [
    "Ada",
    "Amina",
    "Anselm",
    "Beatriz",
    "Boris",
    "Chidi",
    "Chloe",
    "Dalia",
    "Elif",
    "Emil",
    "Farah",
    "Goro",
    "Hana",
    "Ines",
    "Ivan",
    "Jamal",
    "Jun",
    "Kofi",
    "Lena",
    "Luca",
    "Maya",
    "Nils",
    "Noor",
    "Omar",
    "Pia",
    "Quinn",
    "Rosa",
    "Sven",
    "Tala",
    "Yuki",
]
LOOP = "while True:\n        pass"
CRASH = "import ctypes\n    ctypes.string_at(0)"


def sample_class(homework: str, root: Path) -> Iterator[tuple[str, bytes]]:
    """(name, notebook bytes) of each of the 30 students, the same on every machine."""
    chosen = suite.load(homework)
    stub = json.loads(checkout.stub(root, homework).read_text(encoding="utf-8"))
    solution = json.loads(checkout.solution(root, homework).read_text(encoding="utf-8"))
    statements = solution_harvest(root, homework).statements
    draw = random.Random(19)
    names = iter(NAMES)
    for _ in range(5):
        yield next(names), _dump(solution)
    for answer in draw.sample(bank.variants(chosen), 7):
        yield next(names), _dump(answered(solution, {answer.exercise: answer.source}))
    for answer in draw.sample(bank.mistakes(chosen), 10):
        yield next(names), _dump(answered(solution, {answer.exercise: answer.source}))
    written = {name: _source_of(name, statements) for name in chosen.written}
    yield next(names), _dump(answered(stub, dict(list(written.items())[:2])))
    yield next(names), _dump(answered(stub, dict(list(written.items())[:4])))
    yield next(names), _dump(stub)
    second, third = chosen.written[1], chosen.written[-3]
    yield next(names), _dump(answered(solution, {second: written[second].replace("(", "((", 1)}))
    yield next(names), _dump(answered(solution, {second: f"def {second}(*arguments):\n    {LOOP}"}))
    yield next(names), _dump(answered(solution, {third: f"def {third}(*arguments):\n    {CRASH}"}))
    yield next(names), b"My notebook is in my other bag."
    yield next(names), b""


def answered(notebook: dict, answers: dict[str, str]) -> dict:
    """A copy of the notebook in which these exercises' cells hold these answers."""
    copy = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = answers[grade_id]
    return copy


def _source_of(name: str, statements: bank.Statements) -> str:
    return next(
        source.strip("\n") for source, _ in statements if f"def {name}(" in source or f"class {name}(" in source
    )


def _dump(notebook: dict) -> bytes:
    return json.dumps(notebook).encode()


def write_class(folder: Path, root: Path) -> Path:
    """The sample class as nbgrader lays one out; the folder again."""
    for name, notebook in sample_class(HOMEWORK, root):
        own = folder / name / HOMEWORK
        own.mkdir(parents=True, exist_ok=True)
        (own / f"{HOMEWORK}.ipynb").write_bytes(notebook)
    return folder


def demonstrate(out: Path, root: Path, say: Callable[[str], None]) -> None:
    """Write the sample class to OUT/submitted, grade it into OUT/results, and tell what people read."""
    submitted = write_class(out / "submitted", root)
    options = class_run.Options(workers=capacity.default())
    finished = class_run.grade_class(submitted, HOMEWORK, out / "results", options, say)
    with Results(out / "results") as store:
        reports = store.reports()
    mistaken = next(report for report in reports if any(score.mistake for score in report.scores))
    say(f"\nWhat {mistaken.student} reads:\n\n{feedback_text(mistaken, suite.load(HOMEWORK).sections)}\n")
    say(finished.summary)
    say(f"class report: {finished.report.resolve()}")
