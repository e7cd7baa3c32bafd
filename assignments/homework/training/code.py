"""What a function does, as text that can be compared, and the names that it reads; whoever wrote it, and wherever."""

import ast
import dis
import inspect
import sys
import sysconfig
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from homework.notebook.names import names_of
from homework.notebook.stubs import is_of_package

_ROOTS = tuple({str(Path(__file__).parents[1]), *map(sysconfig.get_path, ("stdlib", "platstdlib"))})
_LOADS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF"}
_STORES = {"STORE_GLOBAL", "STORE_DEREF"}


@dataclass(frozen=True)
class Code:
    """A function: its text without comments and docstring, the free names that it reads, and what it changes.

    changes: free names whose value it binds or changes in place. stores: attributes that it gives to anything;
    attributes: those that it asks for.
    """

    text: str
    reads: frozenset[str]
    changes: frozenset[str]
    stores: frozenset[str]
    attributes: frozenset[str]


def is_own(file: str) -> bool:
    """This file was written by whoever trains: it belongs to no installed package, to Python, or to this library."""
    return not (file.startswith((*_ROOTS, "<frozen")) or is_of_package(file))


def is_own_module(name: str) -> bool:
    """`__main__`, which a notebook is, or a file of the student's own."""
    file = getattr(sys.modules.get(name), "__file__", None)
    return name == "__main__" or (file is not None and is_own(file))


def read_code(code: CodeType) -> Code:
    """By its source where there is one that can be read alone, else by its instructions."""
    stores, attributes = _named(code, {"STORE_ATTR"}), _named(code, {"LOAD_ATTR", "LOAD_METHOD"})
    node = _definition(code)
    text = _written(code) if node is None else ast.unparse(node)
    try:
        names = None if node is None else names_of(node, text)
    except SyntaxError:  # a `nonlocal` of the function around it
        names = None
    if names is None:
        return Code(text, _named(code, _LOADS), _named(code, _STORES), stores, attributes)
    return Code(text, names.reads | names.later, names.effects, stores, attributes)


def _definition(code: CodeType) -> ast.stmt | None:
    """The statement that made it; None for what stands with others of its kind on one line, or was made from text."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError, TypeError, IndentationError):
        return None
    if code.co_name == "<lambda>":
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
        return ast.Expr(found[0]) if len(found) == 1 else None
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    for node in ast.walk(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return function


def _written(code: CodeType) -> str:
    """Instructions and constants: no two versions of Python write the same ones, but they are all that there is."""
    constants = [_written(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return f"{code.co_code.hex()} {constants} {code.co_names} {code.co_varnames} {code.co_freevars}"


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _steps(each)


def _named(code: CodeType, operations: set[str]) -> frozenset[str]:
    return frozenset(step.argval for step in _steps(code) if step.opname in operations)
