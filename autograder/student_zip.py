"""What a student downloads: the given library and one homework, in a zip that is the same for the same content."""

from pathlib import Path

from autograder.release import ReleaseError
from homework.submission.packing import to_zip


def write(homework: str, root: Path, folder: Path) -> Path:
    """Write FOLDER/HOMEWORK.zip; its path."""
    path = folder / f"{homework}.zip"
    content = build(homework, root)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def build(homework: str, root: Path) -> bytes:
    """`homework/`, all of it, and `HOMEWORK/` with its notebook, its checks' answers and its figures."""
    assignments = root / "assignments"
    own = assignments / homework
    needed = [own / f"{homework}.ipynb", own / "checks.json"]
    missing = [path.relative_to(root).as_posix() for path in needed if not path.is_file()]
    if missing:
        raise ReleaseError(f"{homework}: {' and '.join(missing)} missing; run `autograder record {homework}` first")
    paths = [*needed, *_files_below(own / "figures"), *_files_below(assignments / "homework")]
    return to_zip({path.relative_to(assignments).as_posix(): path.read_bytes() for path in paths})


def _files_below(folder: Path) -> list[Path]:
    """All files but those that running or looking at the folder leaves behind."""
    return [path for path in folder.rglob("*") if path.is_file() and not _is_left_behind(path.relative_to(folder))]


def _is_left_behind(path: Path) -> bool:
    return "__pycache__" in path.parts or any(part.startswith(".") for part in path.parts)
