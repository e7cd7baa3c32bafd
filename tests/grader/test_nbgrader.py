"""A course that uses nbgrader: our scores in its gradebook beside those given by hand; its commands on our folder."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder import suite
from autograder.cli import main
from autograder.exports import ExportError, nbgrader
from autograder.results import counting, policy
from autograder.results.store import Results
from autograder.submissions.located import Located

HW = "hw4_contrastive"
DUE = f"penalty = 0.25\n[due]\n{HW} = 2026-11-20T23:59:00-05:00\n[drop_in.{HW}]\nada = 1\n"
pytestmark = [
    pytest.mark.proof,
    pytest.mark.filterwarnings("ignore::Warning:nbgrader", "ignore::Warning:sqlalchemy", "ignore::ResourceWarning"),
]


def run(course, *arguments):
    """One of nbgrader's commands, as a person runs it in the course's folder."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])  # it starts alembic by name
    environment = {**os.environ, "PATH": path}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def released(root, tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    shutil.copy(root / "nbgrader_config.py", course)
    shutil.copytree(root / "solutions" / HW, course / "solutions" / HW)
    run(course, "generate_assignment", HW)
    return course


@pytest.fixture(scope="module")
def exported(released, small_class):
    """The released course with the class's submissions and, once, our export."""
    shutil.copytree(small_class / "submitted", released / "submitted")
    told = export(small_class, released)
    assert told.exit_code == 3
    (left_out,) = told.stderr.splitlines()[1:]
    assert left_out.startswith("empty is left out: the file is empty")
    return released


@pytest.fixture
def course(exported, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(exported, tmp_path / "course")


def export(small_class, course, *options):
    results = course / "results"  # a copy, for it keeps the policy
    if not results.exists():
        shutil.copytree(small_class / "results", results)
    arguments = ["export", str(results), "--to", "nbgrader", "--course", str(course), *options]
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def book(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db", "lecture19") as gradebook:
        yield gradebook


def grade_of(book, cell, student):
    return book.find_grade(cell, HW, HW, student)


def totals(course):
    run(course, "export", "--to", "grades.csv", "--assignment", HW, "--student", "ada", "--student", "=1+1")
    return {row["student_id"]: row for row in csv.DictReader((course / "grades.csv").open())}


def test_scores_and_comments_are_in_the_gradebook(book):
    assert grade_of(book, "check_momentum_update", "ada").score == 8
    assert grade_of(book, "check_momentum_update", "=1+1").score == 0
    assert book.find_submission(HW, "=1+1").score == 98
    assert book.find_submission(HW, "=1+1").timestamp.isoformat() == "2026-11-22T06:00:00"
    comment = book.find_comment("momentum_update", HW, HW, "=1+1").auto_comment
    assert comment.startswith("0 of 8 tests passed")
    assert "ValueError" in comment
    assert "<b>" not in comment  # nbgrader's feedback shows it as Markdown, in which HTML would be run


def test_written_questions_wait_for_a_person_and_nothing_else_does(book):
    waiting = {grade.name for grade in book.find_submission_notebook(HW, HW, "ada").grades if grade.needs_manual_grade}
    assert waiting == {"written_candidates", "written_queue", "written_evaluation"}


def test_no_student_code_was_run(course):
    notebook = json.loads((course / "autograded" / "ada" / HW / f"{HW}.ipynb").read_text())
    assert not [cell for cell in notebook["cells"] if cell.get("outputs") or cell.get("execution_count")]


def test_no_student_code_is_run_in_a_course_with_a_configuration_of_its_own(course, small_class):
    own = course / "nbgrader_config.py"
    own.write_text(own.read_text().replace("c.Autograde.autograde_preprocessors", "unused"))
    shutil.rmtree(course / "autograded")
    export(small_class, course)
    test_no_student_code_was_run(course)


def test_formgrader_lists_the_submissions_and_shows_them(course):
    """With its own API and its own page, made as its server makes it."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.server_extensions.formgrader.handlers import template_path
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.HTMLExporter.template_name, config.HTMLExporter.extra_template_basedirs = "formgrade", [template_path]
    listed = NbGraderAPI(CourseDirectory(config=config), config=config).get_notebook_submissions(HW, HW)
    assert {entry["student"] for entry in listed} == {"ada", "=1+1", 'luca "the second", jr', "emoji 🎈"}
    ada = next(entry for entry in listed if entry["student"] == "ada")
    assert (ada["code_score"], ada["max_code_score"], ada["max_score"]) == (106, 114, 126)
    assert ada["needs_manual_grade"]
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "last_name", "first_name")
    resources = {**dict.fromkeys((*names, "notebook_path"), "x"), "index": 0, "total": 4}
    page, _ = HTMLExporter(config=config).from_filename(
        str(course / "autograded" / "ada" / HW / f"{HW}.ipynb"), resources=resources
    )
    for cell in ("written_queue", "check_info_nce"):
        assert f'id="{cell}"' in page  # the boxes for scores and comments


def test_what_a_person_gave_survives_our_rerun_and_counts(course, small_class, book):
    for cell in ("written_candidates", "written_queue"):
        grade = grade_of(book, cell, "=1+1")
        grade.manual_score, grade.needs_manual_grade = 3, False
    overruled = grade_of(book, "check_momentum_update", "=1+1")
    overruled.manual_score, overruled.extra_credit, overruled.needs_manual_grade = 5, 0.5, False
    book.find_comment("momentum_update", HW, HW, "=1+1").manual_comment = "Half of it is right."
    book.db.commit()
    export(small_class, course)
    book.db.expire_all()
    grade = grade_of(book, "check_momentum_update", "=1+1")
    assert (grade.manual_score, grade.extra_credit, grade.auto_score, grade.score) == (5, 0.5, 0, 5.5)
    assert not grade.needs_manual_grade  # ours has not changed
    assert book.find_comment("momentum_update", HW, HW, "=1+1").comment == "Half of it is right."
    assert not grade_of(book, "written_queue", "=1+1").needs_manual_grade
    assert float(totals(course)["=1+1"]["score"]) == 98 + 3 + 3 + 5.5


def test_a_score_that_changed_under_a_persons_one_asks_for_another_look(course, small_class, book):
    grade = grade_of(book, "check_info_nce", "ada")
    grade.auto_score, grade.manual_score, grade.needs_manual_grade = 3, 7, False
    book.db.commit()
    export(small_class, course)
    book.db.expire_all()
    grade = grade_of(book, "check_info_nce", "ada")
    assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (12, 7, True)


def test_late_penalties_take_their_share_of_both_kinds_of_points(course, small_class, book, tmp_path):
    (tmp_path / "policy.toml").write_text(DUE)
    grade_of(book, "written_queue", "=1+1").manual_score = 4  # 25 hours late: two days at 25 %
    book.db.commit()
    told = export(small_class, course, "--policy", str(tmp_path / "policy.toml"))
    assert "ada has 1 points from outside the homework; enter them in formgrader" in told.stderr
    rows = totals(course)
    assert [rows["=1+1"][name] for name in ("raw_score", "late_submission_penalty", "score")] == [
        "102.0",
        "51.0",
        "51.0",
    ]
    assert rows["ada"]["late_submission_penalty"] == "0.0"  # on time
    export(small_class, course, "--no-policy")  # without the penalty
    book.db.expire_all()
    assert book.find_submission(HW, "=1+1").late_submission_penalty == 0


def test_nbgraders_own_autograde_neither_runs_code_nor_scores(course, book):
    before = {grade.name: grade.auto_score for grade in book.find_submission_notebook(HW, HW, "ada").grades}
    run(course, "autograde", HW, "--student", "ada", "--force")
    book.db.expire_all()
    assert {grade.name: grade.auto_score for grade in book.find_submission_notebook(HW, HW, "ada").grades} == before
    test_no_student_code_was_run(course)


def test_a_resubmission_is_shown_once_it_is_graded_and_its_written_answers_wait_again(course, small_class, book):
    answer = grade_of(book, "written_queue", "ada")
    answer.manual_score, answer.needs_manual_grade = 2, False
    book.db.commit()
    path = course / "submitted" / "ada" / HW / f"{HW}.ipynb"
    path.write_text(path.read_text() + "\n")
    shown = course / "autograded" / "ada" / HW / f"{HW}.ipynb"
    before = shown.read_bytes()
    told = export(small_class, course)
    assert "does not show what ada has handed in since it was graded" in told.stderr
    assert (told.exit_code, shown.read_bytes()) == (3, before)
    with Results(course / "results") as store:
        (ada,) = (each for each in counting.grades(policy.Policy(), store) if each.report.student == "ada")
    source = Located("ada", course / "submitted" / "ada", HW, suite.load(HW).files).read().digest
    graded = replace(ada, report=replace(ada.report, made_by=ada.report.made_by | {"source": source}))
    assert nbgrader.write([graded], course) == []
    book.db.expire_all()
    answer = grade_of(book, "written_queue", "ada")
    assert (answer.manual_score, answer.needs_manual_grade) == (2, True)


def test_a_dry_run_says_what_would_change_and_touches_nothing(course, small_class, book):
    grade_of(book, "check_info_nce", "ada").auto_score = 3
    grade_of(book, "check_momentum_update", "=1+1").auto_score = 8
    book.update_or_create_student("gone")
    book.update_or_create_submission(HW, "gone")
    book.find_grade("check_info_nce", HW, HW, "gone").auto_score = 4
    book.db.commit()
    before = (course / "gradebook.db").read_bytes()
    told = export(small_class, course, "--dry-run")
    assert told.exit_code == 0, (told.stderr, told.exception)
    assert told.stdout.splitlines() == [
        "nothing is written; 2 change (0 new, 1 fall), 2 are the same, 1 are there alone and stay",
        "  =1+1: 106 -> 98, falls",
        "  ada: 97 -> 106",
        "  gone: stays 4",
    ]
    assert (course / "gradebook.db").read_bytes() == before


def test_another_version_of_the_homework_is_refused(course, small_class, book):
    cell = book.find_grade_cell("check_info_nce", HW, HW)
    cell.max_score = 11
    book.db.commit()
    refused = export(small_class, course)
    assert refused.exit_code == 2
    assert (
        f"info_nce has 11 points in the gradebook and 12 here; run `nbgrader generate_assignment {HW}`"
        in refused.stderr
    )


def test_a_name_that_a_mac_decomposed_is_nbgraders_own(course, small_class):
    with Results(small_class / "results") as store:
        (ada,) = (each for each in counting.grades(policy.Policy(), store) if each.report.student == "ada")
    (course / "submitted" / "ada").rename(course / "submitted" / "Zoe\u0308")
    zoe = replace(ada, report=replace(ada.report, student="Zo\xeb"))
    assert nbgrader.write([zoe], course) == []
    assert (course / "autograded" / "Zoe\u0308" / HW / f"{HW}.ipynb").is_file()


def test_a_course_that_was_not_released_is_refused(tmp_path, small_class):
    with Results(small_class / "results") as store:
        grades = counting.grades(policy.Policy(), store)
    with pytest.raises(ExportError, match="no gradebook yet; run `nbgrader generate_assignment`"):
        nbgrader.write(grades, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_zip_collect_takes_hand_ins_from_a_download(course, root):
    archive = course / "downloaded" / HW / "archive"
    archive.mkdir(parents=True)
    notebook = root / "assignments" / HW / f"{HW}.ipynb"
    for name in ("zoe", "yan_hw4_contrastive_2"):
        with zipfile.ZipFile(archive / f"{name}.zip", "w") as file:
            file.write(notebook, f"{HW}.ipynb")
    run(course, "zip_collect", HW)
    for student in ("zoe", "yan"):
        assert (course / "submitted" / student / HW / f"{HW}.ipynb").read_bytes() == notebook.read_bytes()


def test_validate_passes_the_solution_and_says_what_a_stub_lacks(exported, root, tmp_path):
    """On the notebook's first two exercises; the others take the same way, and training takes minutes."""
    shutil.copytree(root / "assignments" / HW, tmp_path / HW)
    (tmp_path / "homework").symlink_to(root / "assignments" / "homework")
    for folder, told in (("solutions", "Success!"), ("release", "FAILED")):
        notebook = json.loads((exported / folder / HW / f"{HW}.ipynb").read_text())
        notebook["cells"] = [cell for cell in notebook["cells"] if _is_needed(cell)]
        (tmp_path / HW / f"{HW}.ipynb").write_text(json.dumps(notebook))
        assert told in run(tmp_path / HW, "validate", f"{HW}.ipynb")


def _is_needed(cell):
    name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    is_set_up = cell["cell_type"] == "code" and not name and "import torch" in "".join(cell["source"])
    return is_set_up or name.removeprefix("check_") in ("cosine_similarity_matrix", "info_nce")
