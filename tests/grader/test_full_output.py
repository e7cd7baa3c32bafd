"""Output that cannot be written is told in a sentence, by whatever command: exit status 2, and no traceback."""

import subprocess
import sys

import pytest

from autograder.cli import main
from autograder.records import Report, Score, Verdict
from autograder.results.store import Results

HW = "hw4_contrastive"


@pytest.fixture
def results(tmp_path):
    with Results(tmp_path / "results", create=True) as store:
        for points in (3, 0):
            run = store.begin(HW)
            scores = (Score("info_nce", "test_a", "It works.", Verdict.PASSED, points, 3),)
            store.add(run, f"ada{points}", Report("ada", HW, "ada.ipynb", scores, made_by={"source": "x"}))
            store.finish(run)
    return tmp_path / "results"


def run(shell, *arguments, **places):
    command = f'"$0" -m autograder "$@" {shell}'
    return subprocess.run(["sh", "-c", command, sys.executable, *arguments], capture_output=True, text=True, **places)


COMMANDS = {
    "help": ["--help"],
    "grade's help": ["grade", "--help"],
    "csv": ["export", "results", "--to", "csv"],
    "csv for Excel": ["export", "results", "--to", "csv", "--excel"],
    "canvas": ["export", "results", "--to", "canvas", "--gradebook", "book.csv", "--column", "HW 4"],
    "diff": ["diff", "results"],
    "report": ["report", "results"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_output_is_one_sentence(results, name):
    book = "Student,ID,SIS User ID,SIS Login ID,Section,HW 4 (7)\n    Points Possible,,,,,3\nada,1,1,ada,1,\n"
    (results.parent / "book.csv").write_text(book)
    done = run(">/dev/full", *COMMANDS[name], cwd=results.parent)
    assert done.returncode == 2, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert line == (
        "Error: the output cannot be written (No space left on device); free some space or write it elsewhere, and run"
        " it again"
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_where_errors_cannot_be_written_either_the_status_tells(results):
    done = run(">/dev/full 2>/dev/full", "diff", "results", cwd=results.parent)
    assert done.returncode == 2


def test_a_closed_output_is_told_too(results):
    done = run(">&-", "export", "results", "--to", "csv", cwd=results.parent)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_reads_the_first_lines_alone_hears_of_no_error(results):
    done = run("| true", "export", "results", "--to", "csv", cwd=results.parent)
    assert (done.returncode, done.stderr) == (0, "no policy: nothing is late\n")


def test_an_error_that_is_no_outputs_stays_a_bug(monkeypatch):
    monkeypatch.setattr(main, "invoke", lambda context: (_ for _ in ()).throw(OSError(13, "no")))
    with pytest.raises(OSError, match="no"):
        main(["diff", "results"])
