"""A full disk is told in a sentence, costs nothing that was stored, and with more room the same command goes on."""

import json
import sqlite3

import pytest

from autograder.results.store import Results

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"
ADD_UNTIL_FULL = """
import os, sys
from pathlib import Path
from autograder.records import Report, Score, Verdict
from autograder.results.store import Results, ResultsError
folder, stored = Path(sys.argv[1]), []
with Results(folder, create=True) as results:
    run = results.begin("hw")
    try:
        for number in range(100):
            saw = os.urandom(int(sys.argv[2])).hex()  # else it would be small when it is packed
            scores = (Score("first", "test_a", "It works.", Verdict.PASSED, 3, 3, saw=saw),)
            results.add(run, str(number), Report(str(number), "hw", "", scores), bytes(int(sys.argv[3])))
            stored.append(str(number))
    except ResultsError as error:
        print(error)
    assert sorted(stored) == [report.student for report in results.reports(run)]
    assert all(results.evidence(name) for name in stored)
    assert results.evidence(str(len(stored))) is None
with Results(folder) as results:
    assert sorted(stored) == [report.student for report in results.reports(run)]
print(len(stored))
"""


@pytest.mark.parametrize(("words", "evidence"), [(9000, 10), (10, 20_000), (10, 10)])
def test_what_was_stored_stays_wherever_the_disk_is_full(in_mounts, tmp_path, words, evidence):
    script = 'mount -t tmpfs -o size=128k tmpfs "$OUT"; python -c "$PROGRAM" "$OUT" $WORDS $EVIDENCE'
    done = in_mounts(script, OUT=tmp_path, PROGRAM=ADD_UNTIL_FULL, WORDS=words, EVIDENCE=evidence)
    sentence, count = done.stdout.splitlines()
    assert not done.stderr
    assert sentence.startswith("a result could not be stored in ")
    assert "full" in sentence
    assert 0 < int(count) < 100


GRADE_ON_A_DISK_THAT_GROWS = """
mount -t tmpfs -o size=180k tmpfs "$OUT"
for size in 180k 300k 20m; do
    mount -o remount,size=$size "$OUT"
    python -m autograder grade "$SUBMITTED" --homework hw4_contrastive --out "$OUT" --workers 1 >/dev/null
    echo "status $?"
    cp "$OUT/results.sqlite" "$KEPT/$size.sqlite"
done
cp -r "$OUT" "$KEPT/whole"
"""


def test_grading_goes_on_when_there_is_more_room(in_mounts, root, tmp_path):
    """First the disk is too small for the second student, then for the pages, then large enough."""
    submitted, out, kept = (tmp_path / name for name in ("submitted", "out", "kept"))
    for folder in (submitted, out, kept):
        folder.mkdir()
    solution = (root / "solutions" / HW / f"{HW}.ipynb").read_text()
    for student in ("ada", "bob", "eve"):
        (submitted / f"{student}.ipynb").write_text(json.dumps(json.loads(solution) | {"student": student}))
    done = in_mounts(GRADE_ON_A_DISK_THAT_GROWS, SUBMITTED=submitted, OUT=out, KEPT=kept)
    assert done.stdout.splitlines() == ["status 2", "status 2", "status 0"], done.stderr
    storing, pages = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert "a result could not be stored" in storing
    assert "free some space" in storing
    assert "the pages cannot be written" in pages
    assert "free some space" in pages
    contents = [reports_of(kept / f"{size}.sqlite") for size in ("180k", "300k", "20m")]
    assert 0 < len(contents[0]) < 3
    assert contents[0].items() <= contents[1].items() <= contents[2].items()
    with Results(kept / "whole") as results:
        assert [report.student for report in results.reports()] == ["ada", "bob", "eve"]
    assert len(list((kept / "whole" / HW / "feedback").glob("*.html"))) == 3


def reports_of(path):
    database = sqlite3.connect(path)
    found = {row[:2]: row[2:] for row in database.execute("SELECT run, student, key, points, content FROM report")}
    database.close()
    return found
