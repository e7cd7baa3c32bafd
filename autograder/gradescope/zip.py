"""Builds the zip to upload: scripts, our package with one suite, the given library, the versions that are here, and
what the finished container is tried on.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder import checkout
from autograder.gradescope.pins import requirements
from autograder.submissions.intake import FOLDER
from autograder.suite import PROOF, Suite
from autograder.suite.trained import trained
from homework.submission.packing import to_zip

SETTINGS, TRIAL = "settings.json", "trial"
SCRIPTS = ("setup.sh", "run_autograder")
PROJECT = ("pyproject.toml", "README.md", "LICENSE", "NOTICE.md")  # without what it names the package cannot be built
_NO_PARTS = {"__pycache__", SETTINGS, "authoring"}


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
    files[".python-version"] = f"{sys.version_info.major}.{sys.version_info.minor}\n".encode()  # as uv reads it
    return to_zip(files | _trial(chosen, root))


def _trial(chosen: Suite, root: Path) -> dict[str, bytes]:
    """What setup.sh grades and removes: the released stub, and a right answer with the artefacts of right trainings."""
    right = [known.files for known in trained(chosen) if not known.fails]
    artefacts = {name: content for files in reversed(right) for name, content in files.items()}  # the first of each
    return {
        f"{TRIAL}/stub/{chosen.homework}.ipynb": checkout.stub(root, chosen.homework).read_bytes(),
        f"{TRIAL}/right/{chosen.homework}.ipynb": checkout.solution(root, chosen.homework).read_bytes(),
        **{f"{TRIAL}/right/{FOLDER}/{name}": content for name, content in artefacts.items()},
    }


def _sources(chosen: Suite, root: Path) -> Iterator[Path]:
    yield from (root / name for name in PROJECT)
    for folder in (root / "autograder", checkout.library(root)):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not _NO_PARTS & set(parts) and not _is_of_another(parts, chosen):
                yield path


def _is_of_another(parts: tuple[str, ...], chosen: Suite) -> bool:
    """Whether a file belongs to the suite of another homework, or to what only proves this one."""
    if parts[0] != "suites" or len(parts) < 3:
        return False
    return not chosen.has_part(Path(*parts[1:])) or bool(PROOF & set(parts[2:]))
