"""Which names of a notebook one of its statements binds, reads and changes; by syntax alone.

"At once" is what happens when the statement runs; "later" is what happens in the functions that it defines, whenever
they are called. Python's own symbol tables tell which names are global.
"""

import ast
import symtable
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from homework.notebook.changes import Defines, aliases, called_for_nothing, changed, draws, passed, patched, seeds
from homework.notebook.stubs import Function

_BY_TEXT = {"eval", "exec", "globals", "vars", "locals", "getattr"}  # what is named in a string may be meant
_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


@dataclass(frozen=True)
class Names:
    """What one statement does with global names.

    binds: gives a value to; surely: those of them that have one afterwards whatever happens; defines: by def or class;
    imports: by import. reads: at once; calls: those of them that are called. later: read by its functions.
    changes: in place, at once; effects: bound or changed by its functions. uses: called for nothing. passes: (function,
    argument) of such calls. aliases: (name, other) that may stand for one object. patches: attributes that it gives to
    what may be a module's. The state of random numbers counts as a name.
    """

    binds: frozenset[str]
    surely: frozenset[str]
    defines: frozenset[str]
    imports: frozenset[str]
    reads: frozenset[str]
    calls: frozenset[str]
    later: frozenset[str]
    changes: frozenset[str]
    effects: frozenset[str]
    uses: frozenset[str]
    passes: frozenset[tuple[str, str]]
    aliases: frozenset[tuple[str, str]]
    patches: frozenset[str]


def names_of(node: ast.stmt, source: str) -> Names:
    """The names of this top-level statement, which is all of `source`."""
    nodes = list(_walk(node))
    at_once, in_functions = ([each for each, is_later in nodes if is_later == wanted] for wanted in (False, True))
    binds, reads, later, effects = _symbols(symtable.symtable(source, "cell", "exec"))
    inside = _of_comprehensions(at_once)
    by_text = _bound_by_text(at_once)
    binds, reads = (binds - inside) | by_text, reads - inside
    if isinstance(node, ast.AnnAssign) and node.value is None:
        binds = set()
    grown = (each.target for each in at_once if isinstance(each, ast.AugAssign))
    reads |= {target.id for target in grown if isinstance(target, ast.Name)}
    later |= _in_annotations(nodes) | (_in_strings(nodes) if _BY_TEXT & (reads | later) else set())
    imported = [alias for each in at_once if isinstance(each, ast.Import | ast.ImportFrom) for alias in each.names]
    called = (each.func for each in at_once if isinstance(each, ast.Call))
    seeded, drawn = (states(at_once) if _is_simple(node) else set() for states in (seeds, draws))
    return Names(
        binds=frozenset(binds | seeded),
        surely=frozenset((_surely([node]) & binds) | by_text | seeded),
        defines=frozenset(each.name for each in at_once if isinstance(each, Defines) and each.name in binds),
        imports=frozenset(alias.asname or alias.name.split(".")[0] for alias in imported),
        reads=frozenset(reads | drawn),
        calls=frozenset(func.id for func in called if isinstance(func, ast.Name)),
        later=frozenset(later),
        changes=frozenset(changed(at_once) | drawn),
        effects=frozenset(effects | (changed(in_functions) & later) | seeds(in_functions)),
        uses=frozenset(called_for_nothing(at_once)),
        passes=frozenset(passed(at_once)),
        aliases=frozenset(aliases(at_once)),
        patches=frozenset(patched(at_once)),
    )


def _is_simple(node: ast.stmt) -> bool:
    """Whether it runs once: what a loop draws is not repeated for the sake of what comes after it."""
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr)


def _bound_by_text(nodes: list[ast.AST]) -> set[str]:
    """Names in `exec("x = 1")` and `globals()["x"] = 1`."""
    found = set[str]()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id="exec"), args=[ast.Constant(value=str(text))]):
                with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                    found |= _surely(ast.parse(text).body)
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="globals" | "locals")), slice=ast.Constant(value=str(name))
            ):
                found |= {name} if isinstance(node.ctx, ast.Store) else set()
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="globals")), attr="update"), keywords=given
            ):
                found |= {keyword.arg for keyword in given if keyword.arg}
    return found


def _walk(node: ast.AST, is_later: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below, and whether it lies in the body of a function; with a stack, as nothing here may run deep."""
    waiting = [(node, is_later)]
    while waiting:
        node, is_later = waiting.pop()
        yield node, is_later
        if isinstance(node, Function):
            waiting += [(child, True) for child in node.body]
            waiting += [(child, is_later) for child in ast.iter_child_nodes(node) if child not in node.body]
        elif isinstance(node, ast.Lambda):
            waiting += [(node.args, is_later), (node.body, True)]
        else:
            waiting += [(child, is_later) for child in ast.iter_child_nodes(node)]


def _symbols(top: symtable.SymbolTable) -> tuple[set[str], set[str], set[str], set[str]]:
    """Names bound at the top; names read there; names that functions read; and names that functions declare global."""
    symbols = top.get_symbols()
    binds = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    reads = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
    later, effects = set[str](), set[str]()
    waiting = [(child, False) for child in top.get_children()]
    while waiting:
        table, is_later = waiting.pop()
        is_later = is_later or (table.get_type() == "function" and table.get_name() not in _COMPREHENSIONS)
        waiting += [(child, is_later) for child in table.get_children()]
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                (later if is_later else reads).add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                (effects if is_later else binds).add(symbol.get_name())
                later.add(symbol.get_name())  # `calls += 1` needs a first value
    return binds, reads, later, effects


def _of_comprehensions(nodes: list[ast.AST]) -> set[str]:
    """Names that stand for something in a comprehension alone; from Python 3.12 on they are listed with the rest."""
    inside = set[ast.Name]()
    for node in nodes:
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            targets = {name for generator in node.generators for name in _stored(generator.target)}
            first = set(ast.walk(node.generators[0].iter))
            names = (each for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in targets)
            inside |= {each for each in names if each not in first}
    outer = {node.id for node in nodes if isinstance(node, ast.Name) and node not in inside}
    return {node.id for node in inside} - outer


def _surely(body: list[ast.stmt]) -> set[str]:
    """Names that have a value of these statements when they are over."""
    bound = set[str]()
    for node in body:
        match node:
            case ast.With() | ast.AsyncWith():
                variables = [item.optional_vars for item in node.items if item.optional_vars]
                bound |= _surely(node.body) | {name for each in variables for name in _stored(each)}
            case ast.If():
                bound |= _surely(node.body) & _surely(node.orelse)
            case ast.Try():
                handlers = [_surely(handler.body) for handler in node.handlers]
                bound |= set.intersection(_surely([*node.body, *node.orelse]), *handlers) | _surely(node.finalbody)
            case _ if type(node).__name__ == "TypeAlias":  # Python 3.12
                bound |= _stored(node.name)  # type: ignore[attr-defined]
            case _:
                bound |= _bound_by(node)
    return bound


def _bound_by(node: ast.stmt) -> set[str]:
    """Of a statement that is no compound one. `import a.b` leaves what else was imported of `a`."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=aliases):
            return {alias.asname or alias.name for alias in aliases if alias.asname or "." not in alias.name}
        case ast.ImportFrom(names=aliases):
            return {alias.asname or alias.name for alias in aliases}
        case ast.Assign(targets=targets):
            return {name for target in targets for name in _stored(target)}
        case ast.AnnAssign(target=target) if node.value is not None:
            return _stored(target)
    return set()


def _stored(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _in_annotations(nodes: list[tuple[ast.AST, bool]]) -> set[str]:
    """Names in annotations that are written as text."""
    found = set[str]()
    for node, _ in nodes:
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            for part in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found |= _in_text(part.value)
    return found


def _in_text(text: str) -> set[str]:
    try:
        return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()


def _in_strings(nodes: list[tuple[ast.AST, bool]]) -> set[str]:
    constants = {node.value for node, _ in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in constants if text.isidentifier()} | {
        name for text in constants if not text.isidentifier() for name in _in_text(text)
    }
