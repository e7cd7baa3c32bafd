"""The papers keep to the code: files they name exist, words and signatures are those of the homeworks."""

import ast
import json
import re

import pytest

from autograder import suite
from autograder.records import Verdict

PLACEHOLDERS = re.compile(r"\b(HW|EX|TOPIC|FILE|FOLDER|NAME)\b|[*<>{}\s]")
TOP = {"assignments", "solutions", "autograder", "data_scripts", "trainings", "benchmarks", "tests", "docs", ".github"}


def papers(root):
    return [root / "README.md", root / "CONTRIBUTING.md", root / "NOTICE.md", *sorted((root / "docs").glob("*.md"))]


def named_files(text):
    """Paths in backticks, as far as they are no commands and hold no placeholder."""
    return {name for name in re.findall(r"`([\w./-]+)`", text) if not PLACEHOLDERS.search(name)}


def test_every_path_in_the_papers_exists(root):
    missing = []
    for paper in papers(root):
        for name in named_files(paper.read_text()):
            first = name.split("/")[0]
            if "/" in name and first in TOP and not (root / name).exists():
                missing.append(f"{paper.name}: {name}")
            elif (
                "/" in name and name.endswith(".py") and first not in TOP and not (root / "autograder" / name).exists()
            ):
                missing.append(f"{paper.name}: autograder/{name}")
    assert missing == []


AT_THE_TOP = ("nbgrader_config.py", "noxfile.py")


def test_every_module_that_is_named_is_there(root):
    files = {path.name for folder in TOP for path in (root / folder).rglob("*.py")} | {
        "nbgrader_config.py",
        "noxfile.py",
    }
    for paper in papers(root):
        named = {name for name in named_files(paper.read_text()) if re.fullmatch(r"\w+\.py", name)}
        assert {name for name in named if not re.search(r"_(EX|EXERCISE|TOPIC)\.py", name)} <= files, paper.name


def test_the_table_of_rooms_names_each_room_once(root):
    text = (root / "docs" / "ARCHITECTURE.md").read_text().split("## The rooms\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", text, re.MULTILINE)
    rooms = [room for _, cell in rows for room in re.findall(r"`(\w+)`", cell)]
    there = {path.stem for path in (root / "autograder").iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert [int(number) for number, _ in rows] == list(range(len(rows)))
    assert sorted(rooms) == sorted(there - {"__init__"})


def signatures(notebook):
    """name -> its parameters, of all functions and classes that students write."""
    found = {}
    cells = json.loads(notebook.read_text())["cells"]
    written = [
        cell for cell in cells if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    ]
    for node in [node for cell in written for node in ast.parse("".join(cell["source"])).body]:
        own = node if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.ClassDef):
            own = next(method for method in node.body if getattr(method, "name", "") == "__init__")
        if own:
            found[node.name] = [argument.arg for argument in own.args.args if argument.arg != "self"]
    return found


@pytest.mark.parametrize("homework", suite.homeworks())
def test_every_contract_is_that_of_the_notebook(root, homework):
    text = (root / "docs" / "CONTRACTS.md").read_text()
    part = text.split(f"## {homework}\n")[1].split("\n## ")[0]
    told = {name: given.split(", ") for name, given in re.findall(r"^\| `(\w+)\(([^`]*)\)`", part, re.MULTILINE)}
    written = signatures(root / "assignments" / homework / f"{homework}.ipynb")
    assert told == {name: written[name] for name in suite.load(homework).written}


def test_the_glossary_has_each_word_once(root):
    words = re.findall(r"^\| ([^|]+) \|", (root / "docs" / "GLOSSARY.md").read_text(), re.MULTILINE)
    words = [word for word in words if word not in ("word", "---")]
    assert len(words) == len(set(words))


def test_every_verdict_is_explained(root):
    glossary = (root / "docs" / "GLOSSARY.md").read_text()
    assert all(verdict in glossary for verdict in Verdict if verdict.name != "SKIPPED")
