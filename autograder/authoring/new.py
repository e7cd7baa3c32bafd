"""`autograder new`: the files of a homework or of an exercise, with TODO where something is to be written."""

import keyword
import re
import zlib
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder import checkout
from autograder.authoring import script, suite_edits
from autograder.authoring.edits import EditError, Edits
from autograder.authoring.materials import PARTS, Materials
from autograder.authoring.rules import points
from autograder.authoring.script import Cell
from autograder.checkout import shown
from homework.notebook.lines import split_lines

PACKAGES = ("probes", "mistakes", "variants")  # the suite's folders
_TEMPLATES = Environment(  # percent scripts hold {{ }} of their own
    loader=PackageLoader("autograder.authoring"),
    variable_start_string="<<",
    variable_end_string=">>",
    keep_trailing_newline=True,
    undefined=StrictUndefined,
    autoescape=False,
)


def new_homework(homework: str, title: str, root: Path) -> list[str]:
    """Write script, suite, public checks and the README's row of a homework without exercises; what was done."""
    check_name(homework)
    suite, edits, terms = checkout.suite(root, homework), Edits(), {"homework": homework, "title": title}
    edits.create(checkout.script(root, homework), _render("homework/script.py", terms))
    edits.create(suite / "__init__.py", _render("homework/suite.py", terms))
    for package in PACKAGES:
        edits.create(suite / package / "__init__.py", _render(f"homework/{package}.py", terms))
    checks = checkout.public_checks(root, homework)
    edits.create(checks / "__init__.py", f'"""Public checks of the homework {homework}."""\n')
    _add_readme_row(edits, homework, root)
    return edits.make()


def new_exercise(
    homework: str, exercise: str, root: Path, section: str = "", worth: int = 5, extra: bool = False
) -> list[str]:
    """Write the six files of an exercise and its cells, where its section belongs; what was done."""
    materials, edits = Materials(homework, root), Edits()
    check_name(exercise)
    _check_is_new(exercise, materials)
    section = _choose_section(section, materials)
    seed = 10_000 + zlib.crc32(exercise.encode()) % 10_000  # its own numbers, the same on every machine
    terms = {"homework": homework, "exercise": exercise, "section": section, "points": worth, "seed": seed}
    for part, name in PARTS.items():
        template = "exercise/test.py" if part == "tests" else f"exercise/{part}.py"
        edits.create(materials.suite / name.format(exercise), _render(template, terms))
    checks = checkout.public_checks(root, homework)
    edits.create(checks / f"{exercise}.py", _render("exercise/checks.py", terms))
    entry = f'Exercise("{exercise}", section="{section}"{", extra=True" if extra else ""})'
    suite_edits.add_entry(edits, materials, entry, section)
    _add_cells(edits, materials, terms)
    return list(dict.fromkeys([*edits.make(), *correct_sums(homework, root)]))


def correct_sums(homework: str, root: Path) -> list[str]:
    """Write the points of parts, homework and README's row as the tests give them; what was done."""
    materials, edits = Materials(homework, root), Edits()
    for number, label, has, wants in points.table(materials):
        column = "**{}**" if label == "the sum" else "| {} |"
        edits.replace_line(materials.script, number, column.format(has), column.format(wants))
    row, wants = points.readme_row(materials), points.total(materials).in_readme
    if row and row[1] != wants:
        edits.replace_line(checkout.readme(root), row[0], f"| {row[1]} |", f"| {wants} |")
    return edits.make()


def _render(template: str, terms: dict) -> str:
    return _TEMPLATES.get_template(f"{template}.jinja").render(terms)


def check_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise EditError(f"{name!r} is no name for Python; write letters, digits and _, as in hw6_flows or ddim_step")


def _check_is_new(exercise: str, materials: Materials) -> None:
    """EditError if any part of the homework knows this name."""
    places = [shown(path) for part in PARTS for name, path in materials.files(part) if name == exercise]
    places += [f"EXERCISES of {shown(materials.suite / '__init__.py')}"] if exercise in materials.exercises else []
    places += [check.place for check in materials.checks if check.exercise == exercise]
    places += [shown(materials.script, c.line) for c in materials.cells if exercise in c.marks.values()]
    if places:
        raise EditError(f"{materials.homework} has {exercise} already, in {places[0]}; choose another name")


def _choose_section(section: str, materials: Materials) -> str:
    """The section that was asked for, or else the next one of the last part."""
    headings = script.headings(materials.cells)
    if not section:
        last = max(map(suite_edits.in_order, headings), default=(1, 0))
        return f"{last[0]}.{last[1] + 1}"
    if not re.fullmatch(r"\d+\.\d+", section):
        raise EditError(f"{section!r} is no section; write PART.NUMBER, as in 3.7")
    if section in headings:
        place = shown(materials.script, headings[section].line)
        raise EditError(f"section {section} is taken, by “{headings[section].text}” ({place}); choose another one")
    return section


def _add_cells(edits: Edits, materials: Materials, terms: dict) -> None:
    part, section = terms["section"].partition(".")[0], suite_edits.in_order(terms["section"])
    text = _render("exercise/cells.py", terms)
    if not any(_part_of(cell) == int(part) for cell in materials.cells):
        text = _render("exercise/part.py", {"part": part}) + text
    before = [n for n, cell in enumerate(materials.cells) if _latest(cell) and _latest(cell) < section]
    following = materials.cells[before[-1] + 1 :] if before else materials.cells
    end = next((cell for cell in following if _begins(cell, "" if before else "# ## Hand in")), following[-1])
    edits.insert(materials.script, end.line, text)
    _add_row(edits, materials, part)


def _latest(cell: Cell) -> tuple[int, ...]:
    """The last part or section that begins in a cell: (3,) or (3, 4); empty if none does."""
    found = [suite_edits.in_order(section) for section in script.headings([cell])]
    part = _part_of(cell)
    return max([*found, *([(part,)] if part else [])], default=())


def _part_of(cell: Cell) -> int:
    match = re.search(r"^# # Part (\d+)", cell.source, re.MULTILINE) if cell.kind == "markdown" else None
    return int(match.group(1)) if match else 0


def _begins(cell: Cell, heading: str) -> bool:
    """A markdown cell that begins with a heading, or with this one."""
    return cell.kind == "markdown" and not cell.marks and bool(re.match(heading or r"# #+ ", cell.source))


def _add_row(edits: Edits, materials: Materials, part: str) -> None:
    """A row for a new part in the notebook's table, above that of the sum."""
    rows = {label: number for number, label, *_ in points.table(materials)}
    if "the sum" in rows and f"part {part}" not in rows:
        row = f"# | {part}. TODO: its title | TODO: what | 0 | TODO: hours |\n"
        edits.insert(materials.script, rows["the sum"], row)


def _add_readme_row(edits: Edits, homework: str, root: Path) -> None:
    path = checkout.readme(root)
    lines = split_lines(edits.read(path)) if path.exists() else []
    rows = [number for number, line in enumerate(lines, start=1) if line.startswith("| [")]
    if rows:
        link = f"[{homework}](assignments/{homework}/{homework}.ipynb)"
        edits.insert(path, rows[-1] + 1, f"| {link} | TODO: what it teaches | TODO: hours | 0 + 0 |\n")
