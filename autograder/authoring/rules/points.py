"""The same points everywhere: what hidden tests are worth is the truth, and all other places repeat it."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from autograder import checkout
from autograder.authoring import script
from autograder.authoring.materials import Materials
from autograder.authoring.script import Heading
from autograder.checkout import shown


@dataclass(frozen=True)
class Sum:
    """Points of a part or of a homework: of the grader, by hand, and of the grader as extra credit."""

    graded: int = 0
    by_hand: int = 0
    extra: int = 0

    @property
    def in_part(self) -> str:
        """As the notebook's table gives them for a part: “35 + 5”, or “17” where nothing is marked by hand."""
        graded = self.graded + self.extra
        return f"{graded} + {self.by_hand}" if self.by_hand else str(graded)

    @property
    def in_total(self) -> str:
        """As the last row of that table gives them; extra credit comes on top."""
        return f"{self.graded} + {self.by_hand}" if self.by_hand else str(self.graded)

    @property
    def in_readme(self) -> str:
        return f"{self.graded} + {self.by_hand}" + (f", {self.extra} extra" if self.extra else "")


def find(materials: Materials) -> Iterator[str]:
    """One sentence for each place that gives other points than the hidden tests, or another section than EXERCISES."""
    headings = script.headings(materials.cells)
    for name, exercise in materials.exercises.items():
        yield from _cell_points(materials, name)
        yield from _heading(materials, name, exercise.section, headings.values())
        yield from _first_line(materials, name)
    yield from _written_headings(materials)
    yield from _missing_sections(materials, headings)
    if readme_row(materials) is None:
        row = f"| [{materials.homework}](…) | … | … | {total(materials).in_readme} |"
        yield f"README.md: its table has no row on {materials.homework}; write “{row}”"
    yield from (
        f"{place}: gives {label} “{has}” points; write “{wants}”" for place, label, has, wants in stale(materials)
    )


def total(materials: Materials, part: str = "") -> Sum:
    """The points of one part ("3"), or of all."""
    names = [each for each in materials.exercises.values() if not part or each.section.startswith(f"{part}.")]
    extra = sum(materials.points(each.name) for each in names if each.extra)
    by_hand = sum(
        cell.points for section, cell in script.questions(materials.cells) if not part or section.startswith(f"{part}.")
    )
    return Sum(sum(materials.points(each.name) for each in names) - extra, by_hand, extra)


def stale(materials: Materials) -> Iterator[tuple[str, str, str, str]]:
    """(place, whose, what stands there, what should) of each sum that is wrong, in the notebook and in the README."""
    for number, label, has, wants in table(materials):
        if has != wants:
            yield shown(materials.script, number), label, has, wants
    wants = total(materials).in_readme
    row = readme_row(materials)
    if row and row[1] != wants:
        yield f"README.md:{row[0]}", materials.homework, row[1], wants


def table(materials: Materials) -> Iterator[tuple[int, str, str, str]]:
    """(line of the script, whose, what stands there, what should) of each row of the notebook's table of parts."""
    for row in parts_table(materials):
        wants = total(materials, row.part).in_part if row.part else total(materials).in_total
        yield row.line, f"part {row.part}" if row.part else "the sum", row.cell("points"), wants


@dataclass(frozen=True)
class Row:
    """A row of the notebook's table of parts. line: of the script. part: such as "3", or "" for the sum."""

    line: int
    part: str
    cells: dict[str, str]

    def cell(self, title: str) -> str:
        """What stands in the column whose title begins so; "" where there is none."""
        return next((text for name, text in self.cells.items() if name.startswith(title)), "").strip("*")


def parts_table(materials: Materials) -> Iterator[Row]:
    for cell in materials.cells:
        rows = [(number, _columns(line)) for number, line in enumerate(cell.body, start=cell.line + 1) if "|" in line]
        titles = rows[0][1] if rows else []
        if cell.kind == "markdown" and titles[:1] == ["part"] and any(name.startswith("points") for name in titles):
            for number, columns in rows[2:]:
                part = re.match(r"(\d+)\.", columns[0])
                yield Row(number, part.group(1) if part else "", dict(zip(titles, columns, strict=False)))


def readme_row(materials: Materials) -> tuple[int, str] | None:
    """The line of the README's row on this homework and the points it gives; None where there is no row."""
    return readme_cell(materials, "points")


def readme_cell(materials: Materials, title: str) -> tuple[int, str] | None:
    """The line of the README's row on this homework, and its cell under a title; None where there is none."""
    path = checkout.readme(materials.root)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    titles = next((_columns(line) for line in lines if line.startswith("| homework |")), [])
    column = next((place for place, name in enumerate(titles) if name.startswith(title)), None)
    for number, line in enumerate(lines, start=1):
        if column is not None and line.startswith(f"| [{materials.homework}]"):
            return number, _columns(line)[column]
    return None


def _columns(line: str) -> list[str]:
    return [column.strip() for column in line.strip("# ").strip("|").split("|")]


def _cell_points(materials: Materials, name: str) -> Iterator[str]:
    cells = {**script.marked(materials.cells, "check"), **script.marked(materials.cells, "artefact")}
    has, wants = cells[name].marks.get("points") if name in cells else None, materials.points(name)
    if name in cells and has != wants:
        path = materials.file("tests", name)
        tests = shown(path) if path else "its tests"
        yield (
            f"{shown(materials.script, cells[name].line)}: the cell gives {name} {has} points, the @points of {tests}"
            f" {wants} in all; change one of them"
        )


def _heading(materials: Materials, name: str, section: str, headings: Iterable[Heading]) -> Iterator[str]:
    wants = f"{section} `{name}` ({materials.points(name)} points)"
    found = next((heading for heading in headings if f"`{name}`" in heading.text), None)
    if found is None:
        yield f"{shown(materials.script)}: {name} has no heading; write “### {wants}” above its cell"
    elif found.text != wants:
        yield f"{shown(materials.script, found.line)}: the heading is “{found.text}”; by the suite it is “{wants}”"


def _first_line(materials: Materials, name: str) -> Iterator[str]:
    path = materials.file("tests", name)
    first = path.read_text(encoding="utf-8").partition("\n")[0] if path else ""
    said = re.search(r"(\d+) points?\b", first)
    if path and said and int(said.group(1)) != materials.points(name):
        yield f"{shown(path, 1)}: says {said.group(0)}, its tests are worth {materials.points(name)}; correct the line"


def _written_headings(materials: Materials) -> Iterator[str]:
    headings = script.headings(materials.cells)
    for section, cell in script.questions(materials.cells):
        title = headings[section].text if section in headings else "missing"
        wants = f"({cell.points} points, written)"
        if not title.endswith(wants):
            yield (
                f"{shown(materials.script, cell.line)}: the question has {cell.points} points, but its heading"
                f" is “{title}”; let it end in “{wants}”"
            )


def _missing_sections(materials: Materials, sections: Container[str]) -> Iterator[str]:
    """Every section that a hint sends the student to exists."""
    for path in filter(None, (materials.file("tests", name) for name in materials.tests)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for section in re.findall(r"notebook section (\d+\.\d+)", line):
                if section not in sections:
                    yield f"{shown(path, number)}: sends students to notebook section {section}, which does not exist"
