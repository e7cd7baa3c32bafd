"""The store gives back what went in, refuses a second grader, and survives what it is handed."""

from dataclasses import replace

import pytest

from autograder.records import Report, Score, Verdict
from autograder.results import Results, ResultsError


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
        assert results.newest_runs() == {"hw": 2}


def test_a_student_has_one_report_a_run(tmp_path, report):
    with Results(tmp_path, create=True) as results:
        run = results.begin("hw")
        results.add(run, "key", report)
        results.add(run, "key", report)
        assert results.reports(run) == [report]


def test_a_run_that_was_cut_short_goes_on(tmp_path):
    with Results(tmp_path, create=True) as results:
        first = results.begin("hw")
    with Results(tmp_path, create=True) as results:
        assert results.begin("hw") == first
        results.finish(first)
        assert results.begin("hw") != first


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
        assert [run.number for run in results.pair()] == [1, 3]
        assert [run.number for run in results.pair((3, 2))] == [3, 2]
        for numbers in ((1,), (1, 9), (1, 2, 3)):
            with pytest.raises(ResultsError, match="name two of these numbers: 1, 2, 3"):
                results.pair(numbers)


def test_the_best_attempt_is_the_one_with_most_points_and_of_equals_the_newest(tmp_path, report):
    poor = replace(report, scores=report.scores[1:])
    with Results(tmp_path, create=True) as results:
        for attempt in (replace(report, origin="first"), replace(report, origin="second"), poor):
            run = results.begin("hw")
            results.add(run, "key", attempt)
            results.finish(run)
        assert results.reports() == [poor]
        assert [best.origin for best in results.reports(best=True)] == ["second"]
        assert [best.origin for best in results.reports(1, best=True)] == ["second"]


def test_two_graders_on_one_store_are_refused(tmp_path):
    with Results(tmp_path, create=True), pytest.raises(ResultsError, match="another grader"):
        Results(tmp_path, create=True)


def test_a_file_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "results.sqlite").write_text(
        "not a database, but long enough to look like something else entirely" * 50
    )
    with pytest.raises(ResultsError, match="not a results store"):
        Results(tmp_path, create=True)


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(ResultsError, match="autograder grade"):
        Results(tmp_path)


def test_a_report_in_which_the_grader_failed_is_not_used_again(tmp_path, report):
    failed = replace(report, scores=(replace(report.scores[0], verdict=Verdict.GRADER_ERROR, points=0),))
    with Results(tmp_path, create=True) as results:
        results.add(results.begin("hw"), "key", failed)
        assert results.find("key") is None
