"""What a class imports beyond the released notebook: a library can hold a finished answer, and a person judges that."""

import ast
from collections.abc import Iterator, Mapping

from autograder.report.near_copies import MOST, Statements

MANY = 20  # modules of one student that are listed; who has more is up to something, or has pasted something


def foreign_imports(submissions: Mapping[str, Statements], released: Statements) -> dict[str, tuple[str, ...]]:
    """Module -> the students who import it and were not given it; what the fewest import comes first.

    Found are import statements, inside of functions too; a module that is imported by its name in a text is not.
    Of a student with more than MANY the rest is counted.
    """
    given = {part for module in _modules(released) for part in _with_parents(module)}
    found: dict[str, list[str]] = {}
    for student, statements in submissions.items():
        own = [module for module in dict.fromkeys(_modules(statements)) if module not in given]
        for module in own[:MANY] + [f"{len(own) - MANY} more"] * (len(own) > MANY):
            found.setdefault(module, []).append(student)
    return {module: tuple(found[module]) for module in sorted(found, key=lambda module: (len(found[module]), module))}


def _modules(statements: Statements) -> Iterator[str]:
    read = 0
    for source, _ in statements:
        if "import" in source and (read := read + len(source)) <= MOST:
            yield from _modules_of(source)


def _modules_of(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # of a nesting that was read once, in another place
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))
