"""Axes: docs and code name the same; a hole, an unknown axis and a reason that is no longer true are told."""

import re

import pytest

from autograder import suite as suites
from autograder.authoring.materials import Materials
from autograder.authoring.rules import axes
from autograder.suite.sources import SuiteError
from autograder.suites.axes import AXES

TESTS = '''"""Hidden tests."""

from autograder.suites.assertions import points

UNASKED = {unasked}


@points(2, asks={asks})
def test_one(observed):
    """It holds."""
'''


@pytest.fixture
def asked(tmp_path, root):
    """A suite of one exercise whose file of tests says what it is given."""

    def make(unasked, asks):
        folder = tmp_path / "autograder" / "suites" / "hw9_axes"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(
            "from autograder.records import Exercise\nTITLE = 'x'\nEXERCISES = (Exercise('thing', section='1.1'),)\n"
        )
        (folder / "test_thing.py").write_text(TESTS.format(unasked=unasked, asks=asks))
        return Materials("hw9_axes", tmp_path)

    return make


def test_the_docs_tell_the_axes_of_the_code(root):
    table = (root / "docs" / "CONTRACTS.md").read_text().partition("## Axes")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)
    assert {name: says.replace("`", "") for name, says in rows} == AXES


def test_every_axis_is_asked_or_has_its_reason(asked):
    reasons = {axis: "no" for axis in AXES if axis not in ("one", "ties")}
    assert list(axes.find(asked(reasons, ("one", "ties")))) == []


def test_a_hole_is_named_and_shown(asked):
    materials = asked({axis: "no" for axis in AXES if axis not in ("one", "ties")}, ("one",))
    (sentence,) = axes.find(materials)
    assert "no test asks for ties;" in sentence
    header, row = axes.matrix(materials)
    assert dict(zip(header.split(), row.split()[1:], strict=True)) == {
        **dict.fromkeys(AXES, "·"),
        "one": "1",
        "ties": "!",
    }


def test_an_axis_that_there_is_not_is_named(asked):
    sentences = list(axes.find(asked(dict.fromkeys(AXES, "no") | {"tie": "no"}, ("size",))))
    assert [sentence.split("'")[1] for sentence in sentences] == ["size", "tie"]


def test_a_reason_that_is_untrue_is_named(asked):
    (sentence,) = axes.find(asked(dict.fromkeys(AXES, "no"), ("ties",)))
    assert "'ties'" in sentence
    assert "which a test asks" in sentence


def test_reasons_that_cannot_be_read_are_an_error_in_words(asked):
    with pytest.raises(SuiteError, match="UNASKED must be written out"):
        list(axes.find(asked("dict.fromkeys(['one'])", ("one",))))


@pytest.mark.parametrize("homework", suites.homeworks())
def test_no_homework_has_a_hole(homework, root):
    assert list(axes.find(Materials(homework, root))) == []
