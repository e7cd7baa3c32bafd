"""Where things lie in a checkout of this repository; no other module spells these paths."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SUITES = Path(__file__).parent / "suites"
SHARED = SUITES / "shared"  # exercises of several homeworks, and what the probes of all are made of


def library(root: Path) -> Path:
    """The given library, which students get beside every homework."""
    return root / "assignments" / "homework"


def script(root: Path, homework: str) -> Path:
    """The percent script that both notebooks are built from."""
    return root / "solutions" / homework / f"{homework}.py"


def solution(root: Path, homework: str) -> Path:
    """The solution's notebook."""
    return root / "solutions" / homework / f"{homework}.ipynb"


def released(root: Path, homework: str) -> Path:
    """The folder of what students get of a homework."""
    return root / "assignments" / homework


def stub(root: Path, homework: str) -> Path:
    """The notebook with stubs, as students get it."""
    return released(root, homework) / f"{homework}.ipynb"


def public_answers(root: Path, homework: str) -> Path:
    """What the public checks compare with."""
    return released(root, homework) / "checks.json"


def readme(root: Path) -> Path:
    """Whose table gives the points of every homework."""
    return root / "README.md"


def suites(root: Path) -> Path:
    """The folder of all hidden suites."""
    return root / "autograder" / "suites"


def suite(root: Path, homework: str) -> Path:
    """The folder of a homework's hidden suite."""
    return suites(root) / homework


def public_checks(root: Path, homework: str) -> Path:
    """The folder of what students run under each exercise."""
    return library(root) / "checks" / homework


def hand_in(root: Path, homework: str) -> Path:
    """What the homework asks for beside the exercises, as its last cell reads it."""
    return released(root, homework) / "hand_in.json"


def shown(path: Path, line: int | None = None) -> str:
    """A path for a message: from the checkout's own folders on, and with the line if there is one."""
    backwards = path.parts[::-1]
    tops = [backwards.index(top) for top in ("solutions", "assignments", "autograder", "tests") if top in backwards]
    place = "/".join(path.parts[-1 - min(tops) :]) if tops else path.name
    return f"{place}:{line}" if line else place
