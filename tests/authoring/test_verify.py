"""Every homework is proved on every change, and the proof itself notices what it is there to notice."""

import pytest

from autograder import suite
from autograder.authoring import leaks, verify


@pytest.mark.proof
@pytest.mark.parametrize("homework", suite.homeworks())
def test_a_homework_keeps_all_its_promises(root, homework):
    finding = verify.verify(homework, root)
    assert finding.broken == ()
    assert finding.tried["mistakes"] >= 10
    assert finding.tried["variants"] >= 5


@pytest.fixture
def checkout(root, tmp_path):
    """A copy of what find_leaks looks at."""
    import shutil

    for folder in ("assignments", "solutions"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_nothing_leaks(checkout):
    assert list(leaks.find_leaks(suite.load("hw4_contrastive"), checkout)) == []


@pytest.mark.parametrize(
    "place", ["hw4_contrastive/hw4_contrastive.ipynb", "hw4_contrastive/notes.txt", "homework/extra.py"]
)
def test_a_line_of_a_solution_or_hidden_test_is_found(root, checkout, place):
    chosen = suite.load("hw4_contrastive")
    secret = max(leaks._solution_lines(root, chosen.homework), key=len)
    path = checkout / "assignments" / place
    path.write_text((path.read_text() if path.exists() else "") + "\n" + secret)
    assert any(secret in sentence for sentence in leaks.find_leaks(chosen, checkout))
