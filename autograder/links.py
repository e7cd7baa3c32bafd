"""Where students find the homework on the web; it stands once, in pyproject.toml, and is put into the notebooks."""

import tomllib
from pathlib import Path

BADGE, REPOSITORY = "{{ colab_badge }}", "{{ students_repository }}"


def fill(notebook, homework: str, root: Path) -> bool:
    """Put the Colab badge and the repository's address where cells ask for them; False if there is no address."""
    asking = [cell for cell in notebook.cells if BADGE in cell.source or REPOSITORY in cell.source]
    repository = _students_repository(root) if asking else ""
    for cell in asking:
        cell.source = cell.source.replace(BADGE, _badge(homework, repository)).replace(REPOSITORY, repository)
    return bool(repository) or not asking


def _students_repository(root: Path) -> str:
    """The address in pyproject.toml's [project.urls], "" if there is none."""
    path = root / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"] if path.exists() else {}
    return project.get("urls", {}).get("Students", "").rstrip("/")


def _badge(homework: str, repository: str) -> str:
    place = repository.removeprefix("https://github.com/")
    notebook = f"https://colab.research.google.com/github/{place}/blob/main/{homework}/{homework}.ipynb"
    return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({notebook})"
