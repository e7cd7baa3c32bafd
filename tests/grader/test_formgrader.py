"""What formgrader shows: the notebook that was graded, under the course's marks, and nothing in it that runs."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser

import pytest

from autograder.exports import nbgrader
from autograder.records import Report, Score, Verdict
from autograder.results.counting import Counted
from homework.notebook.cells import CHECK

HW = "hw4_contrastive"
WRITTEN = {"written_candidates", "written_queue", "written_evaluation"}
RUNS = "window.ran=1"
HOSTILE = [
    f"<script>{RUNS}</script>",
    f"<img src=x onerror={RUNS}>",
    f"text <svg/onload={RUNS}> text",
    f"[click](javascript:{RUNS})",
    f"[click]( \tJaVaScRiPt:{RUNS} 'title')",
    f"[click](&#106;avascript:{RUNS})",
    f"[click][there]\n\n[there]: javascript:{RUNS}",
    f"<javascript:{RUNS}>",
    f"![x](javascript:{RUNS})",
    '![x](x" onerror="window.ran=1)',
    "![beacon](http://127.0.0.1:9/logout)",
    "![nothing](attachment:nothing.png)",
    '![x](attachment:bad.png" onerror="window.ran=1)',
    f"```mermaid\n</pre><script>{RUNS}</script>\n```",
    f"~~~ mermaid\n<img src=x onerror={RUNS}>\n~~~",
    f'```x"onmouseover="{RUNS}\n<img src=x onerror={RUNS}>\n```',
    f"`<img src=x onerror={RUNS}>`",
    f"$a<img src=x onerror={RUNS}>$",
    f"$\\href{{javascript:{RUNS}}}{{x}}$",
    "$$\\require{html}\\style{position:fixed}{x}\\cssId{written_queue}{y}$$",
    f"\\begin{{align}}<img src=x onerror={RUNS}>\\end{{align}}",
    f"<scr\x00ipt>{RUNS}</script>",
    f"<\u2424script>{RUNS}</script>",
    "<!-- <b> --><form action=/logout><button>",
    f"<details ontoggle={RUNS} open>",
    f"# heading <img src=x onerror={RUNS}>",
    f"| a | b |\n|---|---|\n| <img src=x onerror={RUNS}> | [x](javascript:{RUNS}) |",
    '<input class="score" id="written_queue">',
]
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WORDS = "If a < b, then $\\sqrt[3]{x}$, see `f(x)[0]`: ![my plot](attachment:my%20plot.png)"
NAMES = [f"{HW}-1.ipynb", f"{HW} (1).ipynb", "final.ipynb.txt"]
LOST = ["all", "written_queue", "moco_loss", "check_moco_loss"]
pytestmark = [
    pytest.mark.proof,
    pytest.mark.filterwarnings("ignore::Warning:nbgrader", "ignore::Warning:sqlalchemy", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def released(root, tmp_path_factory):
    """A course that nobody has handed in to."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(root / "nbgrader_config.py", course)
    shutil.copytree(root / "solutions" / HW, course / "solutions" / HW)
    nbgraders(course, "generate_assignment", HW)
    return course


@pytest.fixture(scope="module")
def stub(root):
    return json.loads((root / "assignments" / HW / f"{HW}.ipynb").read_text())


@pytest.fixture(scope="module")
def course(released, stub):
    """All students of this file, exported at once; none is named."""
    hand_in_all(released, stub)
    with gradebook(released) as book:
        assert export(released, book, *sorted(path.name for path in (released / "submitted").iterdir())) == []
    return released


def gradebook(course):
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course}/gradebook.db", "lecture19")


@pytest.fixture
def book(course):
    with gradebook(course) as opened:
        yield opened


def nbgraders(course, *arguments):
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])  # it starts alembic by name
    command = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, cwd=course, env={**os.environ, "PATH": path}, check=True, capture_output=True, timeout=120)


def answered(stub, **answers):
    """The release with an answer to each question, or these, and to one exercise."""
    content = json.loads(json.dumps(stub))
    for cell in content["cells"]:
        name = grade_id(cell)
        if name in WRITTEN:
            cell["source"] = answers.get(name, f"This is about {name}.")
        if name == "moco_loss":
            cell["source"] = "def moco_loss(query, key, queue_keys, temperature):\n    return query.sum()"
    return content


def hand_in_all(course, stub):
    hand_in(course, "plain", answered(stub))
    hand_in(course, "mallory", hostile(answered(stub)))
    hand_in(course, "again", answered(stub, written_queue=HOSTILE[0]))
    hand_in(course, "honest", with_picture(answered(stub, written_queue=WORDS)))
    for name in NAMES:
        hand_in(course, f"called {name}", answered(stub), name)
    with zipfile.ZipFile(hand_in(course, "archive", {}, "hand-in.zip"), "w") as archive:
        archive.writestr("artefacts/notes.txt", "x")
        archive.writestr(f"{HW}/{HW}.ipynb", json.dumps(answered(stub)))
    hand_in(course, "two", stub)
    (course / "submitted" / "two" / HW / "work.ipynb").write_text(json.dumps(answered(stub)))
    for lost in LOST:
        content = answered(stub)
        for cell in content["cells"]:
            cell["metadata"] = {} if lost in ("all", grade_id(cell)) else cell["metadata"]
        hand_in(course, f"without {lost}", content)
    deleted = answered(stub)
    gone = ("written_queue", "info_nce", "moco_step")
    deleted["cells"] = [each for each in deleted["cells"] if grade_id(each) not in gone]
    hand_in(course, "deleted", deleted)
    silent = answered(stub, written_queue="YOUR ANSWER HERE")
    hand_in(course, "silent", silent)
    elsewhere = {"cell_type": "markdown", "metadata": {}, "source": "My answer to 2.5 is this."}
    at = next(number for number, cell in enumerate(silent["cells"]) if grade_id(cell) == "written_queue")
    for student, place in (("below", at + 1), ("at the end", len(silent["cells"]))):
        hand_in(course, student, {**silent, "cells": [*silent["cells"][:place], elsewhere, *silent["cells"][place:]]})


def with_picture(content):
    for cell in content["cells"]:
        if grade_id(cell) == "written_queue":
            cell["attachments"] = {"my plot.png": {"image/png": DOT}}
    return content


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def hand_in(course, student, content, name=f"{HW}.ipynb"):
    folder = course / "submitted" / student / HW
    folder.mkdir(parents=True)
    (folder / name).write_text(json.dumps(content))
    return folder / name


def export(course, book, *students):
    points = {cell.name: cell.max_score for cell in book.find_notebook(HW, HW).grade_cells if cell.name not in WRITTEN}
    scores = tuple(
        Score(name.removeprefix(CHECK), "test", "It works.", Verdict.PASSED, most, int(most))
        for name, most in points.items()
    )
    book.db.rollback()
    notes = nbgrader.write(
        [Counted(Report(student, HW, "x", scores), sum(points.values())) for student in students], course
    )
    book.db.expire_all()
    return notes


def shown(course, student):
    """grade id -> text of its cell, in what formgrader shows."""
    cells = json.loads((course / "autograded" / student / HW / f"{HW}.ipynb").read_text())["cells"]
    return {grade_id(cell): "".join(cell["source"]) for cell in cells if grade_id(cell)}


def page(course, student):
    """As formgrader's server makes it."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader.handlers import template_path
    from traitlets.config import Config

    config = Config()
    config.HTMLExporter.template_name, config.HTMLExporter.extra_template_basedirs = "formgrade", [template_path]
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "last_name", "first_name")
    resources = {**dict.fromkeys((*names, "notebook_path"), "x"), "index": 0, "total": 1}
    path = course / "autograded" / student / HW / f"{HW}.ipynb"
    return HTMLExporter(config=config).from_filename(str(path), resources=resources)[0]


class Dangers(HTMLParser):
    """Every tag, attribute and address of a page by which something could run, be sent or be mistaken."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            is_address = name in ("href", "src", "action", "formaction", "data", "xlink:href")
            is_harmless = (value or "").startswith(("#", "figures/", "http:") if tag == "a" else ("#", "figures/"))
            if name.startswith("on") or (is_address and not is_harmless):
                self.found.append((tag, name, value))
        if tag in ("script", "iframe", "object", "embed", "form", "svg", "style", "base", "meta", "link", "input"):
            self.found.append((tag, tuple(attrs)))


def hostile(notebook):
    """Every payload at every place that a student can write to."""
    kinds = ("html", "markdown", "latex")
    outputs = [*(f"text/{kind}" for kind in kinds), "image/svg+xml", "image/png", "application/javascript"]
    claim = {"grade": True, "solution": True, "locked": False, "points": 1, "schema_version": 3, "task": False}
    for text in HOSTILE:
        output = {"output_type": "display_data", "metadata": {}, "data": dict.fromkeys(outputs, text)}
        claimed = {"nbgrader": {**claim, "grade_id": f'"{text}'}}
        attached = {"a.png": {f'image/png"{text}': "AAAA"}, "bad.png": {"image/png": f'"{text}'}}
        code = {"cell_type": "code", "execution_count": 1, "outputs": [output], "source": f"%%html\n{text}"}
        notebook["cells"] += [
            {"cell_type": "markdown", "metadata": {}, "source": text},
            {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": text},
            {**code, "metadata": {"magics_language": f'x">{text}'}},
            {"cell_type": "markdown", "metadata": claimed, "source": "x"},
            {"cell_type": "markdown", "metadata": {}, "source": "![x](attachment:a.png)", "attachments": attached},
        ]
    for cell in notebook["cells"]:
        if grade_id(cell) in WRITTEN:
            cell["source"] = "\n\n".join(HOSTILE)
        elif cell["cell_type"] == "markdown" and "# Part 2" in "".join(cell["source"]):
            cell["source"] = ["".join(cell["source"]), f"<script>{RUNS}</script>"]
    notebook["metadata"] |= {
        "title": HOSTILE[0],
        "language_info": {"name": "python", "pygments_lexer": f'x"><script>{RUNS}'},
    }
    return notebook


def test_nothing_that_a_student_writes_runs_or_is_sent(course, browser):
    text = page(course, "mallory")
    assert set(Dangers(text).found) == set(Dangers(page(course, "plain")).found)
    assert text.count("<input") == page(course, "plain").count("<input")
    formulas = re.sub(r"<pre\b.*?</pre>", "", text, flags=re.DOTALL)  # MathJax, which comes from the net, passes these
    assert not [sign for sign in ("\\href", "\\require", "\\cssId") if sign in formulas]
    assert 'class="mermaid"' not in text
    window = browser.new_page()
    asked = []
    window.route("**", lambda route: (asked.append(route.request.url), route.abort()))
    window.set_content(text, wait_until="commit")
    assert window.evaluate("window.ran") is None
    assert not [url for url in asked if "logout" in url]


def test_the_words_stay_and_pasted_pictures_too(course):
    text = page(course, "honest")
    assert f"data:image/png;base64,{DOT}" in text
    words = text.replace("\u200b", "")
    assert "If a &lt; b, then $\\sqrt[3]{x}$, see <code>f(x)[0]</code>" in words


@pytest.mark.parametrize("student", [*(f"called {name}" for name in NAMES), "archive", "two"])
def test_the_notebook_that_was_graded_is_the_one_that_is_marked(course, student):
    assert shown(course, student)["written_queue"] == "This is about written_queue."
    assert "query.sum()" in shown(course, student)["moco_loss"]


@pytest.mark.parametrize("lost", LOST)
def test_lost_grade_ids_are_put_back(course, book, lost):
    cells = shown(course, f"without {lost}")
    assert set(cells) >= {cell.name for cell in book.find_notebook(HW, HW).source_cells}
    assert {name: cells[name] for name in WRITTEN} == {name: f"This is about {name}." for name in WRITTEN}
    assert "query.sum()" in cells["moco_loss"]
    assert cells["check_moco_loss"] == "check(moco_loss)"


def test_a_cell_that_was_deleted_is_said_and_waits(course, book):
    assert "no cell of this answer" in shown(course, "deleted")["written_queue"]
    assert book.find_grade("written_queue", HW, HW, "deleted").needs_manual_grade


def test_who_wrote_nothing_gets_0_without_a_person(course, book):
    grades = {grade.name: grade for grade in book.find_submission_notebook(HW, HW, "silent").grades}
    assert {name for name in WRITTEN if grades[name].needs_manual_grade} == WRITTEN - {"written_queue"}
    assert grades["written_queue"].score == 0
    assert book.find_comment("written_queue", HW, HW, "silent").comment == "No response."


@pytest.mark.parametrize("student", ["below", "at the end"])
def test_an_answer_in_another_cell_is_no_unanswered_question(course, book, student):
    assert book.find_grade("written_queue", HW, HW, student).needs_manual_grade


def test_a_copy_that_nbgrader_made_itself_runs_nothing_and_is_replaced(course, tmp_path):
    own = shutil.copytree(course, tmp_path / "course")
    nbgraders(own, "autograde", HW, "--student", "again", "--force")
    assert HOSTILE[0] not in page(own, "again")
    shutil.copy(own / "submitted" / "again" / HW / f"{HW}.ipynb", own / "autograded" / "again" / HW)
    assert HOSTILE[0] in page(own, "again")
    with gradebook(own) as book:
        export(own, book, "again")
    assert HOSTILE[0] not in page(own, "again")
