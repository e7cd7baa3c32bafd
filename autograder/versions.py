"""What decides a score, as hashes and versions: of two grades made by the same, one may stand for the other."""

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from autograder.suite import Suite

PACKAGE = Path(__file__).parent
# Rooms whose code cannot move a score: they prove, keep, show and hand over. A suite has a hash of its own.
_NO_PART = {"suites", "authoring", "results", "report", "exports", "gradescope", "commands", "cli.py", "__main__.py",
            "harmless.py", "roster"}  # fmt: skip
LIBRARIES = {  # what a student's code may import, and where it comes from; told to students at hand-in
    "torch": "torch", "numpy": "numpy", "torchvision": "torchvision", "scipy": "scipy", "pandas": "pandas",
    "einops": "einops", "sklearn": "scikit-learn", "skimage": "scikit-image", "matplotlib": "matplotlib",
    "PIL": "pillow", "tqdm": "tqdm", "safetensors": "safetensors", "IPython": "ipython",
}  # fmt: skip
_NAMED = ("torch", "numpy")  # for themselves
DECIDING = ("suite", "autograder", "python", "torch", "numpy", "libraries")  # of what `made_by` tells


def made_by(chosen: Suite) -> dict[str, str]:
    """What decides the scores of a submission to this homework here and today."""
    return {
        "suite": chosen.digest,
        "autograder": code_digest(),
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES.values() if name not in _NAMED),
    }


def key_of(made: Mapping[str, str]) -> str:
    """Under which a report is stored and found again: the submission's own hash, and one of all that decides."""
    decided = json.dumps([made.get(part, "") for part in DECIDING])
    return f"{made['source']}/{hashlib.sha256(decided.encode()).hexdigest()}"


@cache
def code_digest() -> str:
    """A hash of the grader's code that can move a score, and of the given library with its weights."""
    import homework

    library = Path(homework.__file__).parent
    digest = hashlib.sha256()
    for path in (*_deciding(PACKAGE), *_library_files(library)):
        folder = PACKAGE if PACKAGE in path.parents else library
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _deciding(folder: Path) -> Iterable[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if path.relative_to(folder).parts[0] not in _NO_PART]


def _library_files(folder: Path) -> Iterable[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]


def version(name: str) -> str:
    """The version of a distribution that is installed here, or "not installed"."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
