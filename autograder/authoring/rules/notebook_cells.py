"""The notebook's cells call what there is: checks their own exercise, other cells names that somebody defines."""

import ast
import builtins
import symtable
from collections.abc import Iterator

from autograder.authoring.materials import Materials
from autograder.authoring.script import Cell
from autograder.checkout import shown

KNOWN = {*dir(builtins), "display", "get_ipython", "__name__", "__file__"}  # IPython's own among them
NAMED_AFTER_THE_HOMEWORK = ("hand_in", "of")  # hand_in("hw1_diffusion"), checks.of("hw1_diffusion")


def find(materials: Materials) -> Iterator[str]:
    code = [(cell, tree) for cell in materials.cells if cell.kind == "code" and (tree := _parse(cell))]
    yield from _broken_cells(materials)
    yield from _wrong_checks(materials, code)
    yield from _wrong_homework(materials, code)
    yield from _undefined(materials, [cell for cell, _ in code if "check" not in cell.marks])


def _parse(cell: Cell) -> ast.Module | None:
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return None


def _broken_cells(materials: Materials) -> Iterator[str]:
    for cell in materials.cells:
        if cell.kind == "code" and _parse(cell) is None:
            yield f"{shown(materials.script, cell.line)}: this cell is not valid Python; mend it"


def _wrong_checks(materials: Materials, code: list[tuple[Cell, ast.Module]]) -> Iterator[str]:
    for cell, tree in code:
        name = cell.marks.get("check")
        checked = {ast.unparse(argument) for call in _calls(tree, "check") for argument in call.args}
        if name and checked != {name}:
            called = ", ".join(sorted(checked)) or "nothing"
            yield f"{shown(materials.script, cell.line)}: the check cell of {name} checks {called}; call check({name})"


def _wrong_homework(materials: Materials, code: list[tuple[Cell, ast.Module]]) -> Iterator[str]:
    found: dict[str, list[tuple[Cell, str]]] = {function: [] for function in NAMED_AFTER_THE_HOMEWORK}
    for cell, tree in code:
        for function, places in found.items():
            places += [(cell, _text(call)) for call in _calls(tree, function) if _text(call)]
    for function, places in found.items():
        call = f'{"checks." if function == "of" else ""}{function}("{materials.homework}")'
        if not places:
            yield f"{shown(materials.script)}: no cell calls {call}; add it"
        for cell, name in places:
            if name != materials.homework:
                place = shown(materials.script, cell.find(name))
                yield f"{place}: this cell names another homework, {name}; write {call}"


def _calls(tree: ast.Module, function: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and function in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node


def _text(call: ast.Call) -> str:
    value = getattr(call.args[0], "value", "") if call.args else ""
    return value if isinstance(value, str) else ""


def _undefined(materials: Materials, cells: list[Cell]) -> Iterator[str]:
    """Names that no cell defines, or none up to the cell that needs them at once."""
    scopes = [symtable.symtable(cell.source, "cell", "exec") for cell in cells]
    everywhere = KNOWN.union(*(_defined(scope) for scope in scopes))
    so_far = set(KNOWN)
    for cell, scope in zip(cells, scopes, strict=True):
        so_far |= _defined(scope)
        for name in sorted((_needed_at_once(scope) - so_far) | (_needed_later(scope) - everywhere)):
            when = "only a later cell defines" if name in everywhere else "no cell defines"
            place = shown(materials.script, cell.find(name))
            yield f"{place}: this cell needs {name}, which {when}; define or import it, or take the call out"


def _defined(scope: symtable.SymbolTable) -> set[str]:
    """What the cell leaves behind at its top level, by `global` too."""
    own = {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    inner = (symbol for child in _below(scope) for symbol in child.get_symbols())
    return own | {symbol.get_name() for symbol in inner if symbol.is_declared_global() and symbol.is_assigned()}


def _needed_at_once(scope: symtable.SymbolTable) -> set[str]:
    return {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_referenced()}


def _needed_later(scope: symtable.SymbolTable) -> set[str]:
    inner = (symbol for child in _below(scope) for symbol in child.get_symbols())
    return {symbol.get_name() for symbol in inner if symbol.is_global() and symbol.is_referenced()}


def _below(scope: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in scope.get_children():
        yield child
        yield from _below(child)
