"""Builds the zip to upload: scripts, our package with one suite, the given library, and the versions that are here."""

import importlib.metadata
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.suite import PROOF, Suite
from homework.submission.packing import to_zip

SETTINGS = "settings.json"
SCRIPTS = ("setup.sh", "run_autograder")
_NOT_NEEDED = {"jupyter", "nbgrader", "jupytext"}  # they build notebooks and gradebooks; nothing here does
_NO_PARTS = {"__pycache__", SETTINGS, "demo.py"}


def write(chosen: Suite, root: Path, folder: Path, show: str, sandbox: str) -> Path:
    """Write FOLDER/HOMEWORK_gradescope.zip; its path. show: as in `exports.gradescope`; sandbox: "best" or "weak"."""
    path = folder / f"{chosen.homework}_gradescope.zip"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build(chosen, root, show, sandbox))
    return path


def build(chosen: Suite, root: Path, show: str, sandbox: str) -> bytes:
    """The zip's bytes, the same for the same content and versions."""
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in _sources(chosen, root)}
    files |= {name: (Path(__file__).parent / name).read_bytes() for name in SCRIPTS}
    settings = {"homework": chosen.homework, "show": show, "sandbox": sandbox}
    files[f"autograder/gradescope/{SETTINGS}"] = json.dumps(settings).encode()
    files["requirements.txt"] = "".join(f"{line}\n" for line in requirements(root)).encode()
    return to_zip(files)


def requirements(root: Path) -> list[str]:
    """What grading needs, at the versions that grade here."""
    wanted = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    names = [re.match(r"[\w.-]+", line)[0] for line in wanted]
    return [f"{name}=={_version(name)}" for name in names if name not in _NOT_NEEDED]


def _version(name: str) -> str:
    return importlib.metadata.version(name).partition("+")[0]  # a local build's tag is nowhere to be found


def _sources(chosen: Suite, root: Path) -> Iterator[Path]:
    yield root / "pyproject.toml"
    yield root / "README.md"
    for folder in (root / "autograder", root / "assignments" / "homework"):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not _NO_PARTS & set(parts) and not _is_of_another(parts, chosen):
                yield path


def _is_of_another(parts: tuple[str, ...], chosen: Suite) -> bool:
    """Whether a file belongs to the suite of another homework, or to what only proves this one."""
    if parts[0] != "suites" or len(parts) < 3:
        return False
    return parts[1] != chosen.homework or bool(PROOF & set(parts[2:]))
