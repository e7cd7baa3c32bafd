"""Python and prose with one name changed, where it means that exercise and nothing else that is called so."""

import ast
import io
import re
import tokenize

from autograder.suite.sources import last_line
from homework.notebook.lines import split_lines

OWNERS = {"student", "probes"}  # what has exercises as attributes
Place = tuple[int, int]  # line from 1, and column in characters


def change_in_code(source: str, old: str, new: str, in_strings: bool = False) -> str:
    """Definitions, uses and imports of a global name, and comments and docstrings; SyntaxError if it is no Python.

    in_strings: texts that are the name itself are changed too.
    """
    uses = _Uses(old, split_lines(source))
    uses.visit(ast.parse(source))
    changes = dict.fromkeys(uses.places, (old, new))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            is_name = in_strings and token.string[1:-1] == old
            text = token.string.replace(old, new) if is_name else change_in_text(token.string, old, new)
            changes[token.start] = (token.string, text)
    return _apply(source, changes)


def is_used(source: str, name: str) -> bool:
    """Whether any identifier of this Python is called so; words in comments and texts do not count."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return any(token.type == tokenize.NAME and token.string == name for token in tokens)


def change_in_text(text: str, old: str, new: str) -> str:
    """Prose with the name changed: one that may be a word, such as “sample”, only in backticks or called."""
    name = re.escape(old)
    pattern = rf"\b{name}\b" if "_" in old else rf"(?<=`){name}(?=[`(])|\b{name}(?=\()"
    return re.sub(pattern, new, text)


def _apply(source: str, changes: dict[Place, tuple[str, str]]) -> str:
    lines = split_lines(source, keepends=True)
    starts = [0]
    for text in lines:
        starts.append(starts[-1] + len(text))
    for (line, column), (old, new) in sorted(changes.items(), reverse=True):
        start = starts[line - 1] + column
        source = source[:start] + new + source[start + len(old) :]
    return source


class _Uses(ast.NodeVisitor):
    """Where a global name is defined, read and imported; a function that has a local of that name is passed over."""

    def __init__(self, name: str, lines: list[str]):
        self._name, self._lines = name, lines
        self.places: list[Place] = []

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self._name:
            self._add(node.lineno, node.col_offset)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr == self._name and getattr(node.value, "id", "") in OWNERS:
            self._add(last_line(node), (node.end_col_offset or 0) - len(self._name.encode()))
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._add_words(node, rf"(?:def|class) +({self._name})\b", node.lineno)
        if not _has_local(node, self._name):
            self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._add_words(node, rf"(?:def|class) +({self._name})\b", node.lineno)
        self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if self._name in (node.module or "").split("."):
            self._add_words(node, rf"\b({self._name})\b(?=.* import )", node.lineno)
        elif (node.module or "").rpartition(".")[2] == "probes":
            self._add_words(node, rf"import .*\b({self._name})\b", last_line(node))

    def _add(self, line: int, column: int) -> None:
        """The column comes in bytes."""
        self.places.append((line, len(self._lines[line - 1].encode()[:column].decode())))

    def _add_words(self, node: ast.stmt, pattern: str, end: int) -> None:
        for line in range(node.lineno, end + 1):
            self.places += [(line, match.start(1)) for match in re.finditer(pattern, self._lines[line - 1])]


def _has_local(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    arguments = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return name in arguments | stored
