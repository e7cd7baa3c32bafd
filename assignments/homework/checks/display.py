"""How a check's outcome is shown: coloured in a notebook, plain elsewhere, and never as a traceback of ours."""

import html
from dataclasses import dataclass

_COLOURS = {"right": "#007a5a", "wrong": "#c2410c", "unwritten": "#525252", "mistake": "#c2410c"}
_MARKS = {"right": "✓", "wrong": "✗", "unwritten": "○", "mistake": "→"}
_ANSI = {"right": "32", "wrong": "31", "unwritten": "90", "mistake": "31"}


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
        return [f"\x1b[{_ANSI[line.kind]}m{to_text([line])}\x1b[0m" for line in self.lines]


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
    """Lines that know how to stand in a notebook and in a terminal."""

    def __init__(self, lines: list[Line]):
        self._lines = lines

    def __repr__(self) -> str:
        return to_text(self._lines)

    def _repr_html_(self) -> str:
        rows = (
            f'<div style="color:{_COLOURS[line.kind]}">{_MARKS[line.kind]} {html.escape(line.sentence)}</div>'
            for line in self._lines
        )
        return "".join(rows)


def to_text(lines: list[Line]) -> str:
    """The lines as plain text, hints indented below them."""
    rows = []
    for line in lines:
        rows.append(f"{_MARKS[line.kind]} {line.sentence}")
        rows += [f"    {name + ':':<7}{text}" for name, text in line.hints]
    return "\n".join(rows)
