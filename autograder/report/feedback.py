"""One student's feedback, in the terminal, as Markdown and as an HTML page."""

import textwrap
from collections.abc import Mapping

from autograder.harmless import clean, clean_markdown
from autograder.records import Report, Verdict
from autograder.report.given import answers, describe_by_hand, describe_given
from autograder.report.outline import Finding, Part, describe_extra, outline
from autograder.report.page import render
from autograder.report.pictures import Picture
from autograder.report.wording import LABELS, show_points, show_share
from autograder.results.counting import Counted

WIDTH = 80
_SIGNS = {"passed": "✓", "ours": "!", "open": "○", "lost": "✗"}


def feedback_text(report: Report, sections: dict[str, str]) -> str:
    """Feedback for a terminal of 80 columns."""
    lines = _row("", f"{report.homework}, {report.student}", show_share(report.points, report.max_points))
    if extra := describe_extra(report):
        lines.append(extra)
    if report.is_open:
        lines += ["", *_wrap("  ", f"{_describe_open(report)}: ", report.why_open())]
    for part in outline(report, sections):
        lines += ["", *_part_lines(part)]
    if report.notes:
        lines += ["", "notes on the notebook"]
        lines += [line for note in report.notes for line in _wrap("  ", "- ", note)]
    return "\n".join(lines) + "\n"


def _describe_open(report: Report) -> str:
    """How much of it has no grade yet."""
    return "could not be graded" if report.problem else "not all could be graded"


def _part_lines(part: Part) -> list[str]:
    lines = _row("", part.heading, show_share(part.points, part.max_points))
    if part.calm:
        lines += _wrap("  ", "", part.calm)
    labels = max((len(LABELS[finding.verdict]) for finding in part.findings), default=0)
    for finding in part.findings:
        lines += _finding_lines(finding, labels)
    for name, advice in part.mistakes:
        lines += _wrap("  ", "known mistake: ", name) + _wrap(" " * 12, "", advice)
    if part.stand_ins:
        lines += _wrap("  ", "", f"judged with our {', '.join(part.stand_ins)} in place of yours")
    return lines


def _finding_lines(finding: Finding, labels: int) -> list[str]:
    lines = []
    for score in finding.scores:
        label = f"  {LABELS[score.verdict]:<{labels}}  "
        lines += _row(label, score.title, show_share(score.points, score.max_points))
    for name, text in finding.hint:
        lines += _wrap(" " * 12, f"{name + ':':<7}", text)
    return lines


def _row(label: str, text: str, points: str) -> list[str]:
    """A line with its points at the right edge; what does not fit goes on below."""
    room = WIDTH - len(label) - max(8, len(points) + 1)
    first, *rest = textwrap.wrap(clean(text), room) or [""]
    return [f"{label}{first:<{room}}{points:>{WIDTH - len(label) - room}}", *(" " * len(label) + line for line in rest)]


def _wrap(margin: str, lead: str, text: str) -> list[str]:
    following = margin + " " * len(lead)
    return textwrap.wrap(clean(text), WIDTH, initial_indent=margin + lead, subsequent_indent=following)


def feedback_markdown(report: Report, sections: dict[str, str], grade: Counted | None = None) -> str:
    """Feedback as CommonMark; every text of a student or a test is escaped."""
    grade = grade or Counted(report, report.points)
    md, parts = clean_markdown, outline(report, sections, grade.by_hand)
    lines = [f"# {md(report.homework)}: {show_share(grade.total, grade.max_points)} points", ""]
    lines += [f"Student: {md(report.student)}", ""]
    if grade.lines:
        lines += [f"{describe_policy(grade)}:", "", *(f"- {md(line)}" for line in grade.lines), ""]
    for told in (describe_extra(report), *describe_by_hand(grade)):
        lines += [f"{told}.", ""] if told else []
    if grade.is_open:
        lines += [f"**{_describe_open(report).capitalize()}:** {md(grade.why_open)}", ""]
    if parts:
        lines += ["| exercise | points |", "|---|---:|"]
        lines += [f"| {md(part.heading)} | {show_share(part.points, part.max_points)} |" for part in parts] + [""]
    for part in parts:
        lines += _markdown_part(part)
    for answer in answers(grade):
        lines += [f"## {md(answer.title)}: {md(answer.share)}, {answer.told}", "", *_markdown_comment(answer.comment)]
    if report.notes:
        lines += ["## Notes on your notebook", "", *(f"- {md(note)}" for note in report.notes), ""]
    if report.made_by:
        lines += ["## How this grade was made", ""]
        lines += [f"- {md(key)}: {md(value)}" for key, value in report.made_by.items()]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_part(part: Part) -> list[str]:
    md = clean_markdown
    lines = [f"## {md(part.heading)}: {show_share(part.points, part.max_points)}", ""]
    if part.given:
        told = describe_given(part.given)
        lines += [*([f"**{told}**", ""] if told else []), *_markdown_comment(part.given.mark.comment)]
    if part.calm:
        lines += [f"○ {md(part.calm)}", ""]
    for finding in part.findings:
        for score in finding.scores:
            share = show_share(score.points, score.max_points)
            lines.append(f"- {sign(score.verdict)} **{LABELS[score.verdict]}** ({share}) {md(score.title)}")
        lines += [f"  - *{name}:* {md(text)}" for name, text in finding.hint]
    lines += [""] if part.findings else []
    for name, advice in part.mistakes:
        lines += [f"**Known mistake: {md(name)}.** {md(advice)}", ""]
    if part.stand_ins:
        lines += [f"Judged with our {md(', '.join(part.stand_ins))} in place of yours.", ""]
    return lines


def _markdown_comment(text: str) -> list[str]:
    """As a quotation, in its own lines."""
    quoted = [f"> {clean_markdown(line)}  " for line in text.splitlines()]
    return [*quoted, ""] if quoted else []


def feedback_html(
    report: Report,
    sections: dict[str, str],
    grade: Counted | None = None,
    pictures: Mapping[str, Picture] | None = None,
) -> str:
    """Feedback as one self-contained page, what was lost first. pictures: what a trained network drew, by exercise."""
    grade = grade or Counted(report, report.points)
    parts = outline(report, sections, grade.by_hand)
    return render(
        "feedback.html",
        with_pictures=bool(pictures),
        report=report,
        grade=grade,
        parts=parts,
        lost=[part for part in parts if not part.is_full],
        full=[part for part in parts if part.is_full],
        answers=answers(grade),
        verdict=describe_policy(grade) if grade.lines else "",
        pictures=pictures or {},
        told=[*filter(None, [describe_extra(report)]), *describe_by_hand(grade)],
        given=describe_given,
        sign=sign,
        tone=tone,
    )


def describe_policy(grade: Counted) -> str:
    """What opens the list of the policy's reasons."""
    if not grade.is_changed:
        return "The course's policy"
    earned, counts = show_points(grade.earned), show_points(grade.total)
    return f"You earned {earned} points; by the course's policy, {counts} count"


def sign(verdict: Verdict) -> str:
    """A mark beside the verdict's word, so that neither colour nor mark has to be read alone."""
    return _SIGNS[tone(verdict)]


def tone(verdict: Verdict) -> str:
    """ "passed", "lost", "open" (nothing to judge yet) or "ours"."""
    if verdict == Verdict.PASSED:
        return "passed"
    if verdict == Verdict.GRADER_ERROR:
        return "ours"
    return "open" if verdict == Verdict.NOT_WRITTEN else "lost"
