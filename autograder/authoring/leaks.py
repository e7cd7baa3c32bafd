"""Looks for answers in what students get: solution lines, hidden tests, recorded references."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder import checkout
from autograder.authoring import script
from autograder.authoring.materials import Materials
from autograder.authoring.script import BEGIN, END
from autograder.checkout import shown
from autograder.suite import Suite

TRIVIAL = 12  # characters: a shorter line ("return loss") tells nothing
IDIOM = 30  # the given library and the hidden tests share shorter lines ("with torch.no_grad():") with any code


def find_leaks(suite: Suite, root: Path) -> Iterator[str]:
    """One sentence for each secret that stands in a released file."""
    released = {path: _text(path) for path in _released_files(root, suite.homework)}
    secrets = {**_solution_lines(root, suite.homework), **_hidden_lines(suite)}
    for path, text in released.items():
        is_library = checkout.library(root) in path.parents
        for line, origin in secrets.items():
            if line in text and not (is_library and len(line) < IDIOM):
                yield f"{path.relative_to(root)} holds a line of {origin}: {line!r}"
        if path.suffix == ".py" and path.stem == suite.homework and "solutions" in text:
            yield f"{path.relative_to(root)} looks like the percent script"


def find_in_prose(materials: Materials) -> Iterator[str]:
    """One sentence for each line of code of a solution that stands in a text, where students read it."""
    secrets = lines_of_solutions(materials)
    for cell in materials.cells:
        for number, text in script.outside_regions(cell) if cell.kind == "markdown" else ():
            for line in sorted(secrets):
                if line in text:
                    yield f"{shown(materials.script, number)}: this text holds a solution's line, {line!r}; reword it"


def lines_of_solutions(materials: Materials) -> set[str]:
    """Each line of code that students are to write, but for those that tell nothing."""
    cells = script.marked(materials.cells, "exercise").values()
    hidden = {line.strip() for cell in cells for line in script.inside_regions(cell)}
    return {line for line in hidden if len(line) >= TRIVIAL and not line.startswith("#")}


def _released_files(root: Path, homework: str) -> list[Path]:
    folders = (checkout.released(root, homework), checkout.library(root))
    return [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"
    ]


def _text(path: Path) -> str:
    """The file as text, with what JSON escapes put back."""
    text = path.read_bytes().decode("utf-8", "replace")
    return text.replace('\\"', '"').replace("\\\\", "\\") if path.suffix in {".ipynb", ".json"} else text


def _solution_lines(root: Path, homework: str) -> dict[str, str]:
    """Lines that stand in a solution region and nowhere else in the source."""
    source = checkout.script(root, homework).read_text(encoding="utf-8")
    regions = re.findall(rf"{BEGIN}(.*?){END}", source, re.DOTALL)
    elsewhere = re.sub(rf"{BEGIN}.*?{END}", "", source, flags=re.DOTALL)
    lines = {line.strip().removeprefix("# ").strip() for region in regions for line in region.splitlines()}
    return {line: "a solution" for line in lines if len(line) >= TRIVIAL and line not in elsewhere}


def _hidden_lines(suite: Suite) -> dict[str, str]:
    lines = {}
    for path in (*suite.test_files, *sorted(suite.folder.glob("evaluators/*.py"))):
        for line in path.read_text(encoding="utf-8").splitlines():
            if len(line.strip()) >= IDIOM and not line.lstrip().startswith(("from ", "import ", '"""')):
                lines[line.strip()] = f"the hidden {path.name}"
    return lines
