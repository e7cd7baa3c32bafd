"""Where an exercise is still named, for a person to read."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder import checkout
from autograder.authoring.materials import Materials
from autograder.checkout import shown

SHOWN = 8


def describe_left(materials: Materials, exercise: str) -> list[str]:
    """What is left to be done by hand after a change of all its places."""
    left = list(_mentions(materials, exercise))
    again = " && ".join(f"autograder {command} {materials.homework}" for command in ("release", "record", "verify"))
    lines = [f"still names {exercise}: {place}: {line}" for place, line in left[:SHOWN]]
    lines += [f"and {len(left) - SHOWN} more places"] if len(left) > SHOWN else []
    return [*lines, f"next: {'read these places; ' if left else ''}{again}"]


def _mentions(materials: Materials, exercise: str) -> Iterator[tuple[str, str]]:
    """(place, line) of each mention as code: called, quoted, an attribute, or a word that no text has by chance."""
    name = re.escape(exercise)
    code = rf"\b{name}\b" if "_" in exercise else rf"\b{name}\(|[\"'`.]{name}\b"
    for path in _files(materials):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(code, line):
                yield shown(path, number), line.strip()


def _files(materials: Materials) -> list[Path]:
    folders = [materials.suite, checkout.public_checks(materials.root, materials.homework), materials.root / "tests"]
    own = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [path for path in (materials.script, *own) if path.exists()]
