"""A sample class of 30 students, graded for real, with the class summary and one student's feedback.

The class is made from the released notebook and the bank of known answers: right ones, variants, mistakes,
half-finished work, a syntax error, an infinite loop, a crash, and files that are no notebooks. Most hand in a trained
network; two are late, two share a network, and some have marks by hand.
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
from autograder.report.pages import write_run
from autograder.results import course as courses
from autograder.results.marks import Mark
from autograder.results.store import Results
from autograder.sandbox import capacity
from autograder.submissions.intake import FOLDER
from autograder.suite.questions import questions
from autograder.suite.trained import trained

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
NETWORKS = 22  # so many students have one; the others have not got that far
WRONGLY_TRAINED, SHARE_ONE, WITHOUT_NETWORK = ("Boris", "Goro", "Hana"), ("Ivan", "Jamal"), ("Dalia",)
LATE_TIMES = {"Elif": "2026-11-22 09:30:00", "Kofi": "2026-11-21 08:00:00"}
POLICY = f"""free_days = 1
penalty = 0.1
zone = "America/New_York"

[due]
{HOMEWORK} = 2026-11-20T23:59:00
"""
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
    networks = _networks()
    for name, notebook in sample_class(HOMEWORK, root):
        own = folder / name / HOMEWORK
        (own / FOLDER).mkdir(parents=True, exist_ok=True)
        (own / f"{HOMEWORK}.ipynb").write_bytes(notebook)
        (own / "timestamp.txt").write_text(f"{LATE_TIMES.get(name, '2026-11-20 18:00:00')} UTC\n", encoding="utf-8")
        for file, content in networks.get(name, {}).items():
            (own / FOLDER / file).write_bytes(content)
    return folder


def _networks() -> dict[str, dict[str, bytes]]:
    """student -> files of a trained network: right ones, each a little different, but two; wrong ones of the bank."""
    known = list(trained(suite.load(HOMEWORK)))
    right, wrong = ([each.files for each in known if bool(each.fails) is fails] for fails in (False, True))
    found = {name: _shifted(right[number % len(right)], number) for number, name in enumerate(NAMES[:NETWORKS])}
    found |= dict(zip(WRONGLY_TRAINED, wrong, strict=False)) | dict.fromkeys(SHARE_ONE, right[0])
    return {name: files for name, files in found.items() if name not in WITHOUT_NETWORK}


def _shifted(files: dict[str, bytes], number: int) -> dict[str, bytes]:
    """The same network to four digits: two trainings never end in the same bytes."""
    from numpy import float32
    from safetensors import numpy as weights  # no torch, before the sandbox has started

    def shift(name: str, content: bytes) -> bytes:
        if not name.endswith(".safetensors"):
            return content
        tensors, factor = weights.load(content), float32(1 + (number + 1) * 1e-6)
        return weights.save({key: each * factor if each.ndim else each for key, each in tensors.items()})

    return {name: shift(name, content) for name, content in files.items()}


def _marks() -> Iterator[Mark]:
    """As persons give them: to the first third of the class all questions, and one who asked again an exercise."""
    for number, name in enumerate(NAMES[: len(NAMES) // 3]):
        for question in questions(HOMEWORK):
            points = question.points - (number % 4) / 2
            yield Mark(name, question.name, points, comment="" if number % 4 == 0 else "Say why, too.", by="Tess")
    yield Mark("Ines", "moco_step", 6, comment="The order is wrong; each step by itself is right.", beside=1, by="Tess")


def demonstrate(out: Path, root: Path, say: Callable[[str], None]) -> None:
    """Write the sample class to OUT/submitted, grade it into OUT/results, and tell what people read."""
    submitted, results, policy = write_class(out / "submitted", root), out / "results", out / "course.toml"
    policy.write_text(POLICY, encoding="utf-8")
    asked = courses.Asked(policy)
    chosen = courses.choose_in(results, HOMEWORK, asked)
    options = class_run.Options(workers=capacity.default(), course=chosen, asked=asked)
    finished = class_run.grade_class(submitted, HOMEWORK, results, options, say)
    with Results(results, create=True) as store:
        store.keep_marks(HOMEWORK, _marks())
        write_run(results, store, policy=chosen.policy.rules)
        reports = store.reports()
    mistaken = next(report for report in reports if any(score.mistake for score in report.scores))
    say(f"\nWhat {mistaken.student} reads:\n\n{feedback_text(mistaken, suite.load(HOMEWORK).sections)}\n")
    say(finished.summary)
    say(f"class report: {finished.report.resolve()}")
