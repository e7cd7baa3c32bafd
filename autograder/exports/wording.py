"""A test's outcome in plain text or Markdown, for programs that show nothing else."""

from collections.abc import Callable, Sequence

from autograder.harmless import clean, clean_markdown
from autograder.records import Score, Verdict
from autograder.report.wording import LABELS, name_mistake, show_share


def explain(score: Score, escape: Callable[[str], str] = clean) -> str:
    """Saw, think, read and the known mistake of one test, a line each; empty if it passed.

    escape: for what was seen, which may be a student's own words.
    """
    if score.verdict == Verdict.PASSED:
        return ""
    mistake = f"{name_mistake(score.mistake)}: {score.advice}" if score.mistake else ""
    told = [("saw", escape(score.saw)), ("think", score.think), ("read", score.read), ("known mistake", mistake)]
    return "\n".join([LABELS[score.verdict], *(f"{name}: {text}" for name, text in told if text)])


def comment(scores: Sequence[Score]) -> str:
    """All tests of one exercise as Markdown: what was lost, and why; the same explanation once."""
    lines: list[str] = []
    for score in scores:
        if score.verdict != Verdict.PASSED:
            lines.append(f"{score.title} ({show_share(score.points, score.max_points)})")
            lines += [line for line in explain(score, clean_markdown).split("\n") if line not in lines]
    followed = dict.fromkeys(name for score in scores for name in score.followed_through)
    lines += [f"judged with our {', '.join(followed)} in place of yours"] if followed else []
    passed = sum(score.verdict == Verdict.PASSED for score in scores)
    return "  \n".join([f"{passed} of {len(scores)} tests passed", *lines])  # two spaces: a line break
