"""Where students find the homework on the web; it stands once, in pyproject.toml, and is put into the notebooks."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.authoring.materials import Materials
    from autograder.authoring.notebook import NotebookNode

PLACEHOLDER = "https://github.com/lecture19-homework/students"  # what this repository is shipped with
BADGE, REPOSITORY = "{{ colab_badge }}", "{{ students_repository }}"


def fill(notebook: "NotebookNode", homework: str, root: Path) -> bool:
    """Put the Colab badge and the repository's address where cells ask for them; False if there is no address."""
    asking = [cell for cell in notebook.cells if BADGE in cell.source or REPOSITORY in cell.source]
    repository = _students_repository(root) if asking else ""
    for cell in asking:
        cell.source = cell.source.replace(BADGE, _badge(homework, repository)).replace(REPOSITORY, repository)
    return bool(repository) or not asking


def find_faults(materials: "Materials") -> Iterator[str]:
    """A sentence if Colab and the notebooks' first cell could not reach the students' repository at its address."""
    address = _students_repository(materials.root)
    if address and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+(?<!\.git)", address):
        yield (
            f"pyproject.toml: Students is {address!r}, which Colab cannot open: it opens public repositories on"
            " github.com alone; write https://github.com/OWNER/NAME, without .git at its end"
        )


def describe_placeholder(root: Path) -> str:
    """A sentence while the students' repository is the one that this course was shipped with, else ""."""
    if _students_repository(root) != PLACEHOLDER:
        return ""
    return (
        f"pyproject.toml: Students is still {PLACEHOLDER}, which is not yours; until you name your own public"
        " repository, the Colab badge and the library's download lead nowhere (the zips work)"
    )


def _students_repository(root: Path) -> str:
    """The address in pyproject.toml's [project.urls], "" if there is none."""
    path = root / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"] if path.exists() else {}
    return project.get("urls", {}).get("Students", "").rstrip("/")


def _badge(homework: str, repository: str) -> str:
    place = repository.removeprefix("https://github.com/")
    notebook = f"https://colab.research.google.com/github/{place}/blob/main/{homework}/{homework}.ipynb"
    return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({notebook})"
