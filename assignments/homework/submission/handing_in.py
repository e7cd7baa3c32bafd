"""The notebook's last cell: one zip, checked as it is before it leaves the machine."""

from pathlib import Path

from homework import colab
from homework.notebook.cells import UnreadableNotebook
from homework.notebook.selection import Selection, select
from homework.submission.artefacts import FOLDER, describe_problem
from homework.submission.checking import exercises_of
from homework.submission.expected import expected_of, homeworks
from homework.submission.finding import NotHandedIn, read_notebook, read_running_notebook, refuse_unsaved
from homework.submission.fresh import check_in_fresh_process
from homework.submission.grader import grader_of
from homework.submission.packing import pack
from homework.submission.portability import list_what_differs
from homework.submission.report import describe, list_cells_to_do


def hand_in(homework: str, notebook: str | Path | None = None, artefacts: str | Path | None = None) -> Path:
    """Pack the notebook and what was trained into HOMEWORK.zip, check the zip, and say what is still to do.

    Args:
        homework: its name, such as "hw4_contrastive".
        notebook: the notebook's file; by default the one that is running.
        artefacts: the folder of trained artefacts; by default `artefacts/` in `colab.folder(homework)`.

    Returns:
        the path of the zip. It holds HOMEWORK.ipynb, manifest.json (sha256 of every file) and, in `artefacts/`, the
        files that the homework asks for. One that is missing, larger than 8 MB or broken is left out and named.

    Raises:
        NotHandedIn: nothing was packed; one sentence that says why.
    """
    if homework not in homeworks():
        raise NotHandedIn(f"There is no homework {homework!r}; the homeworks are {', '.join(homeworks())}.")
    expected, exercises = expected_of(homework), exercises_of(homework)
    content = read_notebook(homework, Path(notebook)) if notebook else read_running_notebook(homework)
    selection = _select(content, exercises)
    cells = selection.cells
    if notebook is None and not colab.is_colab():
        refuse_unsaved(cells, exercises)
    place = _find_place(homework)
    folder = Path(artefacts) if artefacts else place / FOLDER
    problems = {name: describe_problem(folder / name) for name in expected.files}
    path = place / f"{homework}.zip"
    digest = _pack(homework, content, [folder / name for name, problem in problems.items() if not problem], path)
    grader = grader_of(homework)
    foreign = list_what_differs(cells, selection.statements, grader, Path(notebook).parent if notebook else Path())
    todo = [*filter(None, problems.values()), *foreign, *list_cells_to_do(cells, exercises, expected.written)]
    print(describe(path, digest, exercises, check_in_fresh_process(path), todo, grader.describe()))
    colab.download(path)
    return path


def _select(notebook: bytes, exercises: list[str]) -> Selection:
    try:
        selection = select(notebook, exercises)
    except UnreadableNotebook as error:
        raise NotHandedIn(f"Nothing was packed: {error}.") from None
    if not selection.answers and not selection.defines & set(exercises):
        raise NotHandedIn("Nothing was packed: this notebook has none of the homework's exercises; name the right one.")
    return selection


def _find_place(homework: str) -> Path:
    try:
        return colab.folder(homework)
    except OSError as error:  # Google Drive, when its connection was lost
        raise NotHandedIn(
            f"The folder for the zip cannot be reached ({error}); run the set-up cell, then this one again."
        ) from None


def _pack(homework: str, notebook: bytes, artefacts: list[Path], path: Path) -> str:
    try:
        files = {f"{FOLDER}/{file.name}": file.read_bytes() for file in artefacts}
        return pack(homework, {f"{homework}.ipynb": notebook, **files}, path)
    except OSError as error:
        raise NotHandedIn(f"The zip could not be written ({error}); make room on the disk and try again.") from None
