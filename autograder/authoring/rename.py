"""`autograder rename`: an exercise gets another name in all its places at once."""

import re
from pathlib import Path

from autograder import checkout
from autograder.authoring import mentions, names, new
from autograder.authoring.edits import EditError, Edits
from autograder.authoring.materials import PARTS, Materials
from autograder.authoring.script import Cell
from autograder.checkout import shown
from homework.notebook.lines import split_lines


def rename(homework: str, old: str, new_name: str, root: Path) -> list[str]:
    """Rename it; what was done and what is left. EditError, before anything is touched, if the new name is in use."""
    materials, edits = Materials(homework, root), Edits()
    if old not in materials.exercises:
        raise EditError(f"{homework} has no {old}; its exercises are {', '.join(materials.exercises)}")
    if materials.exercises[old].shared:
        raise EditError(
            f"{old} belongs to other homeworks too, in {shown(materials.suite.parent / 'shared')}; keep its name"
        )
    new.check_name(new_name)
    paths, moves = _python_files(materials), _moves(materials, old, new_name)
    for path in (materials.script, *paths):
        if names.is_used(path.read_text(encoding="utf-8"), new_name):
            raise EditError(f"{shown(path)} uses the name {new_name} already; choose another one")
    edits.texts[materials.script] = _rename_in_script(materials, old, new_name)
    for path in paths:
        first, newline, rest = path.read_text(encoding="utf-8").partition("\n")
        if path in moves:  # the line that says whose file it is
            first = re.sub(rf"\b{old}\b", new_name, first)
        edits.texts[path] = _changed(first + newline + rest, old, new_name, path)
    _rename_in_equivalents(edits, materials.suite / "equivalents.toml", old, new_name)
    edits.texts = {path: text for path, text in edits.texts.items() if text != path.read_text(encoding="utf-8")}
    edits.moved = moves
    return [*edits.make(), *mentions.describe_left(materials, old)]


def _changed(source: str, old: str, new_name: str, path: Path, line: int = 0) -> str:
    """Python with the name changed; texts that are the name, such as “sample”, where exercises are named by texts."""
    is_table = path.stem == "__init__" or "checks" in path.parts
    try:
        return names.change_in_code(source, old, new_name, in_strings=is_table)
    except SyntaxError as error:
        where = shown(path, line + (error.lineno or 0))
        raise EditError(f"{where}: this is not valid Python ({error.msg}); mend it first") from None


def _rename_in_script(materials: Materials, old: str, new_name: str) -> str:
    lines = split_lines(materials.script.read_text(encoding="utf-8"), keepends=True)
    for cell in reversed(materials.cells):
        marker = lines[cell.line - 1].replace(f'="{old}"', f'="{new_name}"')
        body = "".join(lines[cell.line : cell.end])
        lines[cell.line - 1 : cell.end] = [marker, _rename_in_cell(cell, body, old, new_name, materials.script)]
    return "".join(lines)


def _rename_in_cell(cell: Cell, body: str, old: str, new_name: str, path: Path) -> str:
    if cell.kind == "markdown":
        return names.change_in_text(body, old, new_name)
    return _changed(body, old, new_name, path, cell.line)


def _rename_in_equivalents(edits: Edits, path: Path, old: str, new_name: str) -> None:
    if path.exists():
        text = edits.read(path).replace(f"[{old}]", f"[{new_name}]")
        edits.texts[path] = names.change_in_text(text, old, new_name)


def _python_files(materials: Materials) -> list[Path]:
    checks = checkout.public_checks(materials.root, materials.homework)
    return [*sorted(materials.suite.rglob("*.py")), *sorted(checks.rglob("*.py"))]


def _moves(materials: Materials, old: str, new_name: str) -> dict[Path, Path]:
    """File -> its new name."""
    paths = [materials.suite / name for name in (*PARTS.values(), "evaluators/{}.py", "artefacts/{}")]
    paths.append(checkout.public_checks(materials.root, materials.homework) / "{}.py")
    moves = {Path(str(path).format(old)): Path(str(path).format(new_name)) for path in paths}
    return {path: target for path, target in moves.items() if path.exists()}
