"""A student's first exercise in a real JupyterLab: a wrong answer turns red with its name, the right one green."""

import importlib.util
import io
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder import suite
from autograder.authoring import bank, student_zip
from autograder.authoring.record import solution_harvest

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(
        not importlib.util.find_spec("jupyterlab"),
        reason="NO JUPYTERLAB: nobody has opened a notebook; install jupyter",
    ),
]
HW, EXERCISE = "hw4_contrastive", "cosine_similarity_matrix"
PATIENCE = 120_000  # milliseconds for any one thing to happen on a busy machine
NOTICED = 10_000  # within these it shows that a cell was asked to run
GREEN, RED = "rgb(10, 138, 96)", "rgb(178, 43, 49)"  # the check's own, and JupyterLab's for bold red
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight are in the page too
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@pytest.fixture(scope="module")
def notebook(root, tmp_path_factory):
    """The address of the released notebook, in what a student has unpacked, in a JupyterLab of its own."""
    place = tmp_path_factory.mktemp("student")
    zipfile.ZipFile(io.BytesIO(student_zip.build(HW, root))).extractall(place / "unpacked")
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={place / 'unpacked'}"]
    command += ["--LabApp.extension_manager=readonly"]
    with subprocess.Popen(command, env=at_home_in(place), stderr=subprocess.PIPE, text=True) as server:
        yield f"{address_told_by(server)}/lab/tree/{HW}/{HW}.ipynb?token={token}"
        server.terminate()
        server.communicate(timeout=PATIENCE / 1000)


def at_home_in(place: Path) -> dict[str, str]:
    """The environment of somebody who has never opened JupyterLab, on a machine without a graphics card."""
    for name, values in SETTINGS.items():
        path = place / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    own = {"HOME": place, "JUPYTERLAB_SETTINGS_DIR": place / "settings", "JUPYTERLAB_WORKSPACES_DIR": place / "spaces"}
    own |= {f"JUPYTER_{name}_DIR": place / name.lower() for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"IPYTHONDIR": place / "ipython", "MPLCONFIGDIR": place / "matplotlib", "CUDA_VISIBLE_DEVICES": ""}
    return {**os.environ, **{name: str(value) for name, value in own.items()}}


def address_told_by(server: subprocess.Popen) -> str:
    """Where the server listens, as it says itself once it does."""
    giving_up = threading.Timer(PATIENCE / 1000, server.kill)
    giving_up.start()
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            giving_up.cancel()
            return found[0]
    raise AssertionError("JupyterLab did not start:\n" + "".join(said))


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def keep_picture(page: Page, name: str) -> None:
    """For people to look at, in the folder $SCREENSHOTS if it is named."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/jupyterlab_{name}.png")


def open_cells(page: Page, address: str, count: int) -> Locator:
    """The notebook's cells, once all of them are there and its kernel waits for work."""
    page.goto(address)
    cells = page.locator(".jp-Notebook .jp-Cell")
    expect(cells).to_have_count(count, timeout=PATIENCE)
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_attached(timeout=PATIENCE)
    return cells


def run(cell: Locator) -> Locator:
    """Run the cell as a student does; what it shows, once it has ended."""
    prompt = cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    for _ in range(PATIENCE // NOTICED):
        cell.locator(".cm-content").click()
        cell.page.keyboard.press("Control+Enter")
        with suppress(AssertionError):  # a page that is still busy with itself has lost the keys
            expect(prompt).not_to_have_text(before, timeout=NOTICED)
            break
    ended = re.compile(rf"^(?!{re.escape(before)})\[\d+\]:$")  # not [*]: still running
    expect(prompt).to_have_text(ended, timeout=PATIENCE)
    return cell.locator(".jp-OutputArea")


def write(cell: Locator, source: str) -> None:
    """Put the source in the place of all that the cell holds."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+A")
    cell.page.keyboard.insert_text(source)


def colors(shown: Locator) -> set[str]:
    """Of all text that is shown."""
    return set(shown.locator("span, div[style]").evaluate_all("all => all.map(each => getComputedStyle(each).color)"))


def test_a_wrong_answer_turns_red_with_its_name_and_the_right_one_green(page, notebook, root):
    released = json.loads((root / "assignments" / HW / f"{HW}.ipynb").read_text())["cells"]
    stub = next(number for number, cell in enumerate(released) if f"def {EXERCISE}(" in "".join(cell["source"]))
    wrong = next(known for known in bank.mistakes(suite.load(HW)) if known.exercise == EXERCISE)
    right = next(source for source, _ in solution_harvest(root, HW).statements if f"def {EXERCISE}(" in source)
    cells = open_cells(page, notebook, len(released))
    for number, cell in enumerate(released[:stub]):
        if cell["cell_type"] == "code":
            run(cells.nth(number))
    answer, check = cells.nth(stub), cells.nth(stub + 1)

    run(answer)
    shown = run(check)
    expect(shown).to_have_text(f"○ {EXERCISE} is not written yet.", timeout=PATIENCE)
    keep_picture(page, "unwritten")

    write(answer, wrong.source)
    run(answer)
    shown = run(check)
    expect(shown).to_contain_text("→", timeout=PATIENCE)
    keep_picture(page, "wrong")
    assert f"→ {wrong.says}" in " ".join(shown.inner_text().split())
    assert RED in colors(shown)
    assert "Traceback" not in shown.inner_text()

    write(answer, right)
    run(answer)
    shown = run(check)
    expect(shown).to_contain_text("✓", timeout=PATIENCE)
    keep_picture(page, "right")
    assert GREEN in colors(shown)
    assert RED not in colors(shown)
