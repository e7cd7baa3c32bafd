"""`make demo`: a sample class of 30 students, graded for real, with the class summary and one student's feedback.

The class is made from the released notebook and the bank of known answers: right ones, variants, mistakes,
half-finished work, a syntax error, an infinite loop, a crash, and files that are no notebooks.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import click

from autograder import bank, session, suite, workers
from autograder.cli import ROOT
from autograder.plain_errors import plain_errors
from autograder.record import solution_harvest
from autograder.results import Results

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
    path = f"{homework}/{homework}.ipynb"
    stub = json.loads((root / "assignments" / path).read_text())
    solution = json.loads((root / "solutions" / path).read_text())
    statements = solution_harvest(root, homework).statements
    draw = random.Random(19)
    names = iter(NAMES)
    for _ in range(5):
        yield next(names), _dump(solution)
    for answer in draw.sample(bank.variants(chosen), 7):
        yield next(names), _dump(_answered(solution, {answer.exercise: answer.source}))
    for answer in draw.sample(bank.mistakes(chosen), 10):
        yield next(names), _dump(_answered(solution, {answer.exercise: answer.source}))
    written = {name: _source_of(name, statements) for name in chosen.written}
    yield next(names), _dump(_answered(stub, dict(list(written.items())[:2])))
    yield next(names), _dump(_answered(stub, dict(list(written.items())[:4])))
    yield next(names), _dump(stub)
    second, third = chosen.written[1], chosen.written[-3]
    yield next(names), _dump(_answered(solution, {second: written[second].replace("(", "((", 1)}))
    yield next(names), _dump(_answered(solution, {second: f"def {second}(*arguments):\n    {LOOP}"}))
    yield next(names), _dump(_answered(solution, {third: f"def {third}(*arguments):\n    {CRASH}"}))
    yield next(names), b"My notebook is in my other bag."
    yield next(names), b""


def _answered(notebook: dict, answers: dict[str, str]) -> dict:
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


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
def main(out: Path) -> None:
    """Build the sample class in OUT/submitted, grade it into OUT/results, and show what people see."""
    from autograder.report import feedback_text

    submitted = out / "submitted"
    for name, notebook in sample_class(HOMEWORK, ROOT):
        folder = submitted / name / HOMEWORK
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{HOMEWORK}.ipynb").write_bytes(notebook)
    with plain_errors():
        options = session.Options(workers=workers.default())
        finished = session.grade_class(submitted, HOMEWORK, out / "results", options, click.echo)
        with Results(out / "results") as store:
            reports = store.reports()
    mistaken = next(report for report in reports if any(score.mistake for score in report.scores))
    sections = {exercise.name: exercise.section for exercise in suite.load(HOMEWORK).exercises}
    click.echo(f"\nWhat {mistaken.student} reads:\n\n{feedback_text(mistaken, sections)}\n")
    click.echo(finished.summary)
    click.echo(f"class report: {finished.report.resolve()}")


if __name__ == "__main__":
    main()
