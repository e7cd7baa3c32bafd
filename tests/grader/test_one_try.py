"""One submission, one try: a fault at any stage of the third of seven costs that one, and changes nobody else's."""

import json
import re
import shutil
import time

import pytest

from autograder import errors, suite
from autograder.authoring.sample_class import answered
from autograder.grading import class_run, pipeline
from autograder.judging.judge import Judge
from autograder.observing import crew, look, opening, reading
from autograder.records import Verdict
from autograder.report import pages
from autograder.results import evidence, report_json
from autograder.results.store import Results
from autograder.sandbox import limits
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Sandbox

pytestmark = pytest.mark.proof

HW = "hw1_diffusion"
STUDENTS = [f"s{number}" for number in range(1, 8)]
BAD = "s3"
MARK = "the third of seven"


def throw():
    raise ZeroDivisionError


def hang():
    while True:
        time.sleep(0.01)


def blow_up():
    """As much memory as the grader gives, and never more than 4 GiB."""
    held = [bytearray(1 << 26) for _ in range(64)]
    raise AssertionError(f"{len(held) >> 4} GiB were there to be had")


FAULTS = {"throws": throw, "hangs": hang, "blows up": blow_up}
KINDS = {"throws": "ZeroDivisionError", "hangs": "TookTooLong", "blows up": "MemoryError"}


@pytest.fixture(scope="module")
def shared():
    """One sandbox for all classes of this file, with a reader that can be told to fail."""
    module, name = opening.READING
    source = f"""
import time
from autograder.submissions.reading import read as real

def {name}(student):
    content = student.files["handed in"]
    if b"{MARK}" in content and b"reading throws" in content:
        raise ZeroDivisionError
    while b"{MARK}" in content and b"reading hangs" in content:
        time.sleep(0.01)
    if b"{MARK}" in content and b"reading blows up" in content:
        [bytearray(1 << 26) for _ in range(64)]
    return real(student)
"""
    chosen = suite.load(HW)
    with opening.open_sandbox(chosen) as original:
        sources = original._hosts._start["probes"]
    with Sandbox({**sources, module: source}, modules=("autograder.submissions.reading",)) as sandbox:
        yield sandbox


class Kept(crew.Threads):
    """A crew whose sandbox stays open."""

    def __init__(self, chosen, sandbox):
        self._chosen, self.at_once, self._sandbox = chosen, 2, sandbox

    def __enter__(self):
        self._pool = crew.Pool(self.at_once)
        self._started = self._pool.submit(lambda: None)
        return self

    def __exit__(self, *_):
        self._pool.close()


@pytest.fixture
def class_of_seven(tmp_path, root, monkeypatch, shared):
    """A folder to grade; the grader is quick to lose patience, and its memory is small."""
    solution = json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())
    wrong = answered(solution, {"forward_noising": "def forward_noising(x0, t, noise, alpha_bar):\n    return x0"})
    for name in STUDENTS:
        notebook = wrong if name in ("s2", "s5") else solution
        (tmp_path / "submitted").mkdir(exist_ok=True)
        (tmp_path / "submitted" / f"{name}.ipynb").write_text(json.dumps(notebook))
    monkeypatch.setattr(class_run, "_crew", lambda chosen, *_: Kept(chosen, shared))
    monkeypatch.setattr(errors, "STAGE_SECONDS", 4.0)
    monkeypatch.setattr(crew, "PATIENCE_SECONDS", 10.0)
    monkeypatch.setattr(pipeline, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(reading, "OF_READING", Limits(wall_seconds=8.0, cpu_seconds=4))
    monkeypatch.setattr(limits, "OF_GRADER_MIB", 512)
    return tmp_path


def grade(place, anew=True):
    """The reports, without what differs from run to run, the pages, and what was told at the end.

    anew: or else what is stored is taken, which is much the same for what comes after the judging.
    """
    options = class_run.Options(2, force=anew)
    finished = class_run.grade_class(place / "submitted", HW, place / "results", options, lambda line: None)
    with Results(place / "results") as store:
        reports = {
            report.student: [(s.test, s.verdict, s.points, s.saw) for s in report.scores] for report in store.reports()
        }
        problems = {report.student: report.problem for report in store.reports()}
    found = {path.name: without_times(path.read_text()) for path in (place / "results" / HW / "feedback").iterdir()}
    return reports, problems, found, finished


def without_times(page):
    return re.sub(r"\d+\.\d+ s\b", "0.0 s", page)


def mark(place, words=""):
    """The third notebook gets a line by which the fault knows it, and which an answer needs."""
    path = place / "submitted" / f"{BAD}.ipynb"
    content = json.loads(path.read_text())
    source = f"note = '{MARK} {words}'\nreparameterize.number = int(note)"  # what fails is noted with every observation
    content["cells"].append({"cell_type": "code", "metadata": {}, "outputs": [], "source": source})
    path.write_text(json.dumps(content))


def is_marked(statements):
    return any(MARK in source for source, _ in statements)


def is_noted(observed):
    return any(MARK in note for seen in observed.own.values() for note in seen.notes)


def break_stage(monkeypatch, stage, fault):
    """Let this stage fail for the marked submission alone."""
    owner, name, whose = {
        "fetching": (class_run.Located, "read", lambda located: located.student == BAD),
        "observing": (look, "observe_own", lambda harvest, *_: is_marked(harvest.statements)),
        "judging": (Judge, "scores", lambda judge, observed: is_noted(observed)),
        "packing": (evidence, "pack", is_noted),
        "storing": (report_json, "write", lambda report: is_marked(report.statements)),
        "writing pages": (pages, "feedback_html", lambda report, *_: is_marked(report.statements)),
        "comparing": (pages, "find_near_copies", lambda given, _: any(map(is_marked, given.values()))),
        "reporting": (pages, "class_report_html", lambda reports, *_: any(is_marked(r.statements) for r in reports)),
    }[stage]
    real = getattr(owner, name)

    def broken(*given, **named):
        if whose(*given):
            fault()
        return real(*given, **named)

    monkeypatch.setattr(owner, name, broken)


@pytest.fixture(scope="module")
def undisturbed():
    """What the class is worth without a fault; filled by the first test that asks."""
    return {}


def baseline(place, undisturbed):
    if not undisturbed:
        undisturbed["reports"], problems, undisturbed["pages"], finished = grade(place)
        undisturbed["results"] = shutil.copytree(place / "results", place / "kept")
        assert not any(problems.values())
        assert not finished.ungraded
    return undisturbed


def assert_only_the_third_lost(place, undisturbed, kind, anew=True):
    before = baseline(place, undisturbed)
    if not anew:
        shutil.copytree(before["results"], place / "results", dirs_exist_ok=True)
    reports, problems, found, finished = grade(place, anew)
    others = [name for name in STUDENTS if name != BAD]
    assert {name: reports[name] for name in others} == {name: before["reports"][name] for name in others}
    assert not any(problems[name] for name in others)
    differing = {name for name in before["pages"] if found.get(name) != before["pages"][name]}
    assert differing <= {f"{BAD}.html", f"{BAD}.md"}
    told = " ".join([problems[BAD], *finished.doubts])
    assert kind in told
    assert finished.ungraded == (BAD,) or any(doubt.startswith(BAD) for doubt in finished.doubts)
    return reports


STAGES = ["fetching", "observing", "judging", "packing", "storing", "writing pages", "comparing", "reporting"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_of_the_grader_costs_one_submission(class_of_seven, undisturbed, monkeypatch, stage, fault):
    baseline(class_of_seven, undisturbed)
    mark(class_of_seven)
    break_stage(monkeypatch, stage, FAULTS[fault])
    anew = STAGES.index(stage) < STAGES.index("storing")
    reports = assert_only_the_third_lost(class_of_seven, undisturbed, KINDS[fault], anew)
    if stage in ("observing", "judging", "packing", "storing"):
        assert {verdict for _, verdict, _, _ in reports[BAD]} == {Verdict.GRADER_ERROR}


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [("throws", Verdict.GRADER_ERROR), ("hangs", Verdict.UNREADABLE), ("blows up", Verdict.UNREADABLE)],
)
def test_reading_costs_one_submission(class_of_seven, undisturbed, fault, verdict):
    baseline(class_of_seven, undisturbed)
    mark(class_of_seven, f"reading {fault}")
    kind = "ZeroDivisionError" if fault == "throws" else "takes more time or memory to read than any homework"
    reports = assert_only_the_third_lost(class_of_seven, undisturbed, kind)
    assert {told for _, told, _, _ in reports[BAD]} >= {verdict}
