"""The words of the reports: verdicts, points, and text of students made harmless for terminals and pages."""

import re
import unicodedata

from autograder.records import Verdict

LONGEST = 1000  # characters of any one text; a student's exception message can be a megabyte
LABELS = {
    Verdict.PASSED: "passed",
    Verdict.WRONG: "wrong",
    Verdict.CRASHED: "crashed",
    Verdict.TIMED_OUT: "timed out",
    Verdict.OUT_OF_MEMORY: "out of memory",
    Verdict.NOT_WRITTEN: "not written",
    Verdict.SKIPPED: "skipped",
    Verdict.FORBIDDEN: "not allowed",
    Verdict.UNREADABLE: "unreadable",
    Verdict.GRADER_ERROR: "our fault",
}
OURS = (
    "This test failed on our side, through no fault of yours. The course staff can see it, "
    "and your points for it are open until it is graded again."
)
_JOINERS = "\u200c\u200d"  # they hold scripts and emoji together; the other format characters can reorder a line
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&!@^=]|(?<=\w):(?=//)|(?<=www)\.)", re.IGNORECASE)

_LIST_MARKER = re.compile(r"^(\d*)([-+.)])")


def clean(text: str, longest: int = LONGEST) -> str:
    """One line that no terminal and no browser obeys: control, bidi and surrogate characters become visible escapes."""
    shown = _make_harmless(text[: longest + 1])
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def clean_source(line: str) -> str:
    """One line of a student's program, harmless as in `clean`, with its blanks."""
    shown = _make_harmless(line.expandtabs(4)[: LONGEST + 1]).rstrip()
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _make_harmless(text: str) -> str:
    return text if text.isprintable() else "".join(map(_harmless, text))  # what is printable harms nobody


def _harmless(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    number = ord(character)
    is_format = unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in _JOINERS
    is_no_character = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    if is_format or is_no_character:
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
    return character


def clean_markdown(text: str) -> str:
    """`clean`, with every character escaped that Markdown or HTML would take for its own."""
    escaped = _MARKDOWN.sub(r"\\\1", clean(text))
    return _LIST_MARKER.sub(r"\1\\\2", escaped)


def show_points(points: float) -> str:
    """12.0 -> "12", 2.5 -> "2.5", 1/3 -> "0.33"."""
    return f"{round(points, 2):.2f}".rstrip("0").rstrip(".")


def show_share(points: float, max_points: float) -> str:
    """ "7 / 12"."""
    return f"{show_points(points)} / {show_points(max_points)}"


def name_mistake(mistake: str) -> str:
    """A mistake's name as words: "multiplies_by_temperature" -> "multiplies by temperature"."""
    return mistake.strip("_").replace("_", " ")
