"""What students get is built from the source alone, with nbgrader's own steps, and holds no answers."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring import release

HOMEWORK = "hw4_contrastive"
SOURCE = '''# %% [markdown]
# # A homework

# %%
import math

# %% exercise="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    secret = x + x
    return secret
    ### END SOLUTION

# %% check="double" points=3
assert double(2) == 4

# %% [markdown] written="why" points=2
# ### BEGIN SOLUTION
# Because twice is two times.
# ### END SOLUTION
'''


@pytest.fixture
def source(tmp_path):
    """source(text) -> a root whose homework hw_small has this source."""

    def write(text: str = SOURCE) -> Path:
        path = tmp_path / "solutions" / "hw_small" / "hw_small.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.11"\n')
        return tmp_path

    return write


def cells(content: bytes) -> list[dict]:
    return json.loads(content)["cells"]


def built(root: Path, folder: str) -> bytes:
    return release.build("hw_small", root)[Path(folder) / "hw_small" / "hw_small.ipynb"]


def test_two_builds_are_the_same_to_the_byte(source):
    root = source()
    assert release.build("hw_small", root) == release.build("hw_small", root)


def test_the_student_gets_stubs_and_no_answers(source):
    content = built(source(), "assignments")
    text = "".join("".join(cell["source"]) for cell in cells(content))
    assert "# YOUR CODE HERE\n    raise NotImplementedError" in text
    assert "YOUR ANSWER HERE" in text
    assert b"secret" not in content
    assert b"two times" not in content
    assert b"BEGIN SOLUTION" not in content


def test_the_metadata_is_valid_for_nbgrader(source):
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    for folder in ("assignments", "solutions"):
        notebook = nbformat.reads(built(source(), folder).decode(), as_version=4)
        MetadataValidator().validate_nb(notebook)
        kinds = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in notebook.cells if cell.metadata}
        assert marks(kinds["double"]) == (False, True, False, None)
        assert marks(kinds["check_double"]) == (True, False, True, 3)
        assert marks(kinds["why"]) == (True, True, False, 2)


def marks(nbgrader: dict) -> tuple:
    """grade, solution, locked, points"""
    return nbgrader["grade"], nbgrader["solution"], nbgrader["locked"], nbgrader.get("points")


def test_only_nbgraders_metadata_is_in_the_cells_and_no_outputs(source):
    for folder in ("assignments", "solutions"):
        content = json.loads(built(source(), folder))
        assert content["metadata"]["built_from"] == "solutions/hw_small/hw_small.py; edit that, not this"
        for cell in content["cells"]:
            assert set(cell["metadata"]) <= {"nbgrader", "editable", "deletable"}
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None


def test_ids_are_shared_and_survive_an_inserted_cell(source):
    student, solution = (cells(built(source(), folder)) for folder in ("assignments", "solutions"))
    assert [cell["id"] for cell in student] == [cell["id"] for cell in solution]
    longer = cells(built(source("# %%\nfirst = 1\n\n" + SOURCE), "solutions"))
    assert [cell["id"] for cell in longer[1:]] == [cell["id"] for cell in solution]


def test_check_writes_nothing_and_names_what_differs(source):
    root = source()
    paths = release.release("hw_small", root, check=True)
    assert len(paths) == 3
    assert not (root / "assignments").exists()
    assert release.release("hw_small", root) == paths
    assert release.release("hw_small", root, check=True) == []


DOCSTRING, BEGIN = '    """Twice x."""\n', "    ### BEGIN SOLUTION\n"
REGION = BEGIN + "    secret = x + x\n    return secret\n    ### END SOLUTION\n"
HALF_A_STATEMENT = BEGIN + "    if x:\n        secret = x\n    ### END SOLUTION\n    else:\n        secret = 0\n"
SAME_NAME = '# %% exercise="double"\ndef double(x):\n' + REGION


@pytest.mark.parametrize(
    ("old", "new", "reason", "line"),
    [
        ("    ### END SOLUTION\n\n# %% check", "\n# %% check", "never closed", 10),
        ("    secret = x + x\n", "    ### BEGIN SOLUTION\n", "opens inside the one of line 10", 11),
        ("    ### BEGIN SOLUTION\n    secret", "    secret", "never opened", 12),
        ("# ### END SOLUTION\n", "", "never closed", 19),
        ("    ### BEGIN", "    ## BEGIN", "misspelt", 10),
        ("    ### END SOLUTION", "    ### End solution", "misspelt", 13),
        ("    ### BEGIN SOLUTION\n    secret = x", "    secret = x  ### BEGIN SOLUTION\n    + x", "misspelt", 10),
        (REGION, "    return 0\n### BEGIN SOLUTION\ny = 1\n### END SOLUTION\n", "at top level", 11),
        (REGION, REGION.replace("    ###", "###"), "at top level", 10),
        ("def double(x):", "class double:", "at top level", 10),
        (DOCSTRING + BEGIN, BEGIN + DOCSTRING, "above a docstring", 9),
        (REGION, REGION.replace("    ### END", "def more(x):\n    return 1\n    ### END"), "at top level", 10),
        (REGION, "    if x:\n" + REGION.replace("    ", "        ") + "    else 0\n", "not valid Python", 15),
        (REGION, REGION.replace("    secret", "    try:\n        pass\n    secret", 1), "not valid Python", 13),
        (REGION, HALF_A_STATEMENT, "without its solution regions", 7),
        (REGION, "    return 2 * x\n", "no solution region", 7),
        ("import math", "def triple(x):\n" + REGION, "without exercise", 4),
        ("def double(x):", "def twice(x):", "no definition of 'double'", 7),
        ('check="double"', 'check="triple"', "no exercise of that name", 15),
        ("points=3", "", "no points", 15),
        ("points=3", 'points="three"', "no points", 15),
        ("points=2", "points=0", "no points", 18),
        ('written="why"', 'written="double"', "stands in line 7 already", 18),
        ("# %%\nimport math", SAME_NAME, "stands in line 4 already", 12),
        ('exercise="double"', 'exercise="do uble"', "no name", 7),
        ('exercise="double"', 'exercize="double"', "without exercise", 7),
        ('check="double"', 'cheque="double"', "has one of exercise", 15),
        ('check="double"', 'check="double" written="double"', "no solution region", 15),
        ("# %% check", "# %% [markdown] check", "belongs on a code cell", 15),
        ("# %% [markdown]\n# # A", "# # A", "above the first cell", 1),
        ("# %%\nimport", "#%%\nimport", "make 5 cells", 1),
    ],
)  # fmt: skip
def test_a_broken_source_is_refused_with_its_file_and_line(source, old, new, reason, line):
    text = SOURCE.replace(old, new, 1)
    assert text != SOURCE
    with pytest.raises(release.ReleaseError, match=reason) as caught:
        release.build("hw_small", source(text))
    assert str(caught.value).startswith(f"solutions/hw_small/hw_small.py:{line}: ")
    assert "\n" not in str(caught.value)


def test_a_class_may_hold_a_region_in_each_method(source):
    methods = "".join(
        f'    def {name}(self):\n        """Say it."""\n' + REGION.replace("    ", "        ") for name in ("a", "b")
    )
    text = SOURCE.replace('def double(x):\n    """Twice x."""\n' + REGION, "class double:\n" + methods)
    content = built(source(text), "assignments")
    assert content.count(b"        raise NotImplementedError") == 2
    assert content.count(b"Say it.") == 2
    assert b"secret" not in content


def test_a_homework_without_a_source_is_refused_by_name(source):
    with pytest.raises(release.ReleaseError, match="the homeworks are hw_small"):
        release.build("hw_other", source())


def solution_lines(text: str) -> set[str]:
    """Lines of the regions, without the short ones and those that stand outside a region too."""
    region = re.compile(r"### BEGIN SOLUTION(.*?)### END SOLUTION", re.DOTALL)
    inside = {line.strip().removeprefix("# ") for found in region.findall(text) for line in found.splitlines()}
    outside = region.sub("", text)
    return {line for line in inside if len(line) > 12 and line not in outside}


def test_no_line_of_a_solution_is_in_the_real_students_notebook(root):
    lines = solution_lines((root / "solutions" / HOMEWORK / f"{HOMEWORK}.py").read_text(encoding="utf-8"))
    assert len(lines) > 20
    student = release.build(HOMEWORK, root)[Path("assignments") / HOMEWORK / f"{HOMEWORK}.ipynb"]
    text = "\n".join("".join(cell["source"]) for cell in cells(student))
    assert not [line for line in lines if line in text]


@pytest.fixture
def course(root, tmp_path):
    """A course folder as an instructor has it: the shipped configuration, the source and what is built from it."""
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    for folder in ("solutions", "assignments"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    release.release(HOMEWORK, tmp_path)
    return tmp_path


def run(course: Path, *command: str) -> subprocess.CompletedProcess:
    """A module's command line in the course's folder; nbgrader needs this environment's alembic on PATH."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "RUN": "quick"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=course, env=environment, capture_output=True, text=True, timeout=300
    )


def test_nbgraders_own_release_is_the_same_as_ours(course):
    done = run(course, "nbgrader", "generate_assignment", HOMEWORK)
    assert done.returncode == 0, done.stderr
    theirs = course / "release" / HOMEWORK
    ours = course / "assignments" / HOMEWORK / f"{HOMEWORK}.ipynb"
    their_cells = cells((theirs / f"{HOMEWORK}.ipynb").read_bytes())
    for their_cell, our_cell in zip(their_cells, cells(ours.read_bytes()), strict=True):
        assert their_cell["source"] == our_cell["source"]
        assert their_cell["metadata"] == our_cell["metadata"]
    assert not list(theirs.rglob("*.py"))


def stop_before_training(path: Path) -> None:
    """Leave out the last part, which `make notebooks` runs."""
    notebook = json.loads(path.read_text())
    headings = ["".join(cell["source"]).partition("\n")[0] for cell in notebook["cells"]]
    notebook["cells"] = notebook["cells"][: headings.index("# Part 5: Training on pictures")]
    assert sum("check(" in "".join(cell["source"]) for cell in notebook["cells"]) == 14
    path.write_text(json.dumps(notebook))


@pytest.mark.proof
def test_nbgrader_validates_the_solution_and_not_the_stub(course):
    for folder in ("solutions", "assignments"):
        stop_before_training(course / folder / HOMEWORK / f"{HOMEWORK}.ipynb")
    solution = run(course, "nbgrader", "validate", f"solutions/{HOMEWORK}/{HOMEWORK}.ipynb")
    assert "Success" in solution.stdout, solution.stdout + solution.stderr
    stub = run(course, "nbgrader", "validate", f"assignments/{HOMEWORK}/{HOMEWORK}.ipynb")
    assert "VALIDATION FAILED" in stub.stdout, stub.stdout + stub.stderr


def test_nbstripout_finds_nothing_to_strip(course):
    paths = [f"{folder}/{HOMEWORK}/{HOMEWORK}.ipynb" for folder in ("solutions", "assignments")]
    done = run(course, "nbstripout", "--verify", "--keep-id", *paths)
    assert done.returncode == 0, done.stdout + done.stderr
