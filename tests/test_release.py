"""What students get is built from the source alone, with nbgrader's own steps, and holds no answers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import release

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
        assert (kinds["double"].solution, kinds["double"].grade) == (True, False)
        assert (kinds["check_double"].grade, kinds["check_double"].locked, kinds["check_double"].points) == (True, True, 3)
        assert (kinds["why"].grade, kinds["why"].solution, kinds["why"].points) == (True, True, 2)


def test_ids_are_shared_and_survive_an_inserted_cell(source):
    student, solution = (cells(built(source(), folder)) for folder in ("assignments", "solutions"))
    assert [cell["id"] for cell in student] == [cell["id"] for cell in solution]
    longer = cells(built(source("# %%\nfirst = 1\n\n" + SOURCE), "solutions"))
    assert [cell["id"] for cell in longer[1:]] == [cell["id"] for cell in solution]


def test_check_writes_nothing_and_names_what_differs(source):
    root = source()
    paths = release.release("hw_small", root, check=True)
    assert len(paths) == 2
    assert not (root / "assignments").exists()
    assert release.release("hw_small", root) == paths
    assert release.release("hw_small", root, check=True) == []


@pytest.mark.parametrize(
    ("change", "reason", "line"),
    [
        (("    ### END SOLUTION\n\n# %% check", "\n# %% check"), "never closed", 10),
        (("    secret = x + x\n", "    ### BEGIN SOLUTION\n"), "opens inside the one of line 10", 11),
        (("    ### BEGIN SOLUTION\n    secret", "    secret"), "never opened", 12),
        (("import math", "### BEGIN SOLUTION\nimport math\n### END SOLUTION"), "at top level", 5),
        (('"""Twice x."""\n    ### BEGIN', '"""Twice x."""\n### BEGIN'), None, None),
        (("exercise=\"double\"", ""), "without exercise", 7),
        (('check="double"', 'check="triple"'), "no exercise of that name", 15),
        (("points=3", ""), "no points", 15),
        (('written="why"', 'written="double"'), "stands in line 7 already", 18),
        (('exercise="double"', 'exercise="do uble"'), "no name", 7),
    ],
)  # fmt: skip
def test_a_broken_source_is_refused_with_its_file_and_line(source, change, reason, line):
    text = SOURCE.replace(*change)
    assert text != SOURCE
    root = source(text)
    if reason is None:
        return
    with pytest.raises(release.ReleaseError, match=reason) as caught:
        release.build("hw_small", root)
    assert f"hw_small.py:{line}:" in str(caught.value)


@pytest.fixture
def course(root, tmp_path):
    """A course folder as an instructor has it: the shipped configuration and the built source."""
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "assignments"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course, env=environment, capture_output=True, text=True, timeout=300
    )


def test_nbgraders_own_release_is_the_same_as_ours(course):
    done = nbgrader(course, "generate_assignment", "hw4_contrastive")
    assert done.returncode == 0, done.stderr
    theirs = course / "release" / "hw4_contrastive"
    ours = course / "assignments" / "hw4_contrastive" / "hw4_contrastive.ipynb"
    for their_cell, our_cell in zip(
        cells((theirs / "hw4_contrastive.ipynb").read_bytes()), cells(ours.read_bytes()), strict=True
    ):
        assert their_cell["source"] == our_cell["source"]
        assert their_cell["metadata"].get("nbgrader") == our_cell["metadata"].get("nbgrader")
    assert not list(theirs.rglob("*.py"))


def test_nbgrader_validates_the_solution_and_not_the_stub(course):
    solution = nbgrader(course, "validate", "solutions/hw4_contrastive/hw4_contrastive.ipynb")
    assert "Success" in solution.stdout + solution.stderr
    stub = nbgrader(course, "validate", "assignments/hw4_contrastive/hw4_contrastive.ipynb")
    assert "is not written yet" in stub.stdout + stub.stderr
