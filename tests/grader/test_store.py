"""The store gives back what went in, refuses a second grader, survives what it is handed, and can always be read."""

import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder.records import Report, Score, Verdict
from autograder.results import counting, report_json
from autograder.results.choice import find_pair
from autograder.results.policy import Policy
from autograder.results.store import Results, ResultsError


@pytest.fixture
def report():
    scores = (
        Score("first", "test_a", "It works.", Verdict.PASSED, 3, 3, seconds=0.25),
        Score(
            "second",
            "test_b",
            "It holds.",
            Verdict.WRONG,
            0,
            4,
            "saw",
            "think?",
            "read",
            "swapped",
            "says",
            0.5,
            ("first",),
            observed="5f1c",
        ),
    )
    return Report(
        'Ada, "the first"\n',
        "hw",
        "ada.ipynb",
        scores,
        ("a note",),
        "",
        {"sandbox": "B"},
        (("x = 1", "cell 2"),),
        "2026-11-21T01:00:00+00:00",
    )


def test_a_report_comes_back_as_it_went_in(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        results.add(results.begin("hw"), "key", report)
        assert results.find("key") == report
        assert results.find("other") is None
    with Results(tmp_path) as results:
        assert results.reports() == [report]


def test_the_evidence_of_a_key_is_kept_once_and_survives_reuse(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        run = results.begin("hw")
        results.add(run, "key", report, b"first")
        results.finish(run)
        results.add(results.begin("hw"), "key", report)  # nothing was graded anew
        assert results.evidence("key") == b"first"
        results.add(run, "key", report, b"second")
        assert results.evidence("key") == b"second"
        assert results.evidence("other") is None
        assert results.newest_runs() == {"hw": 1}  # the second one was cut short


def test_a_student_has_one_report_a_run(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        run = results.begin("hw")
        results.add(run, "key", report)
        results.add(run, "key", report)
        assert results.reports(run) == [report]


def size_of(folder):
    return (folder / "results.sqlite").stat().st_size


def test_a_run_that_grades_nothing_anew_hardly_grows_the_store(tmp_path, report):
    reports = [replace(report, student=str(number), statements=((f"{number} " * 9000, ""),)) for number in range(50)]
    sizes = []
    for _ in range(3):
        with Results(tmp_path, create=True) as results, results.together():
            run = results.begin("hw")
            for each in reports:
                results.add(run, each.student, each)
            results.finish(run)
        sizes.append(size_of(tmp_path))
    assert sizes[2] - sizes[1] < 50 * 400
    assert sizes[0] < 50 * 9000  # a fifth, or less, of the words
    with Results(tmp_path) as results:
        assert all(sorted(results.reports(run), key=lambda each: int(each.student)) == reports for run in (1, 2, 3))


def test_what_is_replaced_leaves_nothing_behind(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        first, second = (replace(report, notes=(word,)) for word in ("first", "second"))
        run = results.begin("hw")
        results.add(run, "key", first)
        results.add(run, "key", second)
        results.add(run, "key", replace(second, student="eve"))
        results.finish(run)
        results.add(results.begin("hw"), "key", second)
        assert results.reports(run)[0] == second
    with contextlib.closing(sqlite3.connect(tmp_path / "results.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM text").fetchone() == (2,)


def test_a_run_that_was_cut_short_goes_on(tmp_path):
    with Results(tmp_path, create=True) as results:
        first = results.begin("hw")
    with Results(tmp_path, create=True) as results:
        assert results.begin("hw") == first
        results.finish(first)
        assert results.begin("hw") != first


def test_a_run_that_was_cut_short_is_read_only_where_there_is_no_other(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        assert results.newest() is None
        first = results.begin("hw")
        results.add(first, "key", report)
        assert (results.newest(), len(results.reports())) == (first, 1)
        results.finish(first)
        cut_short = results.begin("hw")
        assert (results.newest(), results.newest("hw"), results.newest("other")) == (first, first, None)
        assert results.reports() == [report]
        results.finish(cut_short)
        assert (results.newest("hw"), results.reports()) == (cut_short, [])


def test_runs_can_be_named_in_pairs(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        for homework in ("hw", "other", "hw"):
            run = results.begin(homework)
            results.add(run, "key", replace(report, homework=homework))
            results.finish(run)
        assert [(run.number, run.homework, run.finished, run.students) for run in results.runs()] == [
            (1, "hw", True, 1),
            (2, "other", True, 1),
            (3, "hw", True, 1),
        ]
        assert [run.number for run in find_pair(results, (), "hw")] == [1, 3]
        assert [run.number for run in find_pair(results, (3, 1), None)] == [3, 1]
        for numbers in ((1,), (1, 9), (1, 2, 3)):
            with pytest.raises(ResultsError, match="name two of these numbers: 1, 2, 3"):
                find_pair(results, numbers, None)


def test_the_best_attempt_is_the_one_with_most_points_and_of_equals_the_newest(tmp_path, report):
    poor = replace(report, scores=report.scores[1:])
    with Results(tmp_path, create=True) as results:
        for attempt in (replace(report, origin="first"), replace(report, origin="second"), poor):
            run = results.begin("hw")
            results.add(run, "key", attempt)
            results.finish(run)
        assert results.reports() == [poor]
        for run in (None, 1):
            assert [best.report.origin for best in counting.grades(Policy(), results, best=True, run=run)] == ["second"]


def test_two_graders_on_one_store_are_refused(tmp_path):
    with Results(tmp_path, create=True), pytest.raises(ResultsError, match="another grader"):
        Results(tmp_path, create=True)
    with Results(tmp_path, create=True) as results:  # the lock is gone with its holder
        assert results.runs() == []


def test_a_file_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "results.sqlite").write_text(
        "not a database, but long enough to look like something else entirely" * 50
    )
    with pytest.raises(ResultsError, match="not a results store"):
        Results(tmp_path, create=True)


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(ResultsError, match="autograder grade"):
        Results(tmp_path)
    (tmp_path / "results.sqlite").touch()
    with pytest.raises(ResultsError, match="autograder grade"):
        Results(tmp_path)


def test_a_report_in_which_the_grader_failed_is_not_used_again(tmp_path, report):
    failed = replace(report, scores=(replace(report.scores[0], verdict=Verdict.GRADER_ERROR, points=0),))
    with Results(tmp_path, create=True) as results:
        results.add(results.begin("hw"), "key", failed)
        assert results.find("key") is None


def test_what_is_stored_together_is_stored_as_a_whole(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        run = results.begin("hw")
        with contextlib.suppress(KeyboardInterrupt), results.together():
            results.add(run, "key", report, b"evidence")
            raise KeyboardInterrupt
        assert results.reports(run) == []
        assert results.evidence("key") is None
        with results.together():
            for student in ("ada", "bob"):
                results.add(run, "key", replace(report, student=student))
        assert [each.student for each in results.reports(run)] == ["ada", "bob"]


def test_a_report_knows_the_key_it_was_found_under(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        results.add(results.begin("hw"), "key", report)
        assert {results.find("key").key, results.reports()[0].key, results.attempts(1)[0][0].key} == {"key"}


def test_what_another_version_knew_more_or_less_of_a_report_is_no_obstacle(report):
    told = json.loads(report_json.write(report))
    told |= {"mood": "cheerful"}
    del told["submitted"], told["scores"][0]["seconds"], told["scores"][1]["followed_through"]
    told["scores"][0] |= {"colour": "green"}
    told["scores"][1]["verdict"] = "TOO_CLEVER"
    first, second = report.scores
    scores = (replace(first, seconds=0.0), replace(second, followed_through=(), verdict=Verdict.GRADER_ERROR))
    assert report_json.read(json.dumps(told)) == replace(report, submitted="", scores=scores)


def test_text_that_is_no_unicode_comes_back_as_it_went_in(tmp_path, report):
    odd = replace(report, notes=("\udc80",))
    with Results(tmp_path, create=True) as results:
        results.add(results.begin("hw"), "key", odd)
        assert results.reports() == [odd]


def contents_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_many_read_while_a_grader_writes(tmp_path, report):
    with Results(tmp_path, create=True) as grader, contextlib.ExitStack() as stack:
        run = grader.begin("hw")
        readers = [stack.enter_context(Results(tmp_path)) for _ in range(5)]
        for count in range(1, 4):
            grader.add(run, "key", replace(report, student=str(count)), bytes(100_000))
            assert {len(reader.reports(run)) for reader in readers} == {count}
        with grader.together():
            grader.add(run, "key", replace(report, student="late"), bytes(20_000_000))
            assert {len(reader.reports(run)) for reader in readers} == {3}
        assert {len(reader.reports(run)) for reader in readers} == {4}


def test_a_reader_changes_nothing(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        results.add(results.begin("hw"), "key", report)
    before = contents_of(tmp_path)
    with Results(tmp_path) as results:
        assert results.reports() == [report]
        with pytest.raises(ResultsError, match="readonly"):
            results.finish(1)
        assert contents_of(tmp_path) == before
    assert contents_of(tmp_path) == before


KILLED_AMID_A_TRANSACTION = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")  # what is changed reaches the file before the end
database.execute("BEGIN IMMEDIATE")
database.execute("UPDATE text SET content = 'half of it'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_a_kill_amid_a_transaction_readers_see_what_was_before_it(tmp_path, report):
    words = random.Random(9).randbytes(9000).hex()
    reports = [replace(report, student=str(number), notes=(words,)) for number in range(9)]
    with Results(tmp_path, create=True) as results, results.together():
        run = results.begin("hw")
        for each in reports:
            results.add(run, "key", each)
    subprocess.run([sys.executable, "-c", KILLED_AMID_A_TRANSACTION, str(tmp_path / "results.sqlite")])
    before = contents_of(tmp_path)
    assert "results.sqlite-journal" in before
    assert b"half of it" in before["results.sqlite"]
    with Results(tmp_path) as results:
        assert results.reports() == reports
    assert contents_of(tmp_path) == before
    with Results(tmp_path, create=True) as results:  # a grader puts the file in order
        assert results.reports() == reports
    assert "results.sqlite-journal" not in contents_of(tmp_path)


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    with Results(tmp_path, create=True):
        pass
    with contextlib.closing(sqlite3.connect(tmp_path / "results.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    before = contents_of(tmp_path)
    for create in (False, True):
        with pytest.raises(ResultsError, match=r"was written by a newer version of the autograder; update it$"):
            Results(tmp_path, create=create)
    assert contents_of(tmp_path) == before


@pytest.mark.parametrize("version", [0, 3])
def test_a_database_that_is_none_of_ours_is_left_alone(tmp_path, version):
    with contextlib.closing(sqlite3.connect(tmp_path / "results.sqlite")) as database:
        database.execute("CREATE TABLE recipes (name)")
        database.execute(f"PRAGMA user_version = {version}")
    for create in (False, True):
        with pytest.raises(ResultsError, match="no results store"):
            Results(tmp_path, create=create)


ON_A_READ_ONLY_PLACE = """
mount --bind "$RESULTS" "$RESULTS" && mount -o remount,bind,ro "$RESULTS" && ! touch "$RESULTS/x" || exit 9
for command in "diff $RESULTS 1 1" "export $RESULTS --to csv" "explain ada $RESULTS" "report $RESULTS"
do python -m autograder $command; echo "status $?"; done
python -m autograder grade "$RESULTS/../submitted" --out "$RESULTS" --homework hw4_contrastive; echo "status $?"
"""


def test_results_on_a_read_only_place_are_read(small_class, in_mounts, tmp_path):
    results = shutil.copytree(small_class / "results", tmp_path / "results")
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "eve.ipynb").write_text("")
    done = in_mounts(ON_A_READ_ONLY_PLACE, RESULTS=results)
    assert [line for line in done.stdout.splitlines() if line.startswith("status")] == [
        "status 0", "status 0", "status 0", "status 2", "status 2"
    ], done.stderr  # fmt: skip
    assert "no score changed" in done.stdout
    assert "ada,hw4_contrastive,info_nce" in done.stdout
    assert "tests come out the same" in done.stdout
    pages, grading = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert "the pages cannot be written to" in pages
    assert "Read-only file system" in pages
    assert "copy the folder" in pages
    assert "results.sqlite.lock cannot be used (Read-only file system)" in grading
