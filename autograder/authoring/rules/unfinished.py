"""What `autograder new` has left to be written."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder import checkout
from autograder.authoring.materials import Materials
from autograder.checkout import shown

SIGN = "TODO"


def find(materials: Materials) -> Iterator[str]:
    """One sentence for each file with something still to be written, at its first place."""
    checks = checkout.public_checks(materials.root, materials.homework)
    for path in (materials.script, *sorted(materials.suite.rglob("*.py")), *sorted(checks.glob("*.py"))):
        lines = _lines(path)
        if lines:
            more = f", and {len(lines) - 1} more in this file" if len(lines) > 1 else ""
            number, line = lines[0]
            text = re.split(r'["|*]', line.partition(SIGN)[2].lstrip(": "), maxsplit=1)[0].strip(" .:;,")
            yield f"{shown(path, number)}: still to be written{more}: {text}"
    readme = checkout.readme(materials.root)
    for number, line in _lines(readme):
        if f"[{materials.homework}]" in line:
            yield f"README.md:{number}: still to be written, in the row of {materials.homework}"


def _lines(path: Path) -> list[tuple[int, str]]:
    rows = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if path.exists() else ()
    return [(number, line) for number, line in rows if SIGN in line]
