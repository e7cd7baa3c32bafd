"""A percent script as text: its cells with their lines and marks. What may be released is `release`'s to say."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from homework.notebook.lines import split_lines

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_MARKER = re.compile(r"# %%(?: \[(\w+)\])?(.*)")
_MARK = re.compile(r'(\w+)=("[^"]*"|\w+)')
_HEADING = re.compile(r"# #+ (\d+\.\d+) ")


@dataclass(frozen=True)
class Cell:
    """line, end: of its marker, and the last one of its body, counted from 1. body: what stands below the marker."""

    line: int
    end: int
    kind: str
    marks: dict[str, str | int]
    body: tuple[str, ...]

    @property
    def source(self) -> str:
        return "\n".join(self.body)

    @property
    def text(self) -> str:
        """What a markdown cell says, without the comments' signs."""
        return "\n".join(line.removeprefix("#").removeprefix(" ") for line in self.body)

    @property
    def points(self) -> int:
        """What its marker gives; 0 where that is no number, for `release` to refuse."""
        worth = self.marks.get("points")
        return worth if isinstance(worth, int) else 0

    def find(self, fragment: str) -> int:
        """The line of the script on which the fragment stands first; that of the cell if it does not."""
        return next((self.line + n for n, line in enumerate(self.body, start=1) if fragment in line), self.line)


@dataclass(frozen=True)
class Heading:
    """The line of the script with a section's heading, what it says, and its cell."""

    line: int
    text: str
    cell: Cell


def read(path: Path) -> list[Cell]:
    """The cells in their order; none where there is no script."""
    lines = split_lines(path.read_text(encoding="utf-8")) if path.exists() else []
    starts = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    return [_cell(lines, start, end) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def marked(cells: list[Cell], kind: str) -> dict[str, Cell]:
    """name -> cell of those with this mark."""
    return {str(cell.marks[kind]): cell for cell in cells if kind in cell.marks}


def headings(cells: list[Cell]) -> dict[str, Heading]:
    """Section, such as "3.7" -> its heading."""
    found: dict[str, Heading] = {}
    for cell in cells:
        for number, line in enumerate(cell.body if cell.kind == "markdown" else (), start=cell.line + 1):
            match = _HEADING.match(line)
            if match:
                found.setdefault(match.group(1), Heading(number, line.lstrip("# ").rstrip(), cell))
    return found


def questions(cells: list[Cell]) -> Iterator[tuple[str, Cell]]:
    """(section, cell) of each question that is answered in words."""
    section = ""
    for cell in cells:
        section = next(reversed(headings([cell])), section)
        if "written" in cell.marks:
            yield section, cell


def outside_regions(cell: Cell) -> Iterator[tuple[int, str]]:
    """(line of the script, text) of each line of the cell that students get to see."""
    return ((number, line) for number, line, is_hidden in _lines(cell) if not is_hidden)


def inside_regions(cell: Cell) -> Iterator[str]:
    """The lines of a cell that students do not get."""
    return (line for _, line, is_hidden in _lines(cell) if is_hidden and BEGIN not in line and END not in line)


def _lines(cell: Cell) -> Iterator[tuple[int, str, bool]]:
    is_hidden = False
    for number, line in enumerate(cell.body, start=cell.line + 1):
        is_hidden = is_hidden or BEGIN in line
        yield number, line, is_hidden
        is_hidden = is_hidden and END not in line


def _cell(lines: list[str], start: int, end: int) -> Cell:
    kind, text = _MARKER.findall(lines[start])[0]
    marks = {name: _value(text) for name, text in _MARK.findall(text)}
    return Cell(start + 1, end, kind or "code", marks, tuple(lines[start + 1 : end]))


def _value(text: str) -> str | int:
    """A mark's value as the notebook will have it; what is no literal stays as it is, for `release` to refuse."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
