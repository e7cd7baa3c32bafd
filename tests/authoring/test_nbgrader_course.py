"""`release --nbgrader`: what nbgrader makes of the folder starts where nothing of this checkout is."""

import json
import os
import site
import subprocess
import sys

import pytest
from click.testing import CliRunner

from autograder.authoring import nbgrader_course
from autograder.authoring.release import ReleaseError
from autograder.cli import main

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"
START = """
import json
for cell in json.load(open("hw4_contrastive.ipynb"))["cells"]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "code":
        try:
            exec(source, globals())
        except Exception as error:
            print("the first check says:", error)
            break
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The course, after our command and nbgrader's."""
    course = tmp_path_factory.mktemp("nbgrader") / "course"
    told = CliRunner().invoke(main, ["release", HW, "--nbgrader", str(course)])
    assert told.exit_code == 0, told.output
    assert str(course / "solutions" / HW) in told.output
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])  # it starts alembic by name
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", HW]
    done = subprocess.run(command, cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return course


def test_what_students_get_starts(released):
    places = site.getsitepackages()  # -S: no .pth file of an editable installation is read
    script = f"import sys; sys.path[:0] = {places!r}\n{START}"
    command = [sys.executable, "-I", "-S", "-c", script]
    environment = {**os.environ, "RUN": "dry", "MPLBACKEND": "Agg"}
    folder = released / "release" / HW
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert "cosine_similarity_matrix is not written yet" in done.stdout, done.stderr


def test_students_get_figures_and_public_answers_and_no_solution(released, root):
    folder = released / "release" / HW
    assert {path.name for path in folder.iterdir()} == {"homework", "figures", HW, f"{HW}.ipynb"}
    assert {path.name for path in (folder / HW).iterdir()} == {"checks.json", "hand_in.json"}
    ours = json.loads((root / "assignments" / HW / f"{HW}.ipynb").read_text())["cells"]
    theirs = json.loads((folder / f"{HW}.ipynb").read_text())["cells"]
    assert ["".join(cell["source"]) for cell in theirs] == ["".join(cell["source"]) for cell in ours]


def test_a_second_time_keeps_the_courses_own_configuration_and_nothing_stale(root, tmp_path):
    nbgrader_course.lay_out(HW, root, tmp_path)
    (tmp_path / "nbgrader_config.py").write_text("# the course's own\n")
    stale = tmp_path / "solutions" / HW / "homework" / "gone.py"
    stale.touch()
    assert nbgrader_course.lay_out(HW, root, tmp_path) == [tmp_path / "solutions" / HW]
    assert (tmp_path / "nbgrader_config.py").read_text() == "# the course's own\n"
    assert not stale.exists()


@pytest.mark.parametrize("ignored", ['[".ipynb_checkpoints", "*.py"]', "['*.py', '*.pyc']"])
def test_a_configuration_that_keeps_the_library_back_is_refused(root, tmp_path, ignored):
    (tmp_path / "nbgrader_config.py").write_text(f"c.CourseDirectory.ignore = {ignored}\n")
    with pytest.raises(ReleaseError, match=r"keeps \*.py from students"):
        nbgrader_course.lay_out(HW, root, tmp_path)


def test_the_repository_is_no_course(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    with pytest.raises(ReleaseError, match="is this repository"):
        nbgrader_course.lay_out(HW, root, tmp_path / "link")
