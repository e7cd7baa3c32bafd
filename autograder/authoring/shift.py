"""Looks for exercises whose inputs are the same in every run: on them `grade --twice` would look twice at one thing."""

import ast
from collections.abc import Iterator, Mapping

from autograder.suite import Suite

Place = tuple[str, str]  # a module of the package `probes`, and a name in it
SHIFTED: Place = ("inputs", "shifted")  # what every seed goes through, in the shared inputs
OWN_GENERATORS = {"PCG64", "default_rng", "RandomState"}


def find_unshifted(suite: Suite) -> Iterator[str]:
    """One sentence for each exercise whose probes ignore the shift of the seeds, and does not say why in FIXED.

    Told from the sources: a probe obeys the shift if what it calls, and what that calls, comes to `inputs.shifted`.
    """
    sources = suite.probe_sources.items()
    uses = {place: used for name, source in sources for place, used in _uses(name, source).items()}
    where = f"autograder/suites/{suite.homework}/__init__.py"
    for exercise in suite.written:
        is_shifted = any(SHIFTED in _reach((exercise, probe), uses) for probe in suite.probes[exercise])
        if not is_shifted and exercise not in suite.fixed:
            yield f"{exercise}: no probe draws inputs by `probes/inputs.py`; do so, or say in FIXED of {where} why not"
        if is_shifted and exercise in suite.fixed:
            yield f"{exercise}: its probes draw inputs, but FIXED of {where} says that they don't; take it out there"
    for name, source in suite.probe_sources.items():
        if name != SHIFTED[0] and (made := sorted(OWN_GENERATORS & _names_in(ast.parse(source)))):
            yield f"probes/{name}.py makes random numbers by {made[0]}, without the shift; take `inputs.generator`"


def _uses(module: str, source: str) -> dict[Place, set[Place]]:
    """For each name that a module defines, what it names of its own module and of others in the package."""
    body = ast.parse(source).body
    known = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    defined = {name: node for node in body for name in _names_bound(node)}
    known |= {name: (module, name) for name in defined}
    return {(module, name): {known[used] for used in _names_in(node) & known.keys()} for name, node in defined.items()}


def _names_bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


def _names_in(node: ast.AST) -> set[str]:
    parts = list(ast.walk(node))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names | {part.attr for part in parts if isinstance(part, ast.Attribute)}


def _reach(start: Place, uses: Mapping[Place, set[Place]]) -> set[Place]:
    """All that can be come to from one name."""
    reached, ahead = set(), {start}
    while ahead:
        reached |= ahead
        ahead = {place for one in ahead for place in uses.get(one, ())} - reached
    return reached
