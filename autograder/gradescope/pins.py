"""The versions that Gradescope's container gets: of all that grading needs, and of all that this needs in its turn.

The container is Linux on x86_64 whatever the zip is built on, so a library that is needed there alone and is not
installed here has its version from constraints.txt.
"""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from autograder.errors import AutograderError

_NOT_NEEDED = {"jupyter", "nbgrader", "jupytext"}  # they build notebooks and gradebooks; nothing here does
_CONTAINER = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"}
_ON_A_GPU = re.compile(r"\bplatform_system\b|\bsys_platform\b")  # torch's build for the CPU asks for none of these


class PinError(AutograderError):
    """A version is known neither from this machine nor from constraints.txt; one sentence."""


def requirements(root: Path) -> list[str]:
    """`name==version`, with the marker if the project has one for it, a line each; nothing else is to be installed."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = map(Requirement, [*project["project"]["dependencies"], *project["build-system"]["requires"]])
    direct = [each for each in wanted if canonicalize_name(each.name) not in _NOT_NEEDED]
    markers = {canonicalize_name(each.name): each.marker for each in direct}
    constraints = _constraints(root / "constraints.txt")
    found: dict[NormalizedName, str] = {}
    waiting = list(direct)
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if name not in found:
            found[name] = _version(name, constraints)
        waiting += [more for more in _needs(name, each.extras) if canonicalize_name(more.name) not in found]
    return [f"{name}=={found[name]}{_suffix(markers.get(name))}" for name in sorted(found)]


def _suffix(marker: Marker | None) -> str:
    return f"; {marker}" if marker else ""


def _version(name: NormalizedName, constraints: dict[NormalizedName, str]) -> str:
    try:
        return importlib.metadata.version(name).partition("+")[0]  # a local build's tag is nowhere to be found
    except importlib.metadata.PackageNotFoundError:
        if name in constraints:
            return constraints[name]
    raise PinError(
        f"Gradescope's container needs {name}, which is not installed here and has no line in constraints.txt; give it"
        " one, or build the zip on Linux"
    )


def _needs(name: str, extras: set[str]) -> Iterator[Requirement]:
    """What this library asks for in the container."""
    try:
        lines = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:  # it is not installed here
        return
    for each in map(Requirement, lines):
        if name == "torch" and each.marker and _ON_A_GPU.search(str(each.marker)):
            continue
        if each.marker is None or any(each.marker.evaluate({**_CONTAINER, "extra": extra}) for extra in ("", *extras)):
            yield each


def _constraints(path: Path) -> dict[NormalizedName, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name): version.strip() for name, version in pins}
