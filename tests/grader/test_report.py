"""Reports say what happened in the form the design asks for, and obey nothing that a student wrote."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder import report as reports
from autograder.harmless import clean, clean_source
from autograder.records import Report, Score, Verdict
from autograder.report.charts import draw_scores, score_bins
from autograder.report.class_page import VERDICT_GROUPS
from autograder.report.file_names import feedback_file_name
from autograder.report.near_copies import NearCopy, Place
from autograder.report.tally import (
    quartiles,
    tally_exercises,
    tally_mistakes,
    tally_same_answers,
    tally_tests,
    tally_verdicts,
)
from autograder.report.wording import LABELS, show_points
from autograder.results.counting import Counted

SECTIONS = {"info_nce": "1.2", "moco_loss": "2.3"}
MARKUP = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"' {{ 7*7 }} `a`"
NASTY = MARKUP + "\x1b[2J\x00\x85\u202e\u2028\udc80"
TRICKS = ["| a | b |\n|---|---|", "1. one\n- two", "a" * 100_000, "http://a.org", "&lt;b&gt;", "[a](javascript:x)"]
any_text = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from([NASTY, *TRICKS])
RIGHT = Score("info_nce", "test_mean", "The loss is the mean over the batch.", Verdict.PASSED, 3, 3, seconds=0.01)
WRONG = replace(
    RIGHT, test="test_positive", title="The positive is at index 0.", verdict=Verdict.WRONG, points=0,
    saw="loss is off by up to 3, only in rows 1, 2 of 3", think="which column holds the positive?",
    read="van den Oord et al., 2018, eq. 4; notebook section 1.2",
)  # fmt: skip
LATER = replace(RIGHT, exercise="moco_loss", test="test_loss", title="The loss is the cross entropy with class 0.")


def make_report(*scores: Score, student: str = "anna", **fields) -> Report:
    return Report(student, "hw4_contrastive", f"submitted/{student}/hw4.ipynb", scores, **fields)


def lost(verdict: Verdict, saw: str = "", score: Score = RIGHT) -> Score:
    return replace(score, verdict=verdict, points=0, saw=saw)


class Page(HTMLParser):
    """The tags with their attributes, and the text that stands between them."""

    def __init__(self, source: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.shape = [tag for tag, _ in self.tags]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_feedback_in_the_terminal_has_the_form_of_the_ideal_hint():
    text = reports.feedback_text(make_report(RIGHT, WRONG), SECTIONS)
    assert text.splitlines()[2:] == [
        "1.2 info_nce                                                               3 / 6",
        "  passed  The loss is the mean over the batch.                             3 / 3",
        "  wrong   The positive is at index 0.                                      0 / 3",
        "            saw:   loss is off by up to 3, only in rows 1, 2 of 3",
        "            think: which column holds the positive?",
        "            read:  van den Oord et al., 2018, eq. 4; notebook section 1.2",
    ]


@pytest.mark.parametrize("form", [reports.feedback_text, reports.feedback_markdown, reports.feedback_html])
class TestEveryFormOfFeedback:
    def test_names_a_known_mistake_and_its_advice(self, form):
        score = replace(WRONG, mistake="sums_over_the_batch", advice="You summed over the batch.")
        text = form(make_report(score), SECTIONS)
        assert "nown mistake: sums over the batch" in text
        assert "You summed over the batch." in text

    def test_tells_whose_function_was_used(self, form):
        text = form(make_report(WRONG, replace(LATER, followed_through=("helper",))), SECTIONS)
        assert "udged with our helper in place of yours" in re.sub("</?code>", "", text)

    def test_tells_why_nothing_could_be_graded_and_nothing_else(self, form):
        text = form(make_report(lost(Verdict.UNREADABLE, "not JSON"), problem="the file is no notebook"), SECTIONS)
        assert "the file is no notebook" in text
        assert RIGHT.title not in text

    def test_is_calm_about_what_is_not_written(self, form):
        stubs = [lost(Verdict.NOT_WRITTEN, "not written yet", score) for score in (RIGHT, WRONG)]
        text = form(make_report(*stubs), SECTIONS)
        assert text.count("not written yet") == 1
        assert RIGHT.title not in text

    def test_takes_the_blame_for_a_grader_error_without_quoting_the_hidden_test(self, form):
        text = form(make_report(lost(Verdict.GRADER_ERROR, "expected tensor is 0.1234")), SECTIONS)
        assert "our fault" in text
        assert "0.1234" not in text

    def test_tells_extra_credit_apart(self, form):
        text = form(make_report(RIGHT, replace(LATER, points=1, extra=True)), SECTIONS)
        assert "1 / 3 points of extra credit are counted in" in text
        assert "extra credit" not in form(make_report(RIGHT, LATER), SECTIONS)

    def test_shows_the_notes_of_the_harvest(self, form):
        assert "moved cell" in form(make_report(RIGHT, notes=("a moved cell was graded",)), SECTIONS)

    def test_says_an_explanation_once_for_neighbouring_tests(self, form):
        crashed = [lost(Verdict.CRASHED, "it crashed in cell 3", score) for score in (RIGHT, LATER)]
        same_exercise = [replace(score, exercise="info_nce") for score in crashed]
        assert form(make_report(*same_exercise), SECTIONS).count("it crashed in cell 3") == 1


LATE = "due on Friday, handed in on Saturday: 1 day late"


@pytest.mark.parametrize("form", [reports.feedback_markdown, reports.feedback_html])
class TestThePolicyInTheFeedback:
    def test_what_counts_stands_above_and_below_it_why(self, form):
        report = make_report(RIGHT)
        text = form(report, SECTIONS, Counted(report, points=3, share=0.5, lines=(LATE, "50% off")))
        shown = re.sub(r"<[^>]*>|\\", "", text)
        total, why = re.search(r"\b1\.5 / 3 points", shown), shown.index("You earned 3 points")
        assert total.end() < why < shown.index(LATE) < shown.index("50% off") < shown.index(RIGHT.title)
        assert "1.5 count" in shown

    def test_an_extension_that_changes_nothing_is_told_all_the_same(self, form):
        report = make_report(RIGHT)
        text = form(report, SECTIONS, Counted(report, points=3, lines=("handed in on time",)))
        assert "handed in on time" in text
        assert "You earned" not in text

    def test_where_it_did_nothing_the_feedback_is_as_without_one(self, form):
        report = make_report(RIGHT, WRONG)
        assert form(report, SECTIONS, Counted(report, points=3)) == form(report, SECTIONS)

    def test_nobody_is_shown_what_counts_where_there_is_no_policy(self, form):
        assert "course's policy" not in Page(form(make_report(RIGHT, WRONG), SECTIONS)).text


def test_the_class_report_has_a_column_of_what_counts_only_with_a_policy():
    class_ = [make_report(RIGHT), make_report(student="bo", problem="no notebook")]
    grades = {report.student: Counted(report, points=report.points, share=0.75) for report in class_}
    with_policy = Page(reports.class_report_html(class_, "HW 4", grades=grades))
    without = Page(reports.class_report_html(class_, "HW 4"))
    assert "Counts" in with_policy.text
    assert "0.75" in with_policy.text
    assert "Counts" not in without.text
    assert with_policy.shape.count("td") == without.shape.count("td") + len(class_)


@given(text=any_text)
@example(text=NASTY)
@settings(max_examples=60)
def test_no_text_changes_the_structure_of_the_feedback_page(text):
    def page(words: str) -> Page:
        score = replace(WRONG, saw=words, mistake="m", advice=words)
        report = make_report(score, student=words, notes=(words,), made_by={"suite": words})
        source = reports.feedback_html(report, SECTIONS, Counted(report, points=0, share=1, lines=(words,)))
        source.encode()  # no lone surrogate is left
        assert "<script" not in source
        return Page(source)

    plain = re.sub("`", "'", text) + "x"  # `code` in advice is ours to mark
    assert page(plain).shape == page("x").shape
    assert clean(plain) in page(plain).text


@given(text=any_text)
@example(text=NASTY)
@settings(max_examples=30)  # each draws two charts
def test_no_text_changes_the_structure_of_the_class_report(text):
    def page(words: str) -> Page:
        broken = lost(Verdict.GRADER_ERROR, words)
        ungraded = make_report(student=words + "2", problem=words)
        class_, imports = [make_report(broken, RIGHT, student=words), ungraded], {words: (words,)}
        source = reports.class_report_html(class_, title=words, imports=imports)
        assert source.count("<script") == 1
        return Page(source)

    assert page(text + "x").shape == page("x").shape


@given(text=any_text)
@example(text=NASTY)
@settings(max_examples=60)
def test_no_text_is_taken_for_markdown(text):
    def page(words: str) -> Page:
        report = make_report(replace(WRONG, saw=words), student=words, notes=(words,))
        return Page(MarkdownIt("gfm-like", {"linkify": False}).render(reports.feedback_markdown(report, SECTIONS)))

    words = text + "x"
    assert page(words).shape == page("x").shape
    assert page(words).text.count(clean(words)) >= 3  # as it is: the student's name, what was seen, the note


@given(text=any_text)
@example(text=NASTY)
def test_the_terminal_is_sent_no_control_character_and_no_long_line(text):
    report = make_report(replace(WRONG, saw=text), student=text, notes=(text,))
    for shown in (reports.feedback_text(report, SECTIONS), reports.class_summary_text([replace(report, problem=text)])):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert max(map(len, reports.feedback_text(report, SECTIONS).splitlines())) <= 80


@given(text=any_text)
@example(text=NASTY)
@settings(max_examples=60)
def test_no_text_changes_the_structure_of_the_page_of_near_copies(text):
    def page(words: str) -> Page:
        places = tuple(Place(words, ((words, True), ("    " + words, False))) for _ in range(2))
        pairs, files = [NearCopy((words, words + "2"), 9, 9, (places,))], [(words, (words, words + "2"))]
        source = reports.similar_html(pairs, title=words, usual=10, same_files=files, too_long=[words])
        assert "<script" not in source
        return Page(source)

    assert page(text + "x").shape == page("x").shape


def test_a_line_of_a_program_keeps_its_blanks_and_obeys_nobody():
    assert clean_source("\tif a:  # \u202e\x1b[2J  ") == "    if a:  # \\u202e\\x1b[2J"


@pytest.mark.parametrize("kind", ["feedback", "class", "near-copies"])
def test_a_page_loads_nothing_and_allows_only_its_own_style_and_script(kind):
    report = make_report(RIGHT, WRONG)
    pages = {
        "feedback": reports.feedback_html(report, SECTIONS),
        "class": reports.class_report_html([report], "HW 4", near_copies=1, same_files=1, imports={"os": ("bo",)}),
        "near-copies": reports.similar_html([NearCopy(("anna", "bo"), 9, 9)], "HW 4", 10, [("x", ("anna", "bo"))]),
    }
    source = pages[kind]
    page = Page(source)
    policy = next(attributes["content"] for tag, attributes in page.tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for content in re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", source, re.DOTALL):
        assert base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() in policy
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name in ("src", "style", "srcset", "action") or name.startswith("on")}
    links = [attributes["href"] for _, attributes in page.tags if "href" in attributes]
    assert all(re.match(r"#|feedback/|(similar|report)\.html$", link) for link in links)


@given(names=st.lists(any_text, unique=True))
@example(names=["Anna", "anna", "", ".", "..", "a/b", "a\\b", "a\nb", "con", "nul.txt", "é", "e\u0301", "x" * 500])
def test_file_names_are_safe_and_never_shared(names):
    stems = [feedback_file_name(name) for name in names]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", stem) for stem in stems)
    assert not any(".." in stem or stem.endswith(".") or stem in ("con", "nul.txt") for stem in stems)
    assert len(set(stems)) == len(stems)


def test_a_plain_login_is_its_own_file_name_unless_it_could_be_that_of_another():
    assert feedback_file_name("b.chen2") == "b.chen2"
    taken = feedback_file_name("Anna")
    assert feedback_file_name(taken) != taken


def test_the_class_report_links_each_student_to_the_feedback():
    names = ["anna", "Müller, Jürgen", "../evil"]
    page = Page(reports.class_report_html([make_report(RIGHT, student=name) for name in names], "HW 4"))
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert {f"feedback/{feedback_file_name(name)}.html" for name in names} <= links


@pytest.mark.parametrize("class_", [[], [make_report()], [make_report(problem="no notebook")], [make_report(RIGHT)]])
def test_a_class_of_none_or_one_has_a_report(class_):
    assert "</html>" in reports.class_report_html(class_, "HW 4")
    assert f"of {len(class_)} submissions graded" in reports.class_summary_text(class_)


def test_every_verdict_has_a_word_and_a_row():
    rows = [verdict for _, meanings in VERDICT_GROUPS for verdict in meanings]
    assert sorted(rows) == sorted(LABELS) == sorted(Verdict)


def test_the_class_is_counted():
    summed = replace(WRONG, mistake="sums_over_the_batch", advice="You summed.")
    class_ = [
        make_report(RIGHT, summed, student="a"),
        make_report(RIGHT, WRONG, student="b"),
        make_report(lost(Verdict.NOT_WRITTEN), lost(Verdict.NOT_WRITTEN, score=WRONG), student="c"),
        make_report(lost(Verdict.UNREADABLE), student="d", problem="no notebook"),
    ]
    first, second = tally_tests(class_)
    assert (first.passed, first.judged, second.passed, second.judged) == (2, 2, 0, 2)
    (exercise,) = tally_exercises(class_)
    assert (exercise.full, exercise.some, exercise.none, exercise.not_judged) == (0, 2, 0, 1)
    assert [(tally.mistake, tally.students) for tally in tally_mistakes(class_)] == [("sums_over_the_batch", ("a",))]
    assert tally_verdicts(class_)[Verdict.UNREADABLE].students == ("d",)
    summary = re.sub(" +", " ", reports.class_summary_text(class_))
    assert "3 of 4 submissions graded" in summary
    assert "0 of 2 info_nce: The positive is at index 0." in summary
    assert "1 info_nce: sums over the batch" in summary
    assert "d: no notebook" in summary


def test_students_with_the_same_wrong_values_are_one_group_unknown_mistakes_first():
    known = replace(WRONG, mistake="sums", observed="k")
    other = replace(WRONG, exercise="moco_loss", observed="u")
    class_ = [make_report(known, other, replace(other, test="second"), student=name) for name in "ab"]
    class_ += [make_report(known, replace(other, observed="else"), student="c"), make_report(WRONG, student="d")]
    found = [(group.mistake, len(group.titles), group.students) for group in tally_same_answers(class_)]
    assert found == [("", 2, ("a", "b")), ("sums", 1, ("a", "b", "c"))]


def test_discrimination_is_high_when_the_strong_pass_and_the_weak_do_not():
    class_ = [
        make_report(RIGHT if rank > 5 else lost(Verdict.WRONG), replace(LATER, points=rank, max_points=12))
        for rank in range(12)
    ]
    assert tally_tests(class_)[0].discrimination > 0.8
    assert tally_tests(class_[:6])[0].discrimination is None


@given(st.lists(st.floats(0, 60), min_size=1), st.integers(1, 60))
def test_the_histogram_holds_every_student_in_at_most_a_dozen_columns(points, most):
    bins = score_bins(points, most)
    assert sum(each.count for each in bins) == len(points)
    assert len(bins) <= 12
    assert (bins[0].low, bins[-1].high) == (0, most)


def test_the_histogram_reaches_as_far_as_extra_credit_does():
    class_ = [make_report(replace(RIGHT, points=points), student=str(points)) for points in (1, 2, 7)]
    shown = Page(reports.class_report_html(class_, "HW 4")).text
    assert "6 to 7 points: 1" in shown
    assert "2 to 3 points: 1" in shown


def test_the_chart_is_drawn_in_plain_attributes_in_colors_of_the_page():
    chart = Page(str(draw_scores(score_bins([1, 5, 5, 12], 12), 5)))
    names = {name for _, attributes in chart.tags for name in attributes}
    assert not names & {"style", "id", "clip-path"}
    assert {"svg", "path", "text"} <= set(chart.shape)
    assert "style" not in chart.shape
    assert {attributes.get("fill") for _, attributes in chart.tags} <= {
        None, "none", "var(--full)", "var(--ink)", "var(--paper)"
    }  # fmt: skip


def test_quartiles_include_both_ends():
    assert (quartiles([1, 2, 3, 4, 5]), quartiles([7])) == ((2, 3, 4), (7, 7, 7))


@pytest.mark.parametrize(("points", "shown"), [(12.0, "12"), (2.5, "2.5"), (1 / 3, "0.33"), (0, "0"), (100, "100")])
def test_points_are_shown_without_a_trailing_zero(points, shown):
    assert show_points(points) == shown
