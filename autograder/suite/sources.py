"""A suite's files as Python that is read and not run: each fault is one sentence with its file and line."""

import ast
import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.checkout import shown
from autograder.errors import AutograderError


class SuiteError(AutograderError):
    """A suite that cannot be used: one sentence with file and line; the instructor's to repair."""


def parse(path: Path) -> ast.Module:
    """The file's tree; SuiteError where it is no Python."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise SuiteError(f"{shown(path, error.lineno)}: this is not valid Python ({error.msg}); mend it") from None


def read_all(paths: Iterable[Path]) -> dict[str, str]:
    """The text of each module of probes, by its name; SuiteError where one is no Python, or imports what is hidden."""
    ordered = sorted(paths)
    for path in ordered:
        refuse_hidden(path)
    return {path.stem: path.read_text(encoding="utf-8") for path in ordered}


def refuse_hidden(path: Path) -> None:
    """SuiteError if a module of probes imports anything of the grader: its source enters the sandbox."""
    for node in ast.walk(parse(path)):
        if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "level", 0) > 0:
            continue
        named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if hidden := [name for name in named if name.split(".")[0] == "autograder"]:
            raise SuiteError(
                f"{shown(path, node.lineno)}: a probe imports {hidden[0]}, which is hidden from students; probes enter"
                " the sandbox, so write into them what inputs need, and nothing else"
            )


def probe_names(path: Path) -> tuple[str, ...]:
    """Top-level functions whose one parameter is `student`, in their order; SuiteError if there are none."""
    if not path.exists():
        raise SuiteError(f"{path.stem} has no probes; write {shown(path)}, or run `autograder drop` on the exercise")
    found = functions(parse(path))
    for node in found:
        (only,) = parameters(node) if len(parameters(node)) == 1 else ("",)
        if only != "student" and difflib.get_close_matches(only, ["student"], cutoff=0.8):
            raise SuiteError(
                f"{shown(path, node.lineno)}: {node.name} takes {only}; a probe's one parameter is student"
            )
    names = tuple(node.name for node in found if ast.unparse(node.args) == "student")
    if not names:
        raise SuiteError(f"{shown(path)}: no probe; a probe is a function whose one parameter is called student")
    return names


def check_what_is_asked(test_file: Path, probe_file: Path, probes: Iterable[str]) -> None:
    """SuiteError if a hidden test asks for something that is no probe of this exercise."""
    known = set(probes)
    for name, line in _asked(parse(test_file), probe_file.stem):
        if name not in known:
            raise SuiteError(_explain(name, shown(test_file, line), probe_file))


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def parameters(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in function.args.args]


def last_line(node: ast.stmt | ast.expr) -> int:
    """The last line of a node that was parsed; one made by hand has no end."""
    return node.end_lineno or node.lineno


def _asked(tree: ast.Module, exercise: str) -> Iterator[tuple[str, int]]:
    """(name, line) of what `observed(…)` and `observed.reference(…)` are called with, as far as it is written out."""
    module, own = set(), set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("probes"):
            module |= {name.asname or name.name for name in node.names if name.name == exercise}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").endswith(f"probes.{exercise}"):
            own |= {name.asname or name.name for name in node.names}
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and len(call.args) == 1 and _is_observed(call.func)):
            continue
        asked = call.args[0]
        if isinstance(asked, ast.Attribute) and getattr(asked.value, "id", "") in module:
            yield asked.attr, call.lineno
        elif isinstance(asked, ast.Name) and asked.id in own:
            yield asked.id, call.lineno


def _is_observed(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and function.attr == "reference":
        function = function.value
    return isinstance(function, ast.Name) and function.id == "observed"


def _explain(name: str, test: str, probe_file: Path) -> str:
    for function in functions(parse(probe_file)):
        if function.name == name:
            given = ", ".join(parameters(function)) or "none"
            return (
                f"{shown(probe_file, function.lineno)}: {name} is asked for as a probe ({test}), but its parameters"
                f" are: {given}; a probe has one, which is called student"
            )
    return f"{test}: there is no probe {name} in {shown(probe_file)}; write it there, or ask for another one"
