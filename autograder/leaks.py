"""Looks for answers in what students get: solution lines, hidden tests, recorded references."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.suite import Suite

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TRIVIAL = 12  # characters: a shorter line ("return loss") tells nothing
IDIOM = 30  # the given library and the hidden tests share shorter lines ("with torch.no_grad():") with any code


def find_leaks(suite: Suite, root: Path) -> Iterator[str]:
    """One sentence for each secret that stands in a released file."""
    released = {path: _text(path) for path in _released_files(root, suite.homework)}
    secrets = {**_solution_lines(root, suite.homework), **_hidden_lines(suite)}
    for path, text in released.items():
        is_library = root / "assignments" / "homework" in path.parents
        for line, origin in secrets.items():
            if line in text and not (is_library and len(line) < IDIOM):
                yield f"{path.relative_to(root)} holds a line of {origin}: {line!r}"
        if path.suffix == ".py" and path.stem == suite.homework and "solutions" in text:
            yield f"{path.relative_to(root)} looks like the percent script"


def _released_files(root: Path, homework: str) -> list[Path]:
    folders = (root / "assignments" / homework, root / "assignments" / "homework")
    return [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"
    ]


def _text(path: Path) -> str:
    """The file as text, with what JSON escapes put back."""
    text = path.read_bytes().decode("utf-8", "replace")
    return text.replace('\\"', '"').replace("\\\\", "\\") if path.suffix in {".ipynb", ".json"} else text


def _solution_lines(root: Path, homework: str) -> dict[str, str]:
    """Lines that stand in a solution region and nowhere else in the source."""
    source = (root / "solutions" / homework / f"{homework}.py").read_text()
    regions = re.findall(rf"{BEGIN}(.*?){END}", source, re.DOTALL)
    elsewhere = re.sub(rf"{BEGIN}.*?{END}", "", source, flags=re.DOTALL)
    lines = {line.strip().removeprefix("# ").strip() for region in regions for line in region.splitlines()}
    return {line: "a solution" for line in lines if len(line) >= TRIVIAL and line not in elsewhere}


def _hidden_lines(suite: Suite) -> dict[str, str]:
    lines = {}
    for path in (*sorted(suite.folder.glob("test_*.py")), *sorted(suite.folder.glob("evaluators/*.py"))):
        for line in path.read_text().splitlines():
            if len(line.strip()) >= IDIOM and not line.lstrip().startswith(("from ", "import ", '"""')):
                lines[line.strip()] = f"the hidden {path.name}"
    return lines
