"""The Canvas round trip: one column of the instructor's own gradebook is filled, and nothing else can change."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exports import ExportError
from autograder.exports.canvas import decode, fill
from autograder.exports.changes import Change, describe
from autograder.harmless import on_one_line
from autograder.records import Report, Score, Verdict
from autograder.results.counting import Counted

EXPORTED = decode((Path(__file__).parent / "canvas_export.csv").read_bytes())
IDENTITY = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
RUN_BY_SPREADSHEETS = tuple("=+-@\t\r\n")


def grade(student, points=50.0, **changes):
    score = Score("first", "test_a", "It works.", changes.pop("verdict", Verdict.PASSED), points, 60)
    report = Report(student, "hw4_contrastive", "x", (score,), **changes)
    return Counted(report, points)


def table_of(text, delimiter=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def imported(gradebook, upload):
    """The gradebook's table after Canvas has read the upload: columns by the number in the title, rows by ID."""
    table, (header, *rows) = table_of(gradebook), table_of(upload)
    columns = {}
    for place, title in enumerate(header):
        if title not in IDENTITY:
            number = re.search(r"\(\d+\)$", title)[0]
            (columns[place],) = (n for n, known in enumerate(table[0]) if known.endswith(number))
    for row in (row for row in rows if row[1]):
        (target,) = (known for known in table if known[1] == row[1])
        for place, column in columns.items():
            target[column] = row[place]
    return table


def test_only_the_column_comes_back_and_only_for_those_we_have_a_grade_of():
    filled = fill(EXPORTED, "Homework 4", [grade("4242", 59.5), grade("903112", 12.25), grade("li", 7)])
    header, possible, *rows = table_of(filled.content)
    assert header == [*IDENTITY, "Homework 4 (70012)"]
    assert possible == ["    Points Possible", "", "", "", "", "60.00"]
    assert [(row[1], row[-1]) for row in rows] == [("4242", "59.50"), ("4243", "12.25"), ("4246", "7.00")]
    assert (filled.left_out, filled.hints) == ((), ())


def test_after_the_import_nothing_else_has_changed():
    filled = fill(EXPORTED, "Homework 4 (70012)", [grade("4245", 33), grade("ada", 0)])
    before, after = table_of(EXPORTED), imported(EXPORTED, filled.content)
    changed = {
        (old[1], before[0][place]): new[place]
        for old, new in zip(before, after, strict=True)
        for place in range(len(old))
        if old[place] != new[place]
    }
    assert changed == {("4242", "Homework 4 (70012)"): "0.00", ("4245", "Homework 4 (70012)"): "33.00"}


@pytest.mark.parametrize(
    "name", ["Homework 5", "Project", "Current Score", "Final Counted", "Student", "Section", "70012"]
)
def test_a_title_that_is_not_exactly_one_assignment_is_refused(name):
    with pytest.raises(ExportError, match=r"--column with one of Homework 1 \(70011\), Homework 4 \(70012\)"):
        fill(EXPORTED, name, [grade("4242")])


def test_a_column_without_a_number_would_make_a_new_assignment_and_is_refused():
    with pytest.raises(ExportError, match="no assignment"):
        fill(EXPORTED.replace("Homework 4 (70012)", "Homework 4"), "Homework 4", [grade("4242")])


def test_two_assignments_of_one_name_are_told_apart_by_their_number():
    filled = fill(EXPORTED, "Project (70014)", [grade("4242")], other_points=True)
    assert table_of(filled.content)[0][-1] == "Project (70014)"


@pytest.mark.parametrize("name", ["Ada Lovelace", "Lovelace, Ada", "ada  LOVELACE"])
def test_a_name_that_two_students_have_is_left_out_and_named(name):
    filled = fill(EXPORTED, "Homework 4", [grade(name), grade("li")])
    assert [row[1] for row in table_of(filled.content)[2:]] == ["4246"]
    (note,) = filled.left_out
    assert "may be any of 2 students" in note


def test_two_submissions_of_one_student_are_left_out_and_named():
    filled = fill(EXPORTED, "Homework 4", [grade("4242"), grade("ada"), grade("li")])
    assert [row[1] for row in table_of(filled.content)[2:]] == ["4246"]
    assert filled.left_out == ("4242 and ada are left out: they are one student in the gradebook",)


@pytest.mark.parametrize(
    ("student", "number"),
    [
        ('"Bo", Jr O\'Neil', "4243"),
        ("🎈 李", "4246"),
        ("lovelaceada_4245_9901_hw4", "4245"),
        ("liqi_LATE_4246_7_hw4-2", "4246"),
        ("team_3_4246_99005_hw4", "4246"),
        ("liqi (Canvas 4246)", "4246"),
    ],
)
def test_a_student_is_known_by_name_and_by_canvas_own_file_names(student, number):
    assert table_of(fill(EXPORTED, "Homework 4", [grade(student)]).content)[2][1] == number


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (grade("nobody"), "not in the gradebook"),
        (grade("eve"), "excused"),
        (grade("4242", problem="no notebook"), "no notebook"),
        (grade("4242", verdict=Verdict.GRADER_ERROR), "the grader itself failed on"),
        (grade("Test Student"), "not in the gradebook"),
    ],
)
def test_who_is_left_out_is_named(who, why):
    filled = fill(EXPORTED, "Homework 4", [who, grade("li")])
    assert [row[1] for row in table_of(filled.content)[2:]] == ["4246"]
    (note,) = filled.left_out
    assert note.startswith(f"{who.report.student} is left out")
    assert why in note


@pytest.mark.parametrize(
    ("there", "ours"),
    [
        ("M\xfcller, Zo\xeb", "Zoe\u0308 Mu\u0308ller"),
        ("O'Brien, Pat", "Pat O\u2019Brien"),
        ("O\u2019Brien, Pat", "Pat O'Brien"),
        ("D\u02bcAngelo, Li", "Li  D`Angelo"),
        ("van der Berg, Al", "Al van\xa0der Berg"),
    ],
)
def test_a_name_is_known_however_two_systems_write_it(there, ours):
    book = f'Student,ID,Section,Mine (2)\n"{there}",7,A,\n'
    filled = fill(book, "Mine", [grade(ours, 5)])
    assert filled.left_out == ()
    assert table_of(filled.content)[1] == [there, "7", "A", "5.00"]


@pytest.mark.parametrize(("cell", "why"), [("N/A", "not assigned"), ("n/a", "not assigned"), ("EX", "excused")])
def test_whom_canvas_would_not_give_a_grade_is_left_out(cell, why):
    filled = fill(f"Student,ID,Section,Mine (2)\nAda,7,A,{cell}\nLi,8,A,\n", "Mine", [grade("Ada"), grade("Li")])
    assert [row[1] for row in table_of(filled.content)[1:]] == ["8"]
    assert why in filled.left_out[0]


def test_other_points_possible_are_pointed_out():
    with pytest.raises(ExportError, match=r"Homework 1 \(70011\) has 80 points possible, the homework 60"):
        fill(EXPORTED, "Homework 1", [grade("li")])
    told = fill(EXPORTED, "Homework 1", [grade("li")], other_points=True).hints
    assert told == ("Homework 1 (70011) has 80 points possible, the homework 60",)


@pytest.mark.parametrize("written", ["80,00", "80.00", "80", "1.080,00", "1,080.00"])
def test_points_possible_are_read_in_every_language(written):
    with pytest.raises(ExportError, match=r"has (80|1080) points possible, the homework 60"):
        fill(EXPORTED.replace("80.00,60.00,", f'"{written}",60.00,'), "Homework 1", [grade("li")])
    assert fill(EXPORTED.replace(",60.00,", ',"60,00",'), "Homework 4", [grade("li")]).hints == ()


@pytest.mark.parametrize(
    "told", ["(solo lectura)", "(nur Lesen)", "(読み取り専用)", "(read only)", "\u200f(قراءة فقط)"]
)
def test_what_canvas_computes_is_no_assignment_in_any_language(told):
    book = EXPORTED.replace("(read only)", told).replace("Current Score", "Current Score (2026)")
    with pytest.raises(ExportError, match="no assignment called 'Current Score'"):
        fill(book, "Current Score", [grade("li")])


def test_what_would_change_is_known_for_everybody_who_has_points():
    filled = fill(EXPORTED, "Homework 4", [grade("4242", 59.5), grade("903112", 2.5), grade("4244", 3), grade("li", 0)])
    assert [(each.student, each.before, each.after) for each in filled.changes] == [
        ("Lovelace, Ada", None, 59.5),
        ('O\'Neil, "Bo", Jr', 12, 2.5),
        ("Lovelace, Ada", 31, None),
        ("李, 🎈", None, 0),
    ]


def test_a_dry_run_counts_and_names_who_falls_first():
    told = describe(
        [
            Change("a", 1, 2),
            Change("b\n", 2, 1),
            Change("c", None, 0),
            Change("d", 5, 5),
            Change("e", 7, None),
            Change("f", None, None),
        ]
    )
    assert told == [
        "nothing is written; 3 change (1 new, 1 fall), 1 are the same, 1 are there alone and stay",
        "  b: 2 -> 1, falls",
        "  a: 1 -> 2",
        "  c: nothing -> 0",
        "  e: stays 7",
    ]


def test_no_cell_is_a_formula():
    filled = fill(EXPORTED, "=2+3", [grade("4243"), grade("4244")], other_points=True)
    rows = table_of(filled.content)
    assert rows[0][-1] == "'=2+3 (70015)"
    assert [row[0] for row in rows[2:]] == ['O\'Neil, "Bo", Jr', "'=1+1"]
    assert rows[2][3] == "'+boneil"
    assert not [cell for row in rows for cell in row if cell.startswith(RUN_BY_SPREADSHEETS)]


def test_semicolons_and_a_byte_order_mark_stay():
    semicolons = "\ufeff" + "\n".join(
        ";".join(f'"{cell}"'.replace('"Bo"', "Bo") for cell in row) for row in table_of(EXPORTED)
    )
    content = fill(semicolons, "Homework 4", [grade("4242")]).content
    assert content.startswith("\ufeffStudent;ID;")
    assert table_of(content.removeprefix("\ufeff"), ";")[2][-1] == "50.00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Name,Points\nAda,3\n",
        EXPORTED.replace(",Section,", ",Group,"),
        EXPORTED + "short,row\n",
        'Student,ID,Section,"a',
    ],
)
def test_what_is_no_gradebook_is_refused_in_one_sentence(text):
    with pytest.raises(ExportError, match="export the gradebook from Canvas again"):
        fill(text, "Homework 4", [grade("4242")])


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(ExportError, match="UTF-8"):
        decode(b"Student,ID\xff")


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
students = st.lists(st.tuples(cells, cells, st.none() | st.floats(0, 1000)), min_size=1, max_size=6)


@given(students)
def test_whatever_they_are_called_each_gets_their_own_grade_and_nothing_runs(people):
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["Student", "ID", "Section", "Other (1)", "Mine (2)"])
    writer.writerows((name, 100 + n, section, "7", "8") for n, (name, section, _) in enumerate(people))
    grades = [grade(str(100 + n), points) for n, (_, _, points) in enumerate(people) if points is not None]
    header, *rows = table_of(fill(file.getvalue(), "Mine", grades).content)
    assert header == ["Student", "ID", "Section", "Mine (2)"]
    expected = {g.report.student: f"{round(g.points, 2):.2f}" for g in grades}
    hidden = {
        str(100 + n) for n, (name, _, _) in enumerate(people) if name == "Student, Test" or "Points Possible" in name
    }
    assert {row[1]: row[3] for row in rows if row[1] not in hidden} == {
        number: points for number, points in expected.items() if number not in hidden
    }
    for row in rows:
        name, section = (on_one_line(text) for text in people[int(row[1]) - 100][:2])
        assert row[0] in (name, "'" + name)
        assert row[2] in (section, "'" + section)
        assert not any(cell.startswith(RUN_BY_SPREADSHEETS) for cell in row)
