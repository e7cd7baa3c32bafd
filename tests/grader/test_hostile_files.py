"""A class of hostile files: whatever lies in a folder, everybody else is graded, and each is told what is wrong."""

import bz2
import io
import json
import os
import struct
import zipfile
from pathlib import Path

import pytest

from autograder.grading import class_run
from autograder.records import Submission, Verdict
from autograder.results.store import Results
from autograder.sandbox import scratch
from autograder.submissions.folders import MAX_ENTRIES
from autograder.submissions.located import Located

pytestmark = pytest.mark.proof

HW = "hw1_diffusion"
NOTEBOOK = f"{HW}.ipynb"


def zipped(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cells(*sources):
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


def deep_folder(place):
    """So deep that a path from the top would be longer than the system takes."""
    here = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(1200):
        os.mkdir("d" * 40, dir_fd=here)
        below = os.open("d" * 40, os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def declared(content, size):
    """The zip's directory lies about how large its first member is."""
    place = content.index(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", size) + content[place + 28 :]


HOSTILE = {  # name below the class's folder: (its bytes, what the TA is told)
    "bzip.zip": (lambda: zipped({NOTEBOOK: bytes(200 << 20)}, zipfile.ZIP_BZIP2), "packed in a way"),
    "lzma.zip": (lambda: zipped({NOTEBOOK: bytes(50 << 20)}, zipfile.ZIP_LZMA), "packed in a way"),
    "bomb.zip": (lambda: zipped({NOTEBOOK: bytes(100 << 20)}), "unpacks to more than"),
    "liar.zip": (lambda: declared(zipped({NOTEBOOK: bytes(100 << 20)}), 1000), "zip is broken"),
    "many.zip": (lambda: zipped(dict.fromkeys((f"{number}.txt" for number in range(10_001)), b"")), "more than 10000"),
    "cut.zip": (lambda: zipped({NOTEBOOK: os.urandom(9000)})[:5000], "zip is broken"),
    "bz2.ipynb": (lambda: bz2.compress(b"{}"), "not a notebook"),
    "magics.ipynb": (lambda: cells("\n".join(f"a{n} = !b" for n in range(4900))), "none of this homework's exercises"),
    "helps.ipynb": (lambda: cells("\n".join(["x = 1"] * 4000 + ["x?"] * 99)), "none of this homework's exercises"),
    "cells.ipynb": (lambda: cells(*["def f():\n    pass\n" * 400] * 900), "statements"),
    "long.ipynb": (
        lambda: cells(
            *[f"def f{n}():\n    '''{'x' * 200_000}'''" for n in range(20)],
            f"def reparameterize():\n    return {', '.join(f'f{n}' for n in range(20))}",
        ),
        "longer than any",
    ),
    "nested.ipynb": (lambda: b'{"cells":' + b"[" * 100_000, "not a notebook"),
    "lists.ipynb": (lambda: b'{"cells":[' + b"[]," * 2_000_000 + b"[]]}", "no notebook that Jupyter would write"),
    "null.ipynb": (lambda: b"\x00" * 1000, "not a notebook"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, root):
    """All of them in one class with three honest students, at the front, in between and at the end."""
    place = tmp_path_factory.mktemp("hostile")
    submitted = place / "submitted"
    submitted.mkdir()
    solution = (root / "solutions" / HW / NOTEBOOK).read_bytes()
    for name in ("aaa", "honest", "zzz"):
        (submitted / f"{name}.ipynb").write_bytes(solution)
    for name, (make, _) in HOSTILE.items():
        (submitted / name).write_bytes(make())
    (submitted / "deep").mkdir()
    deep_folder(submitted / "deep")
    (submitted / "crowded").mkdir()
    for number in range(MAX_ENTRIES + 1):
        (submitted / "crowded" / f"{number}.txt").touch()
    (submitted / "pipes").mkdir()
    os.mkfifo(submitted / "pipes" / NOTEBOOK)
    latin = os.fsencode(submitted) + "/j\u00fcrgen.ipynb".encode("latin-1")
    Path(os.fsdecode(latin)).write_bytes(solution)
    (submitted / "inner").mkdir()
    Path(os.fsdecode(os.fsencode(submitted / "inner") + b"/\xfcbung.ipynb")).write_bytes(solution)
    finished = class_run.grade_class(submitted, HW, place / "results", class_run.Options(2), lambda line: None)
    with Results(place / "results") as store:
        yield {report.student: report for report in store.reports()}, finished
    scratch.remove(submitted / "deep")


@pytest.mark.parametrize("student", ["aaa", "honest", "zzz", "inner", "j\ufffdrgen"])
def test_the_honest_ones_are_graded(graded, student):
    report = graded[0][student]
    assert not report.problem
    trained = sum(score.max_points for score in report.scores if score.exercise.startswith("trained"))
    assert report.points == report.max_points - trained


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_told_what_is_wrong(graded, name):
    report = graded[0][Path(name).stem]
    assert HOSTILE[name][1] in report.problem, report.problem
    assert report.points == 0
    assert Verdict.UNREADABLE in {score.verdict for score in report.scores}


def test_folders_that_no_walk_can_end_are_told(graded):
    reports, finished = graded
    assert "more than 10000 files" in reports["crowded"].problem
    assert reports["deep"].problem
    assert reports["pipes"].problem
    assert {"crowded", "deep", "pipes"} < set(finished.ungraded)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: what may not be read is the user's own")
@pytest.mark.parametrize("what", ["file", "folder", "artefact"])
def test_what_may_not_be_read_is_told(tmp_path, what):
    own = tmp_path / "ada"
    own.mkdir()
    (own / NOTEBOOK).write_bytes(b"{}")
    (own / "denoiser.safetensors").write_bytes(b"weights")
    {"file": own / NOTEBOOK, "folder": own, "artefact": own / "denoiser.safetensors"}[what].chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        submission = Located("ada", own, HW, {"denoiser.safetensors"}).read()
    finally:
        os.seteuid(0)
    assert "cannot be read (Permission denied); mend its rights" in submission.problem


def test_no_one_file_has_the_hash_of_several():
    """The files of one submission, listed as its hash lists them, are no other submission's notebook."""
    several = Submission("ada", "", b"notebook", {"a": b"weights"})
    alone = [
        Submission("eve", "", content)
        for content in (b"notebook", b"notebook" + b"a", json.dumps([["", "x"], ["a", "y"]]).encode())
    ]
    assert several.digest not in {each.digest for each in alone}
    one, other = {"b": b"", "c": b"1"}, {"b": b"1", "c": b""}
    assert Submission("a", "", b"x", one).digest != Submission("a", "", b"x", other).digest
