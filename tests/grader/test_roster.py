"""The roster tells who is who: labels stay, nobody is taken for another, and who has nothing is named."""

import csv
import io
import json
import os
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hand_ins import finished, lay

from autograder.cli import main
from autograder.records import Report, Score, Verdict
from autograder.results import counting
from autograder.results.policy import Policy
from autograder.results.store import Results
from autograder.roster import file as roster_file
from autograder.roster.file import RosterError
from autograder.roster.labels import by_roster, keep_labels
from autograder.submissions.intake import Course, find_submissions

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:nbgrader", "ignore::Warning:sqlalchemy", "ignore::ResourceWarning"
)
HW1, HW4 = "hw1_diffusion", "hw4_contrastive"
ROSTER = """id,name,e-mail,SIS id,Canvas id,section,TA,groups
ada,Ada Lovelace,ada@uni.edu,90001,13,A,Tim,
wz1,Wei Zhang,wz1@uni.edu,90301,14,A,Tim,
wz2,"Zhang, Wei",wz2@uni.edu,90444,15,B,Una,
bob,Bob O'Neil,,,,B,Una,
"""
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (7)
    Points Possible,,,,,10.00
"Lovelace, Ada",13,90001,alovelace3,A,
"Zhang, Wei",14,90301,wzhang8,A,
"Zhang, Wei",15,90444,wzhang9,A,
"O'Neil, Bob",16,90555,bob,B,
"""


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def report(student, points=10.0, homework=HW4, **more):
    score = Score("info_nce", "test_a", "It works.", Verdict.PASSED, points, 10)
    return Report(student, homework, f"{student}.ipynb", (score,), **more)


def add(folder, *reports):
    with Results(folder, create=True) as store:
        number = store.begin(reports[0].homework)
        for each in reports:
            store.add(number, f"{each.homework} {each.student}", each)
        store.finish(number)


def read(text, name="roster.csv"):
    return roster_file.parse(text, name)


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER)
    return path


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results"


def to_canvas(results, tmp_path, *more):
    """The exit status, ID -> points, and standard error."""
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK)
    told = run("export", results, "--to", "canvas", "--gradebook", tmp_path / "gradebook.csv", "--column", "Homework 4",
               *more)  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    return told.exit_code, {row["ID"]: row["Homework 4 (7)"] for row in rows if row["ID"]}, told.stderr


@pytest.mark.parametrize(
    ("label", "identity", "ids"),
    [
        ("Wei Zhang", {"name": "Wei Zhang", "sis_id": "90301"}, ["wz1"]),
        ("Wei Zhang (90444)", {}, ["wz2"]),
        ("Wei Zhang", {"email": "WZ2@uni.edu"}, ["wz2"]),
        ("zhangwei (Canvas 15)", {"canvas_id": "15"}, ["wz2"]),
        ("zhangwei (Canvas 14)", {}, ["wz1"]),
        ("Wei Zhang", {}, ["wz1", "wz2"]),
        ("Wei Zhang", {"sis_id": "77777"}, []),  # a third one, whom the roster does not have
        ("wz1", {}, ["wz1"]),
        ("WZ1", {}, ["wz1"]),
        ("ada@uni.edu", {}, ["ada"]),
        ("90001", {}, ["ada"]),
        ("Ada  Lovelace", {}, ["ada"]),
        ("Lovelace, Ada", {}, ["ada"]),
        ("Bob O’Neil", {"sis_id": "1"}, ["bob"]),  # the roster does not know his number
        ("oneilbob (Canvas 99)", {"canvas_id": "99"}, ["bob"]),  # nor this one: by the name as Canvas squeezes it
        ("Ada Lovelace", {"canvas_id": "99"}, []),
        ("Ada Lovelace", {"canvas_id": "13", "sis_id": "90301"}, ["ada", "wz1"]),
        ("eve", {}, []),
    ],
)
def test_who_is_meant(label, identity, ids):
    assert [student.id for student in read(ROSTER).match(label, identity)] == ids


def test_a_name_that_nobody_can_tell_leaves_out_these_and_nobody_else():
    works = [report("Wei Zhang"), report("ada"), report("Bob O'Neil"), report("eve")]
    found = by_roster(works, read(ROSTER))
    assert [each.student for each in found.works] == ["Wei Zhang", "ada", "bob", "eve"]
    assert list(found.unclear) == ["Wei Zhang"]
    assert "wz1 or wz2" in found.unclear["Wei Zhang"]
    assert found.unknown == ("eve",)
    assert found.without == ()  # it may be either's


def test_two_of_one_student_are_nobody_s_yet():
    found = by_roster([report("Ada Lovelace"), report("90001")], read(ROSTER))
    assert [each.student for each in found.works] == ["Ada Lovelace", "90001"]
    assert set(found.unclear) == {"Ada Lovelace", "90001"}
    assert [student.id for student in found.without] == ["wz1", "wz2", "bob"]


def test_a_stranger_does_not_get_the_label_of_a_student():
    found = by_roster([report("ada", identity={"sis_id": "5"}), report("Ada Lovelace")], read(ROSTER))
    assert [each.student for each in found.works] == ["ada (not in the roster)", "ada"]


@pytest.mark.parametrize("content", [
    ROSTER.encode(), b"\xef\xbb\xbf" + ROSTER.encode(), ROSTER.encode("utf-16"),
    ROSTER.replace('"Zhang, Wei"', "Zhang Wei").replace(",", ";").encode(),
    ROSTER.replace('"Zhang, Wei"', "Zhang Wei").replace(",", "\t").encode("utf-16"),
    ROSTER.replace("\n", "\r\n").encode(), ROSTER.replace("SIS id,Canvas id", "sis_id,CanvasID").encode(),
])  # fmt: skip
def test_a_roster_is_read_however_a_spreadsheet_writes_it(tmp_path, content):
    (tmp_path / "roster.csv").write_bytes(content)
    students = read(roster_file.content_of(tmp_path / "roster.csv")).students
    assert [(each.id, each.sis_id, each.canvas_id, each.section, each.ta) for each in students][2:] == [
        ("wz2", "90444", "15", "B", "Una"), ("bob", "", "", "B", "Una")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "names no student"),
        ("id,name\n", "names no student"),
        ("name,section\nAda,A\n", "has no column id; its titles are name, section"),
        ("id\nada\nbob\nada\n", "has the id ada in lines 2 and 4"),
        ("id\nada\nADA\n", "has the id ADA in lines 2 and 3"),
        ("id,e-mail\na,x@y\nb,X@y\n", "has the e-mail X@y in lines 2 and 3"),
        ("id,SIS id\na,9\nb,9\n", "has the SIS id 9 in lines 2 and 3"),
        ("id,name\nada,Lovelace, Ada\n", "line 2 has 3 cells and the titles are 2"),
        ("id,name\n,Ada\n", "line 2 has no id"),
        ("id,SIS id\nada,9.03E+08\n", "line 2 has the SIS id 9.03E+08, a number that a spreadsheet has shortened"),
        ("id,login\nada,ada\n", "two columns for the id, 'id' and 'login'"),
        ('id,name\nada,"Ada\n', "is no table"),
    ],
)
def test_a_faulty_roster_is_one_sentence(tmp_path, text, told):
    with pytest.raises(RosterError) as error:
        read(text, "r.csv")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [ROSTER.replace("Ada", "Zoë").encode("cp1252"), b"\xff\xfe\x00"])
def test_another_encoding_is_one_sentence_and_keeps_nothing(tmp_path, results, content):
    add(results, report("ada"))
    (tmp_path / "r.csv").write_bytes(content)
    told = run("export", results, "--to", "csv", "--roster", tmp_path / "r.csv")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == f'Error: the roster {tmp_path / "r.csv"} is not in UTF-8; save it as "CSV UTF-8"\n'
    assert "roster" not in run("report", results).stderr


def test_groups_of_a_homework_that_is_none_are_refused(tmp_path, results):
    add(results, report("ada"))
    (tmp_path / "r.csv").write_text("id,groups\nada,hw9: team 3\n")
    told = run("report", results, "--roster", tmp_path / "r.csv")
    assert told.exit_code == 2
    assert "groups of 'hw9', which is no homework" in told.stderr


def test_a_roster_that_was_given_once_is_used_ever_after(results, roster):
    add(results, report("Ada Lovelace"), report("Wei Zhang (90301)"), report("bob"))
    told = run("report", results, "--roster", roster)
    (line, *_) = told.stderr.splitlines()
    assert line.startswith("no policy: nothing is late; roster: roster.csv (")
    assert line.endswith("4 students, kept in the results from now on")
    roster.unlink()
    table = run("export", results, "--to", "csv")
    assert table.stderr.splitlines()[0].endswith("4 students, kept in the results")
    assert [row["student"] for row in csv.DictReader(io.StringIO(table.stdout))] == ["ada", "bob", "wz1", "wz2"]
    assert run("explain", "Ada Lovelace", results).stdout.startswith("ada, hw4_contrastive: 10 / 10")
    assert run("export", results, "--to", "csv", "--no-roster").stdout.count("Wei Zhang (90301)") == 1


def test_a_new_roster_replaces_it_and_a_dry_run_keeps_none(results, roster, tmp_path):
    add(results, report("ada"))
    (tmp_path / "new.csv").write_text("id\nada\neve\n")
    run("report", results, "--roster", roster)
    told = run("export", results, "--to", "csv", "--dry-run", "--roster", tmp_path / "new.csv")
    assert "2 students, for this once" in told.stderr
    assert "4 students, kept in the results" in run("report", results).stderr
    assert "in the place of roster.csv (" in run("report", results, "--roster", tmp_path / "new.csv").stderr
    assert "2 students, kept in the results" in run("report", results).stderr


def test_columns_that_say_nothing_here_are_named(results, tmp_path):
    add(results, report("ada"))
    (tmp_path / "r.csv").write_text("id,Phone,cavnas id\nada,1,2\n")
    assert "not used of it: Phone, cavnas id" in run("report", results, "--roster", tmp_path / "r.csv").stderr


def test_gradescopes_numbers_find_both_wei_zhangs_in_canvas(results, roster, tmp_path):
    add(results, report("Wei Zhang (90301)", 3), report("Wei Zhang (90444)", 4), report("Ada Lovelace", 5),
        report("bob", 6))  # fmt: skip
    status, points, _ = to_canvas(results, tmp_path)
    assert (status, points) == (0, {"13": "5.00", "14": "3.00", "15": "4.00", "16": "6.00"})  # by the SIS id alone
    assert to_canvas(results, tmp_path, "--roster", roster)[:2] == (0, points)


def test_one_ambiguous_name_leaves_out_two_and_all_others_are_exported(results, roster, tmp_path):
    add(results, report("Wei Zhang", 3), report("ada", 5), report("bob", 6))
    status, points, told = to_canvas(results, tmp_path, "--roster", roster)
    assert (status, points) == (3, {"13": "5.00", "16": "6.00"})
    assert "Wei Zhang is left out: it may be of wz1 or wz2 in the roster" in told
    assert "handed in nothing" not in told


def test_a_name_that_another_number_contradicts_is_nobody_s_grade(results, tmp_path):
    add(results, report("Ada Lovelace", 5, identity={"name": "Ada Lovelace", "sis_id": "77777"}), report("bob", 6))
    status, points, told = to_canvas(results, tmp_path)
    assert (status, points) == (3, {"16": "6.00"})
    assert "Ada Lovelace is left out: not in the gradebook" in told


@pytest.mark.parametrize(("missing", "wei"), [("zero", "0.00"), ("blank", None)])
def test_who_handed_in_nothing_gets_what_the_policy_says(results, roster, tmp_path, missing, wei):
    add(results, report("ada", 5), report("wz1", 3), report("bob", 6))
    (tmp_path / "course.toml").write_text(f'missing = "{missing}"\n[due]\n{HW4} = 2020-11-20T12:00:00Z\n')
    run("report", results, "--policy", tmp_path / "course.toml", "--roster", roster)
    status, points, told = to_canvas(results, tmp_path)
    assert (status, points.get("15")) == (0, wei)
    assert f"handed in nothing, {'0 points' if wei else 'no grade'} for it (1): wz2" in told
    rows = csv.DictReader(io.StringIO(run("export", results, "--to", "csv").stdout))
    (row,) = (row for row in rows if row["student"] == "wz2")
    assert (row["test"], row["points"]) == ("nothing was handed in", "0" if wei else "")
    out = tmp_path / "gradescope"
    run("export", results, "--to", "gradescope", "--folder", out)
    assert (out / "wz2" / "results.json").exists() == bool(wei)
    if wei:
        assert json.loads((out / "wz2" / "results.json").read_text())["score"] == 0
    page = (results / HW4 / "report.html").read_text()
    assert "Handed in nothing" in page
    assert (results / HW4 / "feedback" / "wz2.html").exists()


def test_who_is_not_due_yet_gets_no_zero(results, roster, tmp_path):
    add(results, report("ada"), report("wz1"), report("bob"))
    policy = f'missing = "zero"\n[due]\n{HW4} = 2020-11-20T12:00:00Z\n[extensions.{HW4}]\n"wz2@uni.edu" = 900\n'
    (tmp_path / "course.toml").write_text(policy.replace("2020", "2199"))
    _, points, told = to_canvas(results, tmp_path, "--policy", tmp_path / "course.toml", "--roster", roster)
    assert "15" not in points
    assert "no grade for it (1): wz2" in told


def test_grading_a_few_again_gives_the_others_no_zero(results, roster, tmp_path):
    add(results, report("ada", 5), report("wz1", 3), report("wz2", 4))
    add(results, report("ada", 6))
    (tmp_path / "course.toml").write_text('missing = "zero"\n')
    _, points, told = to_canvas(results, tmp_path, "--policy", tmp_path / "course.toml", "--roster", roster)
    assert points == {"13": "6.00", "16": "0.00"}
    assert "not in this run but in one before, and left as they are (2): wz1, wz2" in told


def test_sections_and_tas_are_exported_apart(results, roster, tmp_path):
    add(results, report("ada", 5), report("wz1", 3), report("wz2", 4), report("bob", 6))
    assert set(to_canvas(results, tmp_path, "--roster", roster, "--section", "A")[1]) == {"13", "14"}
    assert set(to_canvas(results, tmp_path, "--ta", "Una")[1]) == {"15", "16"}
    told = run("export", results, "--to", "csv", "--section", "C")
    assert told.exit_code == 2
    assert "the roster has no section 'C'; it has A, B" in told.stderr


def test_free_days_follow_the_student_whatever_the_system_called_them(results):
    """hw1 from Gradescope, hw4 from Canvas, and the policy's names from the class list."""
    late = {"submitted": "2026-11-21T11:00:00+00:00"}
    add(results, report("Wei Zhang (90301)", homework=HW1, **late))
    add(results, report("zhangwei (Canvas 14)", **late), report("zhangwei (Canvas 15)", **late))
    due = datetime(2026, 11, 20, 12, tzinfo=UTC)
    rules = Policy(free_days=1, penalty=0.5, due={HW1: due.replace(hour=11, minute=30), HW4: due})
    with Results(results) as store:
        store.roster = read(ROSTER)
        grades = {each.report.student: each.total for each in counting.grades(rules, store)}
    assert (grades["wz1"], grades["wz2"]) == (5, 10)


def test_names_of_the_policy_are_looked_up_in_the_roster(results, roster, tmp_path):
    add(results, report("ada"), report("wz1"))
    (tmp_path / "course.toml").write_text(f'[drop_in.{HW4}]\n"Ada Lovelace" = 2\n"Wei Zhang" = 1\n')
    run("report", results, "--policy", tmp_path / "course.toml", "--roster", roster)
    table = csv.DictReader(io.StringIO(run("export", results, "--to", "csv").stdout))
    assert [row["student"] for row in table if row["test"] == "drop_in"] == ["ada"]
    assert "the policy names Wei Zhang" in run("report", results).stderr
    (tmp_path / "course.toml").write_text(f'[drop_in.{HW4}]\n"Ada Lovelace" = 2\nada = 1\n')
    told = run("report", results, "--policy", tmp_path / "course.toml")
    assert told.exit_code == 2
    assert "names ada twice" in told.stderr


METADATA = """submission_1:
  :submitters:
  - :name: Wei Zhang
    :sid: '90301'
    :email: wz1@uni.edu
  :created_at: 2026-11-20 10:00:00 Z
"""
OTHER = METADATA.replace("submission_1", "submission_2").replace("90301", "90444").replace("wz1", "wz2")


def download(place, *entries):
    lay(place, {f"submission_{number}/{HW4}.ipynb": finished() for number in (1, 2)})
    (place / "submission_metadata.yml").write_text("".join(entries))
    return place


@pytest.mark.parametrize("entries", [(METADATA, OTHER), (METADATA,), (OTHER,)])
def test_a_label_is_the_rosters_id_whoever_else_is_there(tmp_path, entries):
    found = find_submissions(download(tmp_path, *entries), HW4, course=Course(roster=read(ROSTER)))
    ids = [each.student for each in found.submissions]
    assert ids == [{METADATA: "wz1", OTHER: "wz2"}[entry] for entry in entries]
    assert {each.identity["sis_id"] for each in found.submissions} <= {"90301", "90444"}


def test_without_a_roster_a_label_stays_when_somebody_drops_the_course(tmp_path):
    both = find_submissions(download(tmp_path, METADATA, OTHER), HW4).submissions
    assert [each.student for each in both] == ["Wei Zhang (90301)", "Wei Zhang (90444)"]
    earlier = {each.student: each.identity for each in both}
    (alone,) = find_submissions(download(tmp_path, OTHER), HW4, course=Course(earlier=earlier)).submissions
    assert alone.student == "Wei Zhang (90444)"


def test_without_a_roster_a_label_is_not_inherited():
    """Wei Zhang has dropped the course, and another one has come."""
    earlier = {"Wei Zhang": {"sis_id": "90301"}}
    (other,) = keep_labels([report("Wei Zhang", identity={"sis_id": "90444"})], earlier)
    assert other.student == "Wei Zhang (90444)"
    both = [report(f"Wei Zhang ({number})", identity={"sis_id": number}) for number in ("90301", "90444")]
    first, second = keep_labels(both, earlier)
    assert (first.student, second.student) == ("Wei Zhang", "Wei Zhang (90444)")


def test_nbgrader_knows_a_student_by_the_folder_it_collected(tmp_path, results, roster, monkeypatch):
    from nbgrader.api import Gradebook

    monkeypatch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)  # alembic is started by name
    add(results, report("90001", 5), report("wz1", 3))
    (tmp_path / "course" / "submitted" / "90001").mkdir(parents=True)
    with Gradebook(f"sqlite:///{tmp_path}/course/gradebook.db") as book:
        book.update_or_create_assignment(HW4)
        book.update_or_create_notebook(HW4, HW4)
        book.update_or_create_grade_cell("check_info_nce", HW4, HW4, max_score=10, cell_type="code")
    told = run("export", results, "--to", "nbgrader", "--course", tmp_path / "course", "--dry-run", "--roster", roster)
    assert told.stdout.splitlines()[1:] == ["  90001: nothing -> 5", "  wz1: nothing -> 3"]


def test_who_handed_in_nothing_is_explained(results, roster):
    add(results, report("ada"))
    run("report", results, "--roster", roster)
    told = run("explain", "wz2", results)
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "could not be graded: nothing was handed in")


def test_groups_of_the_roster_share_what_one_has_handed_in(tmp_path, results):
    (tmp_path / "roster.csv").write_text(f"id,groups\nada,{HW4}: team 3\nbob,{HW4}: team 3\neve,team 3\n")
    lay(tmp_path / "class", {"ada.ipynb": finished(), "eve.ipynb": finished("own")})
    told = run("grade", tmp_path / "class", "--homework", HW4, "--out", results)
    assert told.exit_code == 0, told.output
    assert told.stderr.splitlines()[0].endswith("3 students, kept in the results from now on")
    assert "bob is graded on what ada has handed in" in told.stderr
    with Results(results) as store:
        reports = {each.student: each for each in store.reports()}
    assert reports.keys() == {"ada", "bob", "eve"}
    assert [each.points for each in reports["bob"].scores] == [each.points for each in reports["ada"].scores]
    assert reports["bob"].identity == {}
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada Lovelace\nbob,\neve,\n")
    again = run("grade", tmp_path / "class", "--homework", HW4, "--out", results, "--only", "Lovelace, Ada")
    assert again.exit_code == 0, again.output
    more = run("grade", tmp_path / "class", "--homework", HW4, "--out", results, "--only", "ada", "--no-roster")
    assert "no roster, for this once" in more.stderr
