"""How a check's outcome is shown: coloured in a notebook, plain elsewhere, and never as a traceback of ours."""

import html
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 84  # a notebook's own breaks, in a window that is not wide, fall inside words
_MARKS = {"right": "✓", "wrong": "✗", "unwritten": "○", "mistake": "→"}
_ANSI = {"right": "1;32", "wrong": "1;31", "unwritten": "90", "mistake": "1;31"}  # bold: plain red is too pale on pink
_GREEN = "#0a8a60"  # of what can be seen on white and on black; the sentence itself has the notebook's own colour


@dataclass(frozen=True)
class Line:
    """One check's outcome. kind: "right", "wrong", "unwritten", or "mistake" for the name of a known one."""

    kind: str
    sentence: str
    saw: str = ""
    think: str = ""
    read: str = ""

    @property
    def hints(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in (("saw", self.saw), ("think", self.think), ("read", self.read)) if text]


class CheckFailed(AssertionError):
    """At least one check did not pass. In a notebook it shows its lines and nothing else."""

    def __init__(self, lines: list[Line]):
        super().__init__("\n" + to_text(lines))
        self.lines = lines

    def _render_traceback_(self) -> list[str]:
        """IPython's hook: these lines stand where a traceback would."""
        return [f"\x1b[{_ANSI[kind]}m{text}\x1b[0m" if kind else text for kind, text in _paragraphs(self.lines)]


def show(name: str, lines: list[Line]) -> None:
    """Display the lines; CheckFailed unless all of them are right, so that a grader sees it too."""
    if any(line.kind != "right" for line in lines):
        raise CheckFailed(lines)
    try:
        from IPython.display import display
    except ImportError:
        print(to_text(lines))
    else:
        display(_Shown(lines))


class _Shown:
    """Right lines, which know how to stand in a notebook and in a terminal."""

    def __init__(self, lines: list[Line]):
        self._lines = lines

    def __repr__(self) -> str:
        return to_text(self._lines)

    def _repr_html_(self) -> str:
        mark = f'<span style="color:{_GREEN};font-weight:bold">{_MARKS["right"]}</span>'
        rows = "".join(f"<div>{mark} {html.escape(line.sentence)}</div>" for line in self._lines)
        return f'<div style="border-left:4px solid {_GREEN};padding-left:10px">{rows}</div>'


def to_text(lines: list[Line]) -> str:
    """The lines as plain text, hints indented below them."""
    return "\n".join(text for _, text in _paragraphs(lines))


def _paragraphs(lines: list[Line]) -> Iterator[tuple[str, str]]:
    """(kind, text) of each sentence, then its hints, which have no kind; what to think and read is said once."""
    said: set[tuple[str, str]] = set()
    for line in lines:
        yield line.kind, _wrap(f"{_MARKS[line.kind]} ", line.sentence)
        for name, text in line.hints:
            if name == "saw" or (name, text) not in said:
                yield "", _wrap(f"    {name + ':':<7}", text)
        said.update(line.hints)


def _wrap(lead: str, text: str) -> str:
    following = " " * len(lead)
    return textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=following, break_long_words=False)
