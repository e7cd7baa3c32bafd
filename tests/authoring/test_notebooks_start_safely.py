"""A data set that cannot be had costs its own section alone; what the long trainings cost fits a Colab GPU."""

import re

import pytest

from autograder import checkout
from autograder.authoring import script
from homework.notebook.needs import Needs
from homework.notebook.statements import find_statements

LOADS = re.compile(r"\bload_(speech|emoji|fashion_mnist|cifar10|digits)\b")
HW5 = "hw5_sequences_and_language"


def cells_of(homework):
    return [cell for cell in script.read(checkout.script(checkout.ROOT, homework)) if cell.kind == "code"]


@pytest.mark.parametrize(
    ("result", "sets"),
    [
        ("recordings", {"speech"}),
        ("row_history", {"fashion_mnist"}),
        ("clip_history", {"emoji"}),
        ("descriptor_history", set()),
    ],
)
def test_a_training_needs_its_own_data_alone(result, sets):
    found = [(statement, cell.line) for cell in cells_of(HW5) for statement in find_statements(cell.source)]
    statements = [statement for statement, _ in found]
    (index,) = (number for number, statement in enumerate(statements) if result in statement.names.binds)
    needed = Needs(statements, [line for _, line in found], {result: [index]}).of(result)
    assert {name for number in needed for name in LOADS.findall(statements[number].source)} == sets


def test_what_is_only_written_needs_no_data():
    part_4 = next(cell.line for cell in script.read(checkout.script(checkout.ROOT, HW5)) if "# Part 4: " in cell.text)
    assert not [cell.line for cell in cells_of(HW5) if cell.line < part_4 and LOADS.search(cell.source)]


@pytest.mark.parametrize("homework", sorted(path.name for path in (checkout.ROOT / "solutions").iterdir()))
def test_a_homework_fits_a_t4_by_the_table(homework):
    lines = (checkout.ROOT / "docs" / "TRAINING.md").read_text().splitlines()
    columns = next(line for line in lines if line.startswith("| homework |")).split("|")
    total = next(line for line in lines if line.startswith(f"| **{homework}** |")).split("|")
    row = {name.strip(): value.strip() for name, value in zip(columns, total, strict=True)}
    amount, unit = row["T4"].split()
    assert float(amount) * {"s": 1 / 60, "min": 1, "h": 60}[unit] <= 60
    assert float(row["GB at most"]) <= 12
