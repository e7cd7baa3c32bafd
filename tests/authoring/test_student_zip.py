"""What students download works by itself and holds nothing else; the set-up cell finds it on any machine."""

import functools
import io
import json
import os
import site
import subprocess
import sys
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner

from autograder.authoring import links, release, student_zip
from autograder.cli import main

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"


@pytest.fixture(scope="module")
def packed(root) -> bytes:
    return student_zip.build(HW, root)


@pytest.fixture
def unpacked(packed, tmp_path) -> Path:
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def run_apart(script: str, folder: Path, *paths: Path) -> subprocess.CompletedProcess:
    """The script in a fresh python that sees the installed packages and these paths, but nothing of the checkout."""
    places = [*map(str, paths), *site.getsitepackages()]
    start = f"import sys; sys.path[:0] = {places!r}\n"  # -S: no .pth file of an editable installation is read
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + script], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_two_builds_are_the_same_to_the_byte(packed, root):
    assert student_zip.build(HW, root) == packed


def test_the_zip_holds_the_library_and_one_homework_and_nothing_else(packed, root):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        contents = [archive.read(name) for name in names]
    own = {name for name in names if name.startswith(f"{HW}/")}
    assert {name for name in names if not name.startswith("homework/")} == own
    assert {name for name in own if not name.startswith(f"{HW}/figures/")} == {
        f"{HW}/{part}" for part in (f"{HW}.ipynb", "hand_in.json", "checks.json")
    }
    library = {
        path.relative_to(root / "assignments").as_posix() for path in (root / "assignments").glob("homework/**/*.py")
    }
    assert library <= set(names)
    assert not [name for name in names if "__pycache__" in name or "/." in name]
    secrets = [path for path in (root / "autograder" / "suites" / HW).rglob("*") if path.is_file()]
    secrets += list((root / "solutions").rglob("*.py")) + list((root / "solutions").rglob("*.ipynb"))
    hidden = {path.read_bytes() for path in secrets if path.suffix != ".pyc" and path.stat().st_size > 0}
    assert len(hidden) > 30
    assert not hidden & set(contents)
    assert not [name for name, content in zip(names, contents, strict=True) if b"BEGIN SOLUTION" in content]


def test_what_lies_about_is_not_packed(root, tmp_path, packed):
    for name, content in unzip(packed).items():
        path = tmp_path / "assignments" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in (f"{HW}/{HW}.zip", f"{HW}/artefacts/a.safetensors", f"{HW}/{HW}.py", "homework/__pycache__/a.pyc",
                 "homework/.ipynb_checkpoints/a.py", "homework/.DS_Store", "hw9/checks.json"):  # fmt: skip
        path = tmp_path / "assignments" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left behind")
    assert student_zip.build(HW, tmp_path) == packed


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_checks_work_from_the_unpacked_zip_alone(unpacked):
    script = f"""
import homework
from homework import checks
assert homework.__file__.startswith({str(unpacked)!r}), homework.__file__
def mutual_information_bound(loss, num_candidates):
    import math
    return math.log(num_candidates) - loss
checks.of({HW!r})(mutual_information_bound)
"""
    done = run_apart(script, unpacked, unpacked)
    assert done.returncode == 0, done.stderr
    assert "✓" in done.stdout


def test_the_command_writes_the_zip_and_check_refuses_it(tmp_path, packed):
    done = CliRunner().invoke(main, ["release", HW, "--zips", str(tmp_path / "zips")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "zips" / f"{HW}.zip").read_bytes() == packed
    refused = CliRunner().invoke(main, ["release", HW, "--check", "--zips", str(tmp_path)])
    assert refused.exit_code == 2


def test_a_homework_without_recorded_answers_is_refused(tmp_path):
    with pytest.raises(release.ReleaseError, match=r"checks\.json missing; run .*`autograder record hw_small` first"):
        student_zip.build("hw_small", tmp_path)


# The set-up cell


def setup_cells(notebook: bytes) -> list[str]:
    """The text of the set-up and its code."""
    sources = ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]
    place = next((number for number, source in enumerate(sources) if source.startswith("## Set-up")), None)
    return [] if place is None else sources[place : place + 2]


def test_the_set_up_is_the_same_in_all_homeworks(root):
    own = {
        name: setup_cells((root / "assignments" / name / f"{name}.ipynb").read_bytes())
        for name in release.homeworks(root)
    }
    assert all(cells == own[HW] for cells in own.values()), [name for name in own if own[name] != own[HW]]


COLAB = """
import sys, types
google, colab, files = (types.ModuleType(name) for name in ("google", "google.colab", "google.colab.files"))
google.colab, colab.files = colab, files
files.upload = lambda: {uploads}
sys.modules |= {{"google": google, "google.colab": colab, "google.colab.files": files}}
"""
FOUND = "\nimport homework\nprint('library:', homework.__file__)\nprint('device:', DEVICE)"


@pytest.fixture(scope="module")
def setup(root) -> str:
    """The set-up's code as students get it."""
    return setup_cells((root / "assignments" / HW / f"{HW}.ipynb").read_bytes())[1]


@pytest.fixture
def repository(packed, tmp_path) -> str:
    """The address of a students' repository on this disk, laid out as GitHub does it."""
    path = tmp_path / "github" / "archive" / "refs" / "heads" / "main.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in unzip(packed).items():
            archive.writestr(f"students-main/{name}", content)
    return (tmp_path / "github").as_uri()


@pytest.fixture
def content(tmp_path) -> Path:
    """An empty current folder, as /content on Colab."""
    (tmp_path / "content").mkdir()
    return tmp_path / "content"


def on_colab(setup: str, address: str, uploads: str = "{}") -> str:
    own = next(line for line in setup.splitlines() if line.startswith("STUDENTS = "))
    return COLAB.format(uploads=uploads) + setup.replace(own, f"STUDENTS = {address!r}") + FOUND


def test_on_colab_the_library_is_fetched(setup, repository, content):
    done = run_apart(on_colab(setup, repository), content)
    assert f"library: {content / 'students-main' / 'homework'}" in done.stdout, done.stderr
    assert "device: cpu" in done.stdout


def test_on_colab_without_the_repository_the_zip_is_asked_for(setup, unpacked, packed, content):
    (content.parent / "hw.zip").write_bytes(packed)
    uploads = f"{{'hw.zip': open({str(content.parent / 'hw.zip')!r}, 'rb').read()}}"
    done = run_apart(on_colab(setup, "file:///nowhere", uploads), content)
    assert "choose the homework's zip" in done.stdout, done.stderr
    assert f"library: {content / 'homework'}" in done.stdout


@pytest.mark.parametrize("uploads", ["{}", "{'essay.txt': b'My dog ate it'}"])
def test_without_repository_and_zip_one_sentence_says_what_is_missing(setup, content, uploads):
    done = run_apart(on_colab(setup, "file:///nowhere", uploads), content)
    assert done.stderr.rstrip().endswith("unpack the homework's zip again, all of it.")


@pytest.fixture
def served(repository):
    """The students' repository over HTTP, as Colab gets it."""
    place = unquote(urlsplit(repository).path)
    handler = functools.partial(QuietHandler, directory=place)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_on_colab_one_session_goes_from_the_set_up_to_the_zip(setup, served, content, root):
    notebook = root / "solutions" / HW / f"{HW}.ipynb"
    (content.parent / "solved.ipynb").write_bytes(notebook.read_bytes())
    saved = f"""
import json
message = types.ModuleType("google.colab._message")
notebook = json.load(open({str(content.parent / "solved.ipynb")!r}))
message.blocking_request = lambda name, request, timeout_sec: {{"ipynb": notebook}}
files.download = lambda path: print("to the browser:", path)
google.colab._message = sys.modules["google.colab._message"] = message
from homework.submission import hand_in
hand_in({HW!r})
"""
    done = run_apart(on_colab(setup, served) + saved, content)
    assert f"to the browser: {content / HW}.zip" in done.stdout, done.stderr
    with zipfile.ZipFile(content / f"{HW}.zip") as archive:
        assert archive.read(f"{HW}.ipynb")
    assert "✗" not in done.stdout


@pytest.mark.parametrize("place", [".", HW, f"{HW}/deeper"])
def test_on_ones_own_machine_the_library_is_found(setup, unpacked, place):
    (unpacked / place).mkdir(exist_ok=True)
    done = run_apart(setup + FOUND, unpacked / place)
    assert f"library: {unpacked / 'homework'}" in done.stdout, done.stderr
    assert "Running" in done.stdout


# The badge


def test_the_links_are_those_of_pyproject(root):
    import tomllib

    address = tomllib.loads((root / "pyproject.toml").read_text())["project"]["urls"]["Students"]
    text = release.build(HW, root)[Path("assignments") / HW / f"{HW}.ipynb"].decode()
    place = address.removeprefix("https://github.com/")
    assert f"https://colab.research.google.com/github/{place}/blob/main/{HW}/{HW}.ipynb" in text
    assert f'STUDENTS = \\"{address}\\"' in text
    assert "{{" not in "".join(setup_cells(text.encode()))


def test_a_notebook_that_asks_for_no_link_needs_no_address(tmp_path):
    import nbformat

    plain = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title")])
    assert links.fill(plain, HW, tmp_path)
    assert plain.cells[0].source == "# Title"
    asking = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(links.BADGE)])
    assert not links.fill(asking, HW, tmp_path)
