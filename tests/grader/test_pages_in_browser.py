"""What people see, opened in a real browser: it sorts and filters, fits a phone, and axe-core finds no fault."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from autograder.records import Report, Score, Verdict
from autograder.report import draw_picture, feedback_file_name
from autograder.report.pages import write_pages
from autograder.results.counting import settle
from autograder.results.marks import ByHand, Mark
from autograder.results.policy import Policy
from autograder.suite.questions import Question

HW = "hw4_contrastive"
PHONE, DESK = {"width": 375, "height": 700}, {"width": 1200, "height": 900}
EVIL = "O'Neil, <img src='https://example.org/x' onerror='document.title=1'>"
COPIED = """
def info_nce(query, positive, negatives, temperature):
    {0} = torch.cat([query @ positive.T, query @ negatives.T], dim=1) / temperature
    {0} = {0} - {0}.max(dim=1, keepdim=True).values.detach()
    return -({0}[:, 0] - torch.log(torch.exp({0}).sum(dim=1))).mean()
"""
RIGHT = Score("info_nce", "test_loss", "The loss is the `mean` over the batch.", Verdict.PASSED, 4, 4, seconds=12.5)
WRONG = replace(
    RIGHT, verdict=Verdict.WRONG, points=0, observed="1f", saw=f"loss is off by {EVIL}", think="which is the positive?",
    read="van den Oord et al., 2018, eq. 4", mistake="sums_over_the_batch", advice="You `sum`, and it is a mean.",
)  # fmt: skip
LATER = Score("moco_loss", "test_key", "The key is a target.", Verdict.PASSED, 8, 8, seconds=2.5)
POLICY = Policy(penalty=0.1, due={HW: datetime(2026, 11, 21, tzinfo=UTC)})
QUESTIONS = (Question("written_queue", "2.5 What the queue costs", 4), Question("written_why", "1.4 Why?", 4))
MARKS = (Mark("bo", "written_queue", 3, comment="Say <b>why</b>.\nAnd when."), Mark("bo", "info_nce", 2, beside=0))
EXTRA = Score("moco_step", "test_step", "A step is made.", Verdict.PASSED, 2, 2, extra=True)


def report(student: str, *scores: Score, variable: str = "", **fields) -> Report:
    statements = ((COPIED.format(variable), "cell 4"),) if variable else ()
    return Report(student, HW, f"{student}.ipynb", scores, statements=statements, **fields)


def class_of_every_kind() -> list[Report]:
    """Right, wrong, copied, extra, not written, one report for each other verdict, and one that is no notebook."""
    others = [verdict for verdict in Verdict if verdict not in (Verdict.PASSED, Verdict.WRONG)]
    ends = [replace(RIGHT, verdict=verdict, points=0, saw="as it was seen") for verdict in others]
    return [
        report("ada", RIGHT, LATER, EXTRA, notes=("a moved cell was graded",), made_by={"suite": "0" * 64}),
        report(
            "bo", WRONG, replace(LATER, points=8, followed_through=("info_nce",)), EXTRA, variable="logits",
            submitted="2026-11-21T06:00:00+00:00",
        ),
        report(EVIL, WRONG, LATER, replace(EXTRA, points=0, verdict=Verdict.NOT_WRITTEN), variable="scores"),
        *(report(f"s-{end.verdict.lower()}", end, LATER) for end in ends),
        report("José", RIGHT, replace(LATER, points=3)),
        report("Kate Later", RIGHT, LATER),
        report("zed", replace(RIGHT, verdict=Verdict.UNREADABLE, points=0), problem="the file is no notebook"),
    ]  # fmt: skip


def with_marks(grade):
    """All have two questions; bo's first one is marked, and so is an exercise of his."""
    by_hand = ByHand(MARKS if grade.report.student == "bo" else (), QUESTIONS)
    return replace(grade, points=grade.points + by_hand.change(grade.report), by_hand=by_hand)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """name -> address of each kind of page, written as the grader writes them."""
    out, reports = tmp_path_factory.mktemp("results"), class_of_every_kind()
    grades = {grade.report.student: with_marks(grade) for grade in settle(POLICY, reports)}
    picture = draw_picture(torch.arange(256, dtype=torch.uint8).repeat(120).reshape(-1, 1, 32, 32), 3, 10, "greys")
    path = write_pages(out, reports, grades, lambda report: {"info_nce": picture}).class_report
    written = {"class": path, "near-copies": out / "similar.html"}
    students = {"feedback": "bo", "feedback of a name in markup": EVIL, "feedback on no notebook": "zed"}
    feedback = {name: out / "feedback" / f"{feedback_file_name(who)}.html" for name, who in students.items()}
    return {name: path.as_uri() for name, path in (written | feedback).items()}


NAMES = ["class", "near-copies", "feedback", "feedback of a name in markup", "feedback on no notebook"]


@pytest.fixture
def visit(browser: Browser, pages):
    """visit("class", **options of the context) -> the open page, which must stay silent and load nothing."""
    opened, said, asked = [], [], []

    def open_page(name: str, **options) -> Page:
        page = browser.new_context(**options).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(pages[name])
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        keep_picture(page)
        page.context.close()
    assert said == []
    assert set(asked) <= set(pages.values())


def keep_picture(page: Page) -> None:
    """For people to look at, in the folder $SCREENSHOTS if it is named."""
    if folder := os.environ.get("SCREENSHOTS"):
        test = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2].removesuffix(" (teardown)")
        page.screenshot(path=f"{folder}/{test}.png", full_page=True)


def column(page: Page, number: int) -> list[str]:
    """What stands in this column of the list of students, of the rows that are shown."""
    rows = page.locator("#class-list tbody tr:visible")
    return [row.locator("> *").nth(number).inner_text() for row in rows.all()]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_phone(visit, name):
    page = visit(name, viewport=PHONE)
    for part in page.locator("summary").all():
        part.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.title() != "1"  # no name was obeyed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_fault(visit, name, scheme):
    page = visit(name, viewport=DESK, color_scheme=scheme)
    for part in page.locator("summary").all():
        part.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_students_are_sorted_by_points_and_by_name(visit):
    page = visit("class", viewport=DESK)
    points = page.locator("#class-list").get_by_role("button", name="Points")
    points.click()
    numbers = [float(text) for text in column(page, 1) if text != "–"]
    assert numbers == sorted(numbers)
    points.press("Enter")
    assert [float(text) for text in column(page, 1) if text != "–"] == sorted(numbers, reverse=True)
    expect(page.locator("#class-list th").nth(1)).to_have_attribute("aria-sort", "descending")
    page.locator("#class-list").get_by_role("button", name="Student").click()
    assert column(page, 0) == sorted(column(page, 0), key=str.lower)
    assert page.locator("#class-list th[aria-sort]").count() == 1


def test_tests_are_sorted_by_number_and_not_by_spelling(visit):
    page = visit("class", viewport=DESK)
    table = page.get_by_role("group", name="Tests", exact=True).locator("table")
    table.get_by_role("button", name="Slowest").dblclick()
    assert table.locator("tbody tr td:last-child").all_inner_texts()[0] == "12.50 s"


def test_students_are_filtered_by_name_and_by_verdict(visit):
    page = visit("class", viewport=DESK)
    everybody = column(page, 0)
    wanted = page.get_by_label("Show only")
    wanted.fill("TIMED out")
    assert column(page, 0) == ["s-timed_out"]
    expect(page.get_by_role("status")).to_have_text(f"1 of {len(everybody)}")
    wanted.fill("sums over bo")
    assert column(page, 0) == ["bo"]
    wanted.fill("")
    assert column(page, 0) == everybody


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("jose", ["José"]),
        ("JOSE\u0301", ["José"]),
        ("moco_loss", ["José"]),
        ("by hand", ["bo"]),
        ("late", ["bo", "Kate Later"]),
        ("not graded", ["s-grader_error", "zed"]),
    ],
)
def test_a_student_is_found_by(visit, wanted, found):
    page = visit("class", viewport=DESK)
    page.get_by_label("Show only").fill(wanted)
    assert column(page, 0) == found


def test_what_is_often_looked_for_is_one_click_away(visit):
    page = visit("class", viewport=DESK)
    page.get_by_role("button", name="not graded (2)").click()
    assert column(page, 0) == ["s-grader_error", "zed"]
    page.get_by_role("button", name="not graded (2)").click()
    assert len(column(page, 0)) == len(class_of_every_kind())


def test_the_contents_lead_to_every_part_and_students_come_first(visit):
    page = visit("class", viewport=DESK)
    links = page.get_by_role("navigation", name="Contents").get_by_role("link").all()
    shown = page.get_by_role("heading", level=2).all_inner_texts()
    assert [link.inner_text() for link in links] == shown
    assert shown[:2] == ["Could not be graded", "Students"]
    for link in links:
        assert page.locator(link.get_attribute("href")).count() == 1


def test_no_label_of_the_chart_runs_into_another(visit):
    page = visit("class", viewport=PHONE)
    boxes = [label.bounding_box() for label in page.locator(".chart text").all()]
    for one in boxes:
        for other in boxes:
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert one is other or apart or above


def test_remarks_use_the_room(visit):
    page = visit("class", viewport={"width": 1400, "height": 900})
    box = page.locator(".class-list .remarks").first.bounding_box()
    assert box["x"] + box["width"] <= 1400
    assert box["width"] > 400


def test_feedback_shows_what_was_lost_first_and_folds_what_passed(visit):
    page = visit("feedback", viewport=DESK)
    shown = page.get_by_role("heading", level=2).all_inner_texts()
    assert shown == ["Overview", "Where points are missing", "Written questions", "Full marks"]
    assert page.get_by_text("loss is off by").is_visible()
    folded = page.get_by_text("The key is a target.")
    assert not folded.is_visible()
    page.locator("summary", has_text="moco_loss").click()
    assert folded.is_visible()


def test_marks_are_seen_as_such_with_their_comment(visit):
    page = visit("feedback", viewport=PHONE)
    expect(page.locator("header")).to_contain_text("3 / 4 points for written answers are counted in")
    expect(page.locator("header")).to_contain_text("4 more points are marked by hand")
    expect(page.get_by_text("2 points by hand; the tests gave 0")).to_be_visible()
    expect(page.locator("blockquote p")).to_have_text(["Say <b>why</b>.", "And when."])


@pytest.mark.parametrize(("start", "link", "heading"), [("class", "side by side", "near-copies"), ("class", "zed", HW)])
def test_links_lead_on(visit, start, link, heading):
    page = visit(start, viewport=DESK)
    page.get_by_role("link", name=link).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_both_places_of_a_near_copy_stand_side_by_side(visit):
    page = visit("near-copies", viewport=DESK)
    left, right = (place.bounding_box() for place in page.locator(".places > div").all())
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    assert "logits[:, 0]" in page.locator("pre mark").first.inner_text()


def test_the_feedback_tells_what_counts_and_shows_what_was_drawn(visit):
    page = visit("feedback", viewport=PHONE)
    expect(page.locator(".total")).to_contain_text("13.5 / 16 points")
    expect(page.locator(".policy")).to_contain_text("You earned 15 points; by the course's policy, 13.5 count")
    shown = page.get_by_role("img", name="pictures")
    assert shown.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [338, 100]
    assert shown.bounding_box()["width"] <= PHONE["width"]


def test_feedback_fits_on_paper(visit):
    page = visit("feedback", viewport={"width": 680, "height": 960})  # A4 less its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(("name", "is_on_its_side"), [("feedback", False), ("class", True)])
def test_a_wide_page_is_printed_on_its_side(visit, name, is_on_its_side):
    printed = visit(name).pdf(prefer_css_page_size=True)
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())
    assert (width > height) == is_on_its_side
