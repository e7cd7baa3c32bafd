"""Finds the definitions in one cell's source, by syntax: student code is parsed here and never run."""

import ast
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

MAX_LINES = 5000  # of one cell
MAX_STATEMENTS = 500  # kept from one cell
MAX_MAGICS = 100  # IPython rewrites them one at a time, each time over the whole cell
_CELL_MAGIC = re.compile(r"\A\s*%%(time|timeit|capture|prun)\b.*")  # magics whose body still defines names
_MAGIC_LINE = re.compile(r"^\s*[!%?]", re.MULTILINE)
_DEFINES = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)
_CALLS = {  # calls whose value is a constant of the machine or of the code
    "torch.device", "torch.cuda.is_available", "torch.tensor", "math.log", "math.sqrt", "math.exp",
    "float", "int", "bool", "str", "tuple", "list", "dict", "set", "len", "min", "max", "abs", "partial",
    "functools.partial", "torch.finfo", "namedtuple", "TypeVar", "np.array", "np.float32", "Path",
}  # fmt: skip
_CONSTANT_NODES = (
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.UnaryOp, ast.BinOp, ast.BoolOp,
    ast.Compare, ast.IfExp, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr, ast.FormattedValue, ast.Lambda,
    ast.keyword, ast.Starred, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.arguments,
    ast.arg, ast.Call,
)  # fmt: skip


class BrokenCell(Exception):
    """The cell does not parse. `names` are the definitions it seems to hold."""

    def __init__(self, reason: str, names: list[str]):
        super().__init__(reason)
        self.names = names


@dataclass(frozen=True)
class Definition:
    """One top-level statement worth keeping. source keeps the statement's line numbers in its cell."""

    source: str
    names: tuple[str, ...]
    is_stub: bool


def find_definitions(cell_source: str) -> list[Definition]:
    """Imports, functions, classes and simple constants of one cell, in order; BrokenCell if it does not parse."""
    names = _DEFINES.findall(cell_source)
    if cell_source.count("\n") > MAX_LINES or len(_MAGIC_LINE.findall(cell_source)) > MAX_MAGICS:
        raise BrokenCell(f"it has more than {MAX_LINES} lines, or more than {MAX_MAGICS} magics", names)
    try:
        found = list(_parse(_CELL_MAGIC.sub("", cell_source, count=1)))
    except SyntaxError as error:
        raise BrokenCell(f"line {error.lineno}: {error.msg}", names) from None
    except (ValueError, RuntimeError, SystemError, MemoryError, IndexError, AttributeError, TypeError):
        raise BrokenCell("it cannot be read as Python", names) from None
    if len(found) > MAX_STATEMENTS:
        raise BrokenCell(f"it has more than {MAX_STATEMENTS} definitions", names)
    return found


@lru_cache(maxsize=128)  # most cells of a notebook are those of all students
def _parse(source: str) -> tuple[Definition, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = TransformerManager().transform_cell(source)
        tree = ast.parse(source)
    lines = source.splitlines()
    kept = [node for node in tree.body if _is_kept(node)][: MAX_STATEMENTS + 1]
    return tuple(Definition(_keep_lines(lines, node), tuple(_names_bound(node)), _is_stub(node)) for node in kept)


def _is_kept(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return node.value is not None and all(map(_is_target, targets)) and _is_constant(node.value)
        case ast.If():
            return _is_constant(node.test) and _has_definition([*node.body, *node.orelse])
        case ast.Try():
            bodies = [*node.body, *node.orelse, *node.finalbody]
            return _has_definition([*bodies, *(line for handler in node.handlers for line in handler.body)])
    return False


def _has_definition(body: list[ast.stmt]) -> bool:
    """A guarded import or definition: nothing else may stand beside it, or a training loop would be run."""
    return all(_is_kept(node) or isinstance(node, ast.Pass) for node in body) and any(map(_is_kept, body))


def _is_target(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) or (isinstance(target, ast.Tuple) and all(map(_is_target, target.elts)))


def _is_constant(value: ast.expr) -> bool:
    nodes = list(ast.walk(value))
    if any(isinstance(node, ast.Lambda) for node in nodes):
        return isinstance(value, ast.Lambda)
    return all(isinstance(node, _CONSTANT_NODES) for node in nodes) and all(
        ast.unparse(node.func) in _CALLS for node in nodes if isinstance(node, ast.Call)
    )


def _names_bound(node: ast.stmt) -> list[str]:
    """Names that the statement binds at the top level of the notebook."""
    names = []
    for child in [node, *_nested_statements(node)]:
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.append(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names += [alias.asname or alias.name.split(".")[0] for alias in aliases]
            case ast.Assign() | ast.AnnAssign():
                targets = child.targets if isinstance(child, ast.Assign) else [child.target]
                names += [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    return names


def _nested_statements(node: ast.stmt) -> list[ast.stmt]:
    if not isinstance(node, ast.If | ast.Try):
        return []
    bodies = [*node.body, *node.orelse]
    if isinstance(node, ast.Try):
        bodies += [*node.finalbody, *(line for handler in node.handlers for line in handler.body)]
    return [found for child in bodies for found in [child, *_nested_statements(child)]]


def _is_stub(node: ast.stmt) -> bool:
    """A function that only raises NotImplementedError, or a class all of whose methods do."""
    if isinstance(node, ast.ClassDef):
        methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
        return bool(methods) and all(map(_is_stub, methods))
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return all(isinstance(line, ast.Pass) or _raises_not_implemented(line) for line in body)


def _raises_not_implemented(line: ast.stmt) -> bool:
    return isinstance(line, ast.Raise) and line.exc is not None and "NotImplementedError" in ast.unparse(line.exc)


def _keep_lines(lines: list[str], node: ast.stmt) -> str:
    """The statement's text below as many empty lines as stood above it, so that errors name the cell's own lines."""
    first = min([node.lineno, *(line.lineno for line in getattr(node, "decorator_list", []))])
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign):
        own = [line.encode() for line in lines[first - 1 : node.end_lineno]]  # columns count bytes
        own[-1] = own[-1][: node.end_col_offset]
        text = b"\n".join([own[0][node.col_offset :], *own[1:]]).decode()
    else:
        text = "\n".join(lines[first - 1 : node.end_lineno])
    return "\n" * (first - 1) + text
