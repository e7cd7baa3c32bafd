"""Takes the source of one cell apart into its statements, by syntax: student code is parsed here and never run."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from homework.notebook.lines import split_lines, with_plain_ends
from homework.notebook.names import Names, names_of
from homework.notebook.python_version import describe_newer
from homework.notebook.stubs import is_stub

MAX_LINES = 5000  # of one cell
MAX_STATEMENTS = 500  # of one cell
MAX_MAGICS = 100  # of one cell
MAX_REWRITTEN = 20_000  # lines times magics: IPython rewrites them one at a time, each time over the whole cell
_CELL_MAGIC = re.compile(r"\A\s*%%(time|timeit|capture|prun)\b.*")  # magics whose body still defines names
_MAGIC = re.compile(r"^[ \t]*[!%?]|=[ \t]*[!%]|\?[ \t]*$", re.MULTILINE)
_DEFINES = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)
_TIMED = re.compile(r"^([ \t]*)%time[ \t]+(?=\S)", re.MULTILINE)  # the line's names are the notebook's
_BINDS = re.compile(r"^(\w+)(?:\s*:[^=\n]+)?\s*=(?!=)|^(?:import|from)\b.*?(\w+)\s*$", re.MULTILINE)
_Compound = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try
    | ast.TryStar | ast.With | ast.AsyncWith | ast.Match
)  # fmt: skip


class BrokenCell(Exception):
    """The cell does not parse. `defines` are its functions and classes, `names` all names that it seems to bind."""

    def __init__(self, reason: str, source: str):
        super().__init__(reason)
        self.defines = frozenset(_DEFINES.findall(source))
        self.names = self.defines | {name for found in _BINDS.findall(source) for name in found if name}


@dataclass(frozen=True)
class Statement:
    """One top-level statement. source keeps the statement's line numbers in its cell.

    is_lambda: it gives a name a lambda. is_for_all: what follows means something else without it.
    """

    source: str
    names: Names
    is_stub: bool = False
    is_lambda: bool = False
    is_for_all: bool = False


def find_statements(cell_source: str) -> list[Statement]:
    """The statements of one cell, in order; BrokenCell if it does not parse."""
    cell_source = with_plain_ends(cell_source)
    if (lines := cell_source.count("\n")) > MAX_LINES:
        raise BrokenCell(f"it has more than {MAX_LINES} lines", cell_source)
    if (magics := len(_MAGIC.findall(cell_source))) > MAX_MAGICS or lines * magics > MAX_REWRITTEN:
        raise BrokenCell("it has too many magics for its length", cell_source)
    try:
        found = list(_parse(cell_source))
    except SyntaxError as error:
        newer = describe_newer(error, cell_source)
        raise BrokenCell(f"line {error.lineno}: {error.msg}{f' ({newer})' if newer else ''}", cell_source) from None
    except (ValueError, RuntimeError, SystemError, MemoryError, IndexError, AttributeError, TypeError):
        raise BrokenCell("it cannot be read as Python", cell_source) from None
    if len(found) > MAX_STATEMENTS:
        raise BrokenCell(f"it has more than {MAX_STATEMENTS} statements", cell_source)
    return found


@lru_cache(maxsize=512)  # most cells of a notebook are those of all students
def _parse(source: str) -> tuple[Statement, ...]:
    source, tree = as_python(source)
    lines = source.split("\n")
    nodes = [node for node in tree.body if not _does_nothing(node)][: MAX_STATEMENTS + 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tuple(statement for node in nodes for statement in _statements(lines, node))


def as_python(source: str) -> tuple[str, ast.Module]:
    """A cell's source as Python has it, without magics, and parsed; SyntaxError if it does not parse."""
    source = _CELL_MAGIC.sub("", source, count=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return source, ast.parse(source)
        except SyntaxError:  # a magic is none in Python; where there is none IPython has nothing to rewrite
            above = source[: len(source) - len(source.lstrip())].count("\n")  # empty lines, which IPython takes away
            source = "\n" * above + _without_magics(source)
            return source, ast.parse(source)


def _without_magics(source: str) -> str:
    """What IPython makes of a cell; its own `transform_cell` ends lines where Python does not."""
    source = _TIMED.sub(r"\1", source)
    manager = TransformerManager()
    steps: list[Any] = [*manager.cleanup_transforms, *manager.line_transforms]  # IPython has no types for them
    source += "\n"
    for transform in (*steps, manager.do_token_transforms):
        source = "".join(transform(split_lines(source, keepends=True)))
    return source


def _does_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass | ast.Assert) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.Name | ast.Attribute)
    )


def _statements(lines: list[str], node: ast.stmt) -> Iterator[Statement]:
    """The statement; of an import one for each name, as one that is unknown here must not take the others along."""
    above = "\n" * (_first_line(node) - 1)
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            single = ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]}), node)
            is_for_all = alias.name == "*" or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
            text = ast.unparse(single)
            yield Statement(above + text, names_of(single, text), is_for_all=is_for_all)
        return
    text = _text(lines, node)
    is_lambda = isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda)
    yield Statement(above + text, names_of(node, text), is_stub(node), is_lambda)


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(line.lineno for line in getattr(node, "decorator_list", []))])


def _text(lines: list[str], node: ast.stmt) -> str:
    """Errors name the cell's own lines where as many empty ones are put above as stood above it."""
    first = _first_line(node)
    if isinstance(node, _Compound):
        return "\n".join(lines[first - 1 : node.end_lineno])
    own = [line.encode() for line in lines[first - 1 : node.end_lineno]]  # columns count bytes
    own[-1] = own[-1][: node.end_col_offset]
    return b"\n".join([own[0][node.col_offset :], *own[1:]]).decode()
