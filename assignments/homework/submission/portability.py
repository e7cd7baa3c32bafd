"""What runs on the student's machine and would not on the grader's: newer Python, other libraries, own files."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from homework.notebook.cells import Cell
from homework.notebook.lines import with_plain_ends
from homework.notebook.python_version import describe_refusal, to_text
from homework.notebook.standard_library import describe_change, is_of_python
from homework.notebook.statements import as_python
from homework.submission.grader import Grader

GIVEN = ("homework", "google.colab")  # the library; and what the homework's own set-up cell imports where it is there
_WRITES_A_FILE = re.compile(r"^\s*%%(?:writefile|file)\s+(?:-a\s+)?(?:\S*/)?(\w+)\.py\s*$", re.MULTILINE)


def list_what_differs(
    cells: Sequence[Cell], statements: Sequence[tuple[str, str]], grader: Grader, folder: Path
) -> Iterator[str]:
    """A sentence for each thing that the statements need and the grader cannot read or import.

    Args:
        cells: all of the notebook's.
        statements: (source, place) of what the grader runs; a place reads "cell 3".
        grader: what the course grades with.
        folder: the notebook's, where modules of the student's own may lie.
    """
    yield from _list_refusals(cells, {place for _, place in statements}, grader)
    own = {name for cell in cells for name in _WRITES_A_FILE.findall(cell.source)}
    own |= {path.stem for pattern in ("*.py", "*/__init__.py") for path in folder.glob(pattern)}
    nodes = [(node, place) for source, place in statements for node in _unguarded(_parse(source))]
    yield from dict.fromkeys(f"{place} {sentence}" for sentence, place in _lacks(nodes, own, grader) if sentence)


def _list_refusals(cells: Sequence[Cell], places: set[str], grader: Grader) -> Iterator[str]:
    version = to_text(grader.python)
    for cell in cells:
        if cell.place in places:
            with suppress(SyntaxError, ValueError):  # what is broken here too is told of elsewhere
                if refusal := describe_refusal(as_python(with_plain_ends(cell.source))[0], grader.python):
                    yield f"{cell.place}, {refusal}; the grader reads Python {version}, so write it for that one"


def _lacks(nodes: Sequence[tuple[ast.AST, str]], own: set[str], grader: Grader) -> Iterator[tuple[str, str]]:
    """(what is lacking, place) of what is imported and used, and of what is taken from a module by its dot."""
    used = {node.id for node, _ in nodes if isinstance(node, ast.Name)}
    modules: dict[str, str] = {}  # the name that a module has here -> its own
    for node, place in nodes:
        if isinstance(node, ast.Import):
            bound = {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
            modules |= bound
            names = [module for name, module in bound.items() if name in used]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            taken = [alias for alias in node.names if alias.name == "*" or (alias.asname or alias.name) in used]
            names = [f"{node.module}.{alias.name}" for alias in taken]
        else:
            continue
        yield from ((_describe_import(name, own, grader), place) for name in names)
    for node, place in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            module = modules[node.value.id]
            if not describe_change(module, grader.python):  # else the import has been told
                yield _describe_name(f"{module}.{node.attr}", grader), place


def _describe_import(name: str, own: set[str], grader: Grader) -> str:
    """What is said of a dotted name behind the cell's place; "" if the grader has it."""
    module = name.partition(".")[0]
    if module in grader.libraries or any(f"{name}.".startswith(f"{given}.") for given in GIVEN):
        return ""
    if is_of_python(module):
        return _describe_name(name, grader)
    if module in own:
        return f"imports {module}, a file of your own, which is not handed in; write its code into the notebook"
    return f"imports {module}, which the grader does not have; write what needs it with the libraries that it has"


def _describe_name(name: str, grader: Grader) -> str:
    change = describe_change(name, grader.python)
    return change and f"needs {name}, {change}; the grader reads Python {to_text(grader.python)}, so do without it"


def _unguarded(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that stand in a `try` with a way out."""
    skipped = node.body if isinstance(node, ast.Try) and node.handlers else []
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield child
            yield from _unguarded(child)


def _parse(source: str) -> ast.Module:
    """Nothing of what does not parse, which is told of elsewhere."""
    with warnings.catch_warnings(), suppress(SyntaxError, ValueError):
        warnings.simplefilter("ignore")
        return ast.parse(source)
    return ast.Module([], [])
