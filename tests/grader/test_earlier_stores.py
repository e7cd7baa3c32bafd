"""A store that an earlier version of the grader wrote is read as it is, and graded on, and loses nothing.

`stores/version_4/results.sqlite.xz` was written by the grader of commit 5e61c4d in two runs: ada (all that is written
is right), bob (whose momentum_update raised ValueError in the first run, and swaps the weights in the second), and
eve, whose file is no notebook. `ada.ipynb` is what ada handed in. `stores/version_5` was written by the store of commit
e900b2d, with made reports: a run of hw4_contrastive, one of hw1_diffusion, and one of hw4_contrastive cut short.
`stores/version_6` was written by the store of commit a406088: a policy, a run of hw4_contrastive, one of hw1_diffusion.
"""

import json
import lzma
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import versions
from autograder.authoring.sample_class import answered
from autograder.cli import main
from autograder.results import evidence, schema
from autograder.results.marks import Mark
from autograder.results.store import Results

HW = "hw4_contrastive"
KEPT = Path(__file__).parent / "stores" / "version_4"
SWAPPED = """def momentum_update(encoder_q, encoder_k, m):
    with torch.no_grad():
        for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
            k.copy_((1 - m) * k + m * q)
"""
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (7)
    Points Possible,,,,,114.00
"Lovelace, Ada",1,901,ada,A,
"Babbage, Bob",2,902,bob,A,
"""


@pytest.fixture
def old(tmp_path):
    """A results folder of version 4."""
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "results.sqlite").write_bytes(lzma.decompress((KEPT / "results.sqlite.xz").read_bytes()))
    return folder


@pytest.fixture
def submitted(tmp_path):
    """What the three handed in for the second run, to the byte."""
    folder = tmp_path / "submitted"
    folder.mkdir()
    shutil.copy(KEPT / "ada.ipynb", folder)
    swapped = answered(json.loads((KEPT / "ada.ipynb").read_text()), {"momentum_update": SWAPPED})
    (folder / "bob.ipynb").write_text(json.dumps(swapped))
    (folder / "eve.ipynb").write_text("My notebook is in my other bag.")
    return folder


def dump(path):
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def contents_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def command(*arguments, status=0):
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == status, done.output
    return done.stdout


def assert_nothing_is_lost(original, results):
    """All that version 4's own tables say is what the store of today says."""
    with closing(sqlite3.connect(original)) as database:
        database.row_factory = sqlite3.Row
        runs = database.execute("SELECT * FROM run").fetchall()
        rows = database.execute("SELECT * FROM report ORDER BY run, student").fetchall()
        reports = [report for run in runs for report in results.reports(run["id"])]
        assert [run.started for run in results.runs()][: len(runs)] == [run["started"] for run in runs]
        for row, report in zip(rows, reports, strict=True):
            assert_same_report(row, report)
            scores = database.execute("SELECT * FROM score WHERE report = ? ORDER BY position", (row["id"],)).fetchall()
            for old_score, score in zip(scores, report.scores, strict=True):
                assert_same_score(old_score, score)
        kept = database.execute("SELECT key FROM evidence WHERE length(content) > 0").fetchall()
        assert {key for (key,) in kept} == {report.key for report in reports if evidence.find(results, report)}


def assert_same_report(row, report):
    for name in ("student", "homework", "origin", "problem", "submitted", "key"):
        assert getattr(report, name) == row[name]
    assert report.made_by == json.loads(row["made_by"])
    for name in ("notes", "statements"):
        assert json.dumps(getattr(report, name)) == json.dumps(json.loads(row[name]))


def assert_same_score(row, score):
    names = set(row.keys()) - {"report", "position", "followed_through"}
    assert {name: getattr(score, name) for name in names} == {name: row[name] for name in names}
    assert score.followed_through == tuple(json.loads(row["followed_through"]))


def test_a_reader_finds_everything_and_changes_nothing(old):
    before = contents_of(old)
    with Results(old) as results:
        assert_nothing_is_lost(old / "results.sqlite", results)
        assert contents_of(old) == before
    assert contents_of(old) == before


def test_its_evidence_holds_what_was_observed(old):
    with Results(old) as results:
        ada, bob, eve = (evidence.find(results, report) for report in results.reports(2))
    call = next(call for call in ada.own if call[0] == "momentum_update")
    (name, right) = next(iter(ada.own[call].values.items()))
    wrong = bob.own[call].values[name]
    assert right.shape == wrong.shape
    assert not right.allclose(wrong)
    assert eve is not None


def test_all_commands_that_read_can_read_it(old, tmp_path):
    before = contents_of(old)
    lines = command("diff", old).splitlines()
    assert lines[2:4] == [
        "bob: 98 -> 101 points (another submission)",
        "  momentum_update: 0/8 -> 3/8 (7 tests changed)",
    ]
    told = command("explain", "bob", old, status=1)  # today's suite asks for values that were not kept
    assert told.startswith("bob, hw4_contrastive: 101 / 114 (run 2)")
    assert "autograder  0.1.0  (another autograder today: " in told
    assert "judged again from its kept observations" in told
    table = command("export", old, "--to", "csv").splitlines()
    assert len(table) == 1 + 3 * 99 + 1  # why eve could not be graded
    assert "bob,hw4_contrastive,momentum_update,test_weights_follow_slowly,WRONG,0,2,weights swapped,0.004" in table
    gradebook = tmp_path / "gradebook.csv"
    gradebook.write_text(GRADEBOOK)
    options = ("--gradebook", gradebook, "--column", "Homework 4 (7)")
    filled = command("export", old, "--to", "canvas", *options, status=3)  # eve could not be graded
    assert [line.rsplit(",", 1)[1] for line in filled.splitlines()[-2:]] == ["106.00", "101.00"]
    assert contents_of(old) == before
    command("report", old)
    assert "weights swapped" in (old / HW / "report.html").read_text()
    assert len(list((old / HW / "feedback").glob("*.html"))) == 3
    assert (old / "results.sqlite").read_bytes() == before["results.sqlite"]


def test_grading_goes_on_in_it_and_nothing_old_is_lost(old, submitted):
    original = shutil.copy(old / "results.sqlite", old.parent)
    command("grade", submitted, "--homework", HW, "--out", old, "--only", "ada", "--only", "bob", status=3)
    assert dump(old / "results.sqlite.version-4") == dump(original)
    with Results(old) as results:
        assert [run.students for run in results.runs()] == [3, 3, 3]
        ada, bob, eve = results.reports(3)
        assert_nothing_is_lost(original, results)
        assert eve.made_by == results.reports(2)[2].made_by  # she was not asked for and keeps what she had
        assert evidence.find(results, eve) is not None
    for report in (ada, bob):
        assert report.made_by["autograder"] == versions.code_digest()
    assert "another autograder" in command("diff", old, 1, 3)
    assert "today" not in command("explain", "ada", old)
    command("grade", submitted, "--homework", HW, "--out", old, status=3)
    with Results(old) as results:
        assert [report.scores for report in results.reports(4)[:2]] == [ada.scores, bob.scores]  # by the second, too
        assert results.reports(4)[2].made_by["autograder"] == versions.code_digest()


def test_a_run_that_the_earlier_grader_did_not_finish_goes_on(old):
    with closing(sqlite3.connect(old / "results.sqlite")) as database, database:
        database.execute("UPDATE run SET finished = NULL WHERE id = 2")
    with Results(old, create=True) as results:
        assert results.begin(HW) == 2


def test_what_a_killed_earlier_grader_left_in_its_log_is_read(old, tmp_path):
    killed = tmp_path / "killed"
    with closing(sqlite3.connect(old / "results.sqlite", isolation_level=None)) as database:
        database.execute("UPDATE report SET submitted = 'late' WHERE run = 2")
        shutil.copytree(old, killed, ignore=shutil.ignore_patterns("*-shm"))
    before = contents_of(killed)
    assert "results.sqlite-wal" in before
    for create in (False, True):
        with Results(killed, create=create) as results:
            assert [report.submitted for report in results.reports(2)] == ["late"] * 3
        if not create:
            assert contents_of(killed) == before


KILLED_AMID_MIGRATION = """
import os, signal, sys
from pathlib import Path
from autograder.results import migration
from autograder.results.store import Results
convert, calls = migration._evidence_from_4, []
def convert_and_die(content):
    calls.append(content)
    return convert(content) if len(calls) < 3 else os.kill(os.getpid(), signal.SIGKILL)
migration._evidence_from_4 = convert_and_die
Results(Path(sys.argv[1]), create=True)
"""


def test_a_killed_migration_leaves_the_old_store_and_the_next_one_succeeds(old):
    before, original = dump(old / "results.sqlite"), shutil.copy(old / "results.sqlite", old.parent)
    killed = subprocess.run([sys.executable, "-c", KILLED_AMID_MIGRATION, str(old)], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Results(old) as results:
        assert_nothing_is_lost(original, results)
    assert dump(old / "results.sqlite") == before
    with Results(old, create=True) as results:
        assert_nothing_is_lost(original, results)
    with closing(sqlite3.connect(old / "results.sqlite")) as database:
        assert schema.version_of(database) == schema.VERSION


MIGRATED_ON_A_FULL_DISK = """
mount -t tmpfs -o size=$SIZE tmpfs "$OUT" && cp "$OLD" "$OUT" && cd "$OUT"
python -m autograder grade "$SUBMITTED" --homework hw4_contrastive --out .
cp results.sqlite "$KEPT"
ls
"""


@pytest.mark.parametrize(("size", "is_copied"), [("500k", False), ("800k", True)])
def test_a_disk_that_is_too_full_to_migrate_costs_nothing(old, submitted, in_mounts, tmp_path, size, is_copied):
    """Too small for the copy of the old store, and for what is to become of it."""
    kept = tmp_path / "kept.sqlite"
    (tmp_path / "out").mkdir()
    places = {"OUT": tmp_path / "out", "OLD": old / "results.sqlite", "SUBMITTED": submitted, "KEPT": kept}
    done = in_mounts(MIGRATED_ON_A_FULL_DISK, SIZE=size, **places)
    policy, error = done.stderr.splitlines()
    assert policy == "no policy: nothing is late"
    assert error.startswith("Error: results.sqlite cannot be opened (the disk is full); free some space")
    assert ("results.sqlite.version-4" in done.stdout.split()) == is_copied
    assert dump(kept) == dump(old / "results.sqlite")


def test_it_is_read_on_a_read_only_place(old, in_mounts):
    script = 'mount --bind "$OLD" "$OLD" && mount -o remount,bind,ro "$OLD" && python -m autograder diff "$OLD"'
    done = in_mounts(script, OLD=old)
    assert not done.stderr
    assert "bob: 98 -> 101 points (another submission)" in done.stdout


def unpack(version, folder):
    folder.mkdir()
    content = (KEPT.parent / version / "results.sqlite.xz").read_bytes()
    (folder / "results.sqlite").write_bytes(lzma.decompress(content))
    return folder


@pytest.fixture
def of_version_5(tmp_path):
    return unpack("version_5", tmp_path / "five")


@pytest.fixture
def of_version_6(tmp_path):
    return unpack("version_6", tmp_path / "six")


def test_a_store_of_version_5_is_read_as_it_is(of_version_5):
    before = contents_of(of_version_5)
    assert [line.partition(" UTC, ")[2] for line in command("runs", of_version_5).splitlines()] == [
        "2 students, no policy", "1 student, no policy", "1 student, cut short, no policy"
    ]  # fmt: skip
    table = command("export", of_version_5, "--to", "csv", "--homework", HW)
    assert [line.split(",")[5] for line in table.splitlines()[1:]] == ["10", "7"]
    assert contents_of(of_version_5) == before


def test_a_store_of_version_5_keeps_a_policy_and_loses_nothing(of_version_5, tmp_path):
    original = shutil.copy(of_version_5 / "results.sqlite", tmp_path)
    (tmp_path / "course.toml").write_text(f"penalty = 0.5\n[due]\n{HW} = 2026-11-20T12:00:00Z\n")
    options = ("--to", "csv", "--homework", HW)
    command("export", of_version_5, *options, "--policy", tmp_path / "course.toml")
    assert ",lateness," in command("export", of_version_5, *options)
    assert dump(of_version_5 / "results.sqlite.version-5") == dump(original)
    with closing(sqlite3.connect(original)) as old, closing(sqlite3.connect(of_version_5 / "results.sqlite")) as new:
        for table in ("report", "evidence"):
            rows = [database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for database in (old, new)]
            assert rows[0] == rows[1]
        assert new.execute("SELECT id, homework, started, finished FROM run").fetchall() == (
            old.execute("SELECT * FROM run").fetchall()
        )


def test_a_store_of_version_6_is_read_as_it_is_and_has_no_marks(of_version_6):
    before = contents_of(of_version_6)
    with Results(of_version_6) as results:
        assert results.marks_of(HW) == {}
        assert [report.points for report in results.reports(1)] == [10, 7, 9]
        assert results.evidence("bob/1") == b"\x00evidence bob"
    assert contents_of(of_version_6) == before


def test_a_store_of_version_6_keeps_marks_and_loses_nothing(of_version_6, tmp_path):
    original = shutil.copy(of_version_6 / "results.sqlite", tmp_path)
    with Results(of_version_6, create=True) as results:
        results.keep_marks(HW, [Mark("bob", "info_nce", 9, comment="It was right after all.")])
    with Results(of_version_6) as results:
        assert [mark.points for mark in results.marks_of(HW)["bob"]] == [9]
        assert results.policy()[0] == "course.toml"
        assert [report.points for report in results.reports(1)] == [10, 7, 9]
        assert results.evidence("bob/1") == b"\x00evidence bob"
        assert [run.policy for run in results.runs()] == ["course.toml (1234abcd)", ""]
    assert dump(of_version_6 / "results.sqlite.version-6") == dump(original)


def test_a_store_of_version_6_takes_a_roster_and_loses_nothing(of_version_6, tmp_path):
    """And the roster finds its students by the numbers in their labels, which were all that was kept of them."""
    folder, content = of_version_6, (of_version_6 / "results.sqlite").read_bytes()
    options = ("--to", "csv", "--homework", HW)
    before = command("export", folder, *options)
    assert ",lateness," in before
    assert (folder / "results.sqlite").read_bytes() == content
    (tmp_path / "roster.csv").write_text("id,SIS id,Canvas id\nada,,13\nbob,,\nwei,90301,\n")
    after = command("export", folder, *options, "--roster", tmp_path / "roster.csv")
    assert sorted(line.split(",")[0] for line in after.splitlines()[1:]) == ["ada", "bob", "wei", "wei"]
    original = tmp_path / "original.sqlite"
    original.write_bytes(content)
    assert dump(folder / "results.sqlite.version-6") == dump(original)
    with closing(sqlite3.connect(original)) as old, closing(sqlite3.connect(folder / "results.sqlite")) as new:
        for table in ("run", "report", "evidence", "policy"):
            rows = [database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for database in (old, new)]
            assert rows[0] == rows[1]
