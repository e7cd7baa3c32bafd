"""What a student downloads: the given library and one homework, in a zip that is the same for the same content."""

from pathlib import Path

from autograder import checkout
from autograder.authoring.release import ReleaseError
from homework.submission.packing import to_zip


def write(homework: str, root: Path, folder: Path) -> Path:
    """Write FOLDER/HOMEWORK.zip; its path."""
    path = folder / f"{homework}.zip"
    content = build(homework, root)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def build(homework: str, root: Path) -> bytes:
    """All of `files` as a zip."""
    return to_zip({name: path.read_bytes() for name, path in files(homework, root).items()})


def files(homework: str, root: Path) -> dict[str, Path]:
    """`homework/`, all of it, and `HOMEWORK/`: its notebook, what is handed in, its checks' answers and its figures."""
    own, library = checkout.released(root, homework), checkout.library(root)
    needed = [place(root, homework) for place in (checkout.stub, checkout.hand_in, checkout.public_answers)]
    missing = [path.relative_to(root).as_posix() for path in needed if not path.is_file()]
    if missing:
        raise ReleaseError(
            f"{homework}: {' and '.join(missing)} missing; run `autograder release {homework}` and"
            f" `autograder record {homework}` first"
        )
    paths = [*needed, *_files_below(own / "figures"), *_files_below(library)]
    return {path.relative_to(library.parent).as_posix(): path for path in paths}


def _files_below(folder: Path) -> list[Path]:
    """All files but those that running or looking at the folder leaves behind."""
    return [path for path in folder.rglob("*") if path.is_file() and not _is_left_behind(path.relative_to(folder))]


def _is_left_behind(path: Path) -> bool:
    return "__pycache__" in path.parts or any(part.startswith(".") for part in path.parts)
