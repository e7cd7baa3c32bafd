"""The same hours everywhere: the notebook's table says what each part takes, and all else agrees with it."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from autograder.authoring import script
from autograder.authoring.materials import Materials
from autograder.authoring.rules.points import parts_table, readme_cell
from autograder.checkout import shown

PARTS_OF_ONE = {"¼": Fraction(1, 4), "½": Fraction(1, 2), "¾": Fraction(3, 4)}
_HOURS = re.compile(r"(\d*)([¼½¾]?) hours?\b")
_SAID = re.compile(r"^\*[^*]*\*", re.MULTILINE)
_MINUTES = re.compile(r"\b(\d+) minutes\b")


def find(materials: Materials) -> Iterator[str]:
    """One sentence for each place with other hours than the rows of the notebook's table, which are the truth."""
    total, core = None, Fraction(0)
    for row in parts_table(materials):
        hours, place = read(row.cell("time")), shown(materials.script, row.line)
        if hours is None:
            yield f"{place}: this row gives no hours; write them as in “1½ hours”"
            return
        if not row.part:
            total = (place, hours)
        else:
            core += hours if total is None else 0  # what stands below the sum is extra credit
            if (minutes := _minutes(materials, row.part)) > 60 * hours:
                told = f"gives part {row.part} {show(hours)} hours, its exercises say {minutes} minutes"
                yield f"{place}: {told}; change one of them"
    if total:
        yield from _sums(materials, *total, _rounded(core))


def _sums(materials: Materials, place: str, has: Fraction, wants: Fraction) -> Iterator[str]:
    if has != wants:
        yield f"{place}: gives {show(has)} hours in all, its rows make {show(wants)}; change one of them"
    readme = readme_cell(materials, "hours")
    if readme and readme[1] != show(wants):
        yield f"README.md:{readme[0]}: gives {materials.homework} “{readme[1]}” hours; write “{show(wants)}”"


def read(text: str) -> Fraction | None:
    """ "1½ hours, and the training" is 3/2; None where there are no hours."""
    match = _HOURS.search(text)
    if not match or not any(match.groups()):
        return None
    whole, part = match.groups()
    return int(whole or 0) + PARTS_OF_ONE.get(part, Fraction(0))


def show(hours: Fraction) -> str:
    whole, rest = divmod(hours, 1)
    part = next((sign for sign, value in PARTS_OF_ONE.items() if value == rest), "")
    return f"{whole or ''}{part}" or "0"


def _rounded(hours: Fraction) -> Fraction:
    """Up to the next half."""
    return Fraction(math.ceil(2 * hours), 2)


def _minutes(materials: Materials, part: str) -> int:
    """What the exercises of a part say of themselves, in a line such as “*Easy, 15 minutes.*”."""
    minutes, section = 0, ""
    for cell in materials.cells:
        section = next(reversed(script.headings([cell])), section)
        if cell.kind == "markdown" and section.startswith(f"{part}."):
            minutes += sum(map(int, _MINUTES.findall("".join(_SAID.findall(cell.text)))))
    return minutes
