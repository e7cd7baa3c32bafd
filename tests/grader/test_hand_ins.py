"""Whatever form a hand-in has, its work is graded or somebody is told why it is not: nobody vanishes."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile

import pytest
from archives import tar
from click.testing import CliRunner
from hand_ins import HW, OTHER, finished, lay, notebook, read_class, read_one, zipped

from autograder import suite
from autograder.cli import main
from autograder.records import LATE, Submission
from autograder.results.store import Results
from autograder.submissions import archives
from autograder.submissions.archives import UnreadableArchive
from autograder.submissions.intake import Course, NoSubmissions, find_submissions
from autograder.submissions.located import MAX_CANDIDATES

ALL = len(suite.load(HW).written)
FILE = f"{HW}.ipynb"
SOME = suite.load(HW).written[:3]


def plain_tar(files):
    return gzip.decompress(tar(files))


READABLE = {
    "a.ipynb": finished(),
    "b.IPYNB": finished(),
    "c.ipynb.txt": finished(),
    "d.Ipynb.TXT": finished(),
    "e.ipynb.json": finished(),
    "f.json": finished(),
    "g.txt": finished(),
    "h": finished(),
    "i.ZIP": zipped({FILE: finished()}),
    "j.tar": plain_tar({FILE: finished()}),
    "k.tar.gz": tar({f"hw/{FILE}": finished()}),
    "l.TGZ": tar({f"./{FILE}": finished()}),
    "1.ipynb.zip": zipped({FILE: finished()}),
    "2.ipynb.json.txt": finished(),
    "3.ipynb.ipynb": finished(),
    "m.ipynb.gz": gzip.compress(finished()),
    "n.zip": finished(),
    "o.zip": zipped({"inner.zip": zipped({FILE: finished()})}),
    "p.zip": zipped({"inner.tar.gz": tar({FILE: finished()})}),
    "q.zip": zipped({"work\\hw\\" + FILE: finished(), "work\\hw\\a scratch.ipynb": notebook()}),
    "r.zip": zipped({f"{FILE}.txt": finished()}),
    "s.zip": zipped({FILE.upper(): finished()}),
    "t.zip": zipped({"hw4.json": finished(), "manifest.json": b'{"homework": "hw4_contrastive", "files": {}}'}),
    "u.ipynb": zipped({FILE: finished()}),
    "v.ipynb": finished().decode().encode("utf-16"),
    "w.ipynb": finished().decode().encode("utf-8-sig"),
    "x.ipynb": finished().decode().encode("utf-16-be"),
    "y.tar": tar({FILE: finished()}),
    "z.ipynb": finished(words="café").decode().encode("utf-32"),
}


@pytest.mark.parametrize("name", READABLE)
def test_the_work_is_read_in_whatever_file_it_comes(tmp_path, name):
    lay(tmp_path / "bare", {name: READABLE[name]})
    lay(tmp_path / "folders", {f"ada/{name}": READABLE[name]})
    for place in (tmp_path / "bare", tmp_path / "folders"):
        read, found = read_class(place)
        ((student, graded),) = read.items()
        assert (graded.written, graded.problem) == (ALL, "")
        assert student == ("ada" if place.name == "folders" else name[0])
        assert found.unused == ()


BROKEN = {
    "empty.ipynb": (b"", "the file is empty"),
    "blank.ipynb": (b" \n ", "the file is empty"),
    "page.ipynb": (b"<!DOCTYPE html>\n<html>", "a web page, not a notebook"),
    "login.ipynb": (b'\n<HTML lang="en"><head>', "a web page, not a notebook"),
    "xhtml.ipynb": (b'<?xml version="1.0"?><html xmlns="x">', "a web page, not a notebook"),
    "pointer.ipynb": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "pointer of Git LFS"),
    "conflict.ipynb": (b'{\n "cells": [\n<<<<<<< HEAD\n  {}\n=======\n>>>>>>> b\n]}', "merge conflict (line 3)"),
    "conflict2.ipynb": (finished().replace(b'"cells"', b'\n<<<<<<< ours\n"cells"'), "merge conflict (line 2)"),
    "diff3.ipynb": (b'{"cells": [],\n  <<<<<<< Updated upstream\n"nbformat": 4}', "merge conflict"),
    "cut.ipynb": (finished()[:900], "cut off"),
    "cut2.ipynb": (finished()[:-2], "cut off"),
    "cut3.ipynb": (finished().decode().encode("utf-16")[:1000], "cut off"),
    "rar.zip": (b"Rar!\x1a\x07\x00" + bytes(99), "a RAR archive, not a notebook; make a zip"),
    "rar.rar": (b"Rar!\x1a\x07\x01\x00" + bytes(99), "a RAR archive"),
    "seven.zip": (b"7z\xbc\xaf\x27\x1c" + bytes(99), "a 7z archive"),
    "bzip.tar.bz2": (bz2.compress(plain_tar({FILE: b"{}"})), "a bzip2 archive"),
    "xz.tar.xz": (lzma.compress(plain_tar({FILE: b"{}"})), "an xz archive"),
    "pdf.ipynb": (b"%PDF-1.7\n", "a PDF, not a notebook"),
    "word.ipynb": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "office program"),
    "picture.ipynb": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "python.ipynb": (b"import torch\n", "not valid JSON"),
    "list.ipynb": (b"[1, 2]", "has no cells"),
    "half.zip": (zipped({FILE: os.urandom(5000)})[:3000], "broken or cut off; make it anew, with all that was in it"),
    "half.tar.gz": (tar({FILE: os.urandom(5000)})[:3000], "broken or cut off; make it anew, with all that was in it"),
    "half.tar": (plain_tar({FILE: os.urandom(9000)})[:5000], "cut off; make it anew, with all that was in it"),
    "pdf.zip": (zipped({"hw4.pdf": b"%PDF", "img/x.png": b""}), "no notebook found; there is hw4.pdf, img/x.png"),
    "none.tar.gz": (tar({"hw4.py": b"x = 1"}), "no notebook found; there is hw4.py"),
    "nothing.zip": (zipped({}), "no notebook found; nothing is there"),
    "other.ipynb": (finished(homework=OTHER), f"of another homework, {OTHER}"),
    "hw3.ipynb": (finished(homework="hw3_pretext"), "of another homework, hw3_pretext"),
    "hw5.zip": (
        zipped({FILE: finished(homework="hw5_sequences_and_language")}),
        "of another homework, hw5_sequences_and_language",
    ),
}  # fmt: skip


ZEROS = "holds no text (only zero bytes)"
CLOUD = "an error message of the place that it was downloaded from"
BROKEN |= {
    "conflict above all.ipynb": (b"<<<<<<< HEAD\n{}\n=======\n>>>>>>> b\n", "merge conflict (line 1)"),
    "zeros.ipynb": (bytes(5000), ZEROS),
    "zero.ipynb": (bytes(1), ZEROS),
    "blank zeros.ipynb": (b"\n" + bytes(99), ZEROS),
    "zeros at the end.ipynb": (finished()[:900] + bytes(500), "cut off"),
    "zeros within.ipynb": (finished()[:200] + bytes(500) + finished()[700:], "has lost a part"),
    "s3.ipynb": (b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code></Error>", f"{CLOUD} (AccessDenied)"),
    "azure.ipynb": (b"\xef\xbb\xbf<Error><Code>BlobNotFound</Code></Error>", f"{CLOUD} (BlobNotFound)"),
    "soap.ipynb": (b"<s:Envelope><s:Fault>no</s:Fault></s:Envelope>", CLOUD),
    "svg.ipynb": (b"<svg xmlns='x'/>", "an XML file, not a notebook"),
    "drive.ipynb": (b'{"error": {"code": 404, "message": "File not found: 1a."}}', f"{CLOUD} (File not found: 1a.)"),
    "oauth.ipynb": (b'{"error": "invalid_grant", "error_description": "x"}', f"{CLOUD} (invalid_grant)"),
    "github.ipynb": (b'{"message": "Not Found", "documentation_url": "x"}', f"{CLOUD} (Not Found)"),
    "listed.ipynb": (b'{"errors": [{"status": "403"}]}', f"{CLOUD} (403)"),
    "plain.ipynb": (b'{"name": "hw4"}', "is JSON but has no cells"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_told_in_true_words(tmp_path, name):
    content, words = BROKEN[name]
    (graded,) = read_class(lay(tmp_path, {name: content}))[0].values()
    assert words in graded.problem
    assert graded.written == 0


ODD = {
    "x": True,
    "y": None,
    "z": -1.5e-07,
    "n": float("nan"),
    "i": float("-inf"),
    "s": "caf\xe9 \U0001f600\n",
}


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_notebook_that_is_cut_off_anywhere_is_cut_off(encoding, ascii_only):
    from homework.notebook.cells import UnreadableNotebook, read_cells

    cell = {"cell_type": "code", "metadata": ODD, "source": ["a = '\\t'\n", "b"]}
    text = json.dumps({"cells": [cell], "nbformat": 4}, ensure_ascii=ascii_only, indent=1)
    whole = text.encode(encoding)
    end = len(whole) - len(
        "}".encode("utf-32-le" if "32" in encoding else "utf-16-le" if "16" in encoding else "utf-8")
    )
    for length in range(1, end):
        with pytest.raises(UnreadableNotebook, match=r"cut off|only zero bytes"):
            read_cells(whole[:length])


@pytest.mark.parametrize("name", [name for name in BROKEN if name.startswith(("half", "rar"))])
def test_for_an_archive_nobody_is_told_to_hand_in_the_notebook_alone(tmp_path, name):
    (graded,) = read_class(lay(tmp_path, {name: BROKEN[name][0]}))[0].values()
    assert ".ipynb file" not in graded.problem


def test_a_locked_zip_is_no_broken_one(tmp_path):
    data = bytearray(zipped({FILE: finished()}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + place] |= 1
    (graded,) = read_class(lay(tmp_path, {"ada.zip": bytes(data)}))[0].values()
    assert "locked by a password" in graded.problem


@pytest.mark.parametrize(
    ("kind", "name"),
    [(tarfile.SYMTYPE, "symbolic"), (tarfile.LNKTYPE, "hard"), (tarfile.CHRTYPE, "device"), (tarfile.FIFOTYPE, "pipe")],
)
def test_a_tar_gives_plain_files_only(kind, name):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        member = tarfile.TarInfo(FILE)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    assert archives.opened(target.getvalue()) == []


def test_a_tar_is_bounded_as_a_zip_is():
    with pytest.raises(UnreadableArchive, match="more than 500 times"):
        archives.opened(tar({FILE: bytes(50 << 20)}))
    with pytest.raises(UnreadableArchive, match="more than 10000 files"):
        archives.opened(tar({f"{number}": b"" for number in range(10_001)}))


def test_archives_in_archives_end_somewhere(tmp_path):
    """A zip that holds itself over and over, and one with very many in it."""
    inner = zipped({FILE: finished()})
    for _ in range(6):
        inner = zipped({"again.zip": inner})
    many = zipped({f"{number}.zip": zipped({"a.txt": b"x"}) for number in range(200)} | {FILE: finished()})
    deep, wide = (read_one(Submission("ada", "", content)) for content in (inner, many))
    assert "no notebook found" in deep.problem
    assert "too many archives" in deep.problem
    assert wide.written == ALL


EMPTY, DONE, HALF = notebook(), finished(), notebook(*SOME)
CANDIDATES = {  # files of one student -> the one to be graded, and how much of it is written
    "copy": ({FILE: EMPTY, f"{HW}-Copy1.ipynb": DONE}, f"{HW}-Copy1.ipynb", ALL),
    "number": ({FILE: EMPTY, f"{HW} (1).ipynb": DONE}, f"{HW} (1).ipynb", ALL),
    "renamed": ({FILE: EMPTY, "ada.ipynb": HALF}, "ada.ipynb", 3),
    "deep": ({FILE: EMPTY, f"final/really/{FILE}": DONE}, f"final/really/{FILE}", ALL),
    "zip beside": ({FILE: EMPTY, f"{HW}.zip": zipped({FILE: DONE})}, f"{HW}.zip/{FILE}", ALL),
    "zip empty": ({FILE: HALF, f"{HW}.zip": zipped({FILE: EMPTY})}, FILE, 3),
    "two zips": ({"a1.zip": zipped({FILE: EMPTY}), "a2.zip": zipped({FILE: HALF})}, f"a2.zip/{FILE}", 3),
    "tar beside": ({FILE: EMPTY, "work.tar.gz": tar({FILE: DONE})}, f"work.tar.gz/{FILE}", ALL),
    "txt": ({FILE: EMPTY, f"{FILE}.txt": DONE}, f"{FILE}.txt", ALL),
    "equal": ({FILE: HALF, "scratch.ipynb": HALF}, FILE, 3),
    "top": ({"old/work.ipynb": HALF, "work.ipynb": HALF}, "work.ipynb", 3),
    "broken": ({FILE: DONE[:500], "backup.ipynb": HALF}, "backup.ipynb", 3),
    "other": ({FILE: HALF, f"{OTHER}.ipynb": finished(homework=OTHER)}, FILE, 3),
    "shared": ({FILE: EMPTY, "hw3_pretext.ipynb": finished(homework="hw3_pretext")}, FILE, 0),
    "syntax": ({FILE: EMPTY, "new.ipynb": notebook(broken=SOME)}, "new.ipynb", 0),
}


@pytest.mark.parametrize("form", ["folder", "nbgrader", "zip", "tar"])
@pytest.mark.parametrize("case", CANDIDATES)
def test_of_several_notebooks_the_better_claim_is_graded_and_the_others_are_named(tmp_path, case, form):
    files, wanted, written = CANDIDATES[case]
    if form in ("zip", "tar"):
        lay(tmp_path, {"ada.zip": zipped(files)} if form == "zip" else {"ada.tar.gz": tar(files)})
    else:
        folder = "ada" if form == "folder" else f"ada/{HW}"
        lay(tmp_path, {f"{folder}/{name}": content for name, content in files.items()})
    (graded,) = read_class(tmp_path)[0].values()
    assert (graded.problem, graded.notebook, graded.written) == ("", wanted, written)
    assert f"2 notebooks: {wanted} was graded" in graded.notes
    assert graded.notes.count("Not graded: ") == 1


def test_a_release_that_was_unpacked_beside_the_work_does_not_hide_it(tmp_path):
    """Into a folder of the homework's name, as its zip has one."""
    (graded,) = read_class(lay(tmp_path, {f"ada/{HW}/{FILE}": EMPTY, f"ada/{FILE}": HALF}))[0].values()
    assert (graded.written, graded.notebook) == (3, FILE)
    assert f"Not graded: {HW}/{FILE} (0 of {ALL} written)." in graded.notes


@pytest.mark.parametrize("count", [3, 6, MAX_CANDIDATES + 5])
def test_many_notebooks_are_all_told_of(tmp_path, count):
    files = {f"ada/try{number}.ipynb": EMPTY for number in range(count - 1)} | {f"ada/{FILE}": HALF}
    (graded,) = read_class(lay(tmp_path, files))[0].values()
    assert graded.written == 3
    assert f"{FILE} was graded" in graded.notes
    if count > MAX_CANDIDATES:
        assert "Not looked into" in graded.notes


def test_a_comment_in_a_zip_is_its_makers_own(tmp_path):
    """GitHub writes the commit there."""
    content = io.BytesIO(zipped({FILE: finished()}))
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = b"3f2a9c1e0b7d"
    (graded,) = read_class(lay(tmp_path, {"ada.zip": content.getvalue()}))[0].values()
    assert graded.written == ALL
    assert "3f2a9c1e0b7d" not in graded.notes


def test_checkpoints_and_systems_leavings_are_no_candidates(tmp_path):
    noise = {"ada/.ipynb_checkpoints/x.ipynb": DONE, f"ada/__MACOSX/._{FILE}": DONE, f"ada/._{FILE}": b"\0"}
    (graded,) = read_class(lay(tmp_path, {f"ada/{FILE}": HALF, "ada/Thumbs.db": b"", **noise}))[0].values()
    assert graded.written == 3
    assert "Not graded" not in graded.notes


WEIGHTS = {"encoder.safetensors"}


def test_the_graded_notebooks_own_network_is_taken(tmp_path):
    """The empty release in the folder has no network; each zip has its own."""
    both = {
        f"ada/{FILE}": EMPTY,
        "ada/one.zip": zipped({FILE: HALF, "artefacts/encoder.safetensors": b"old"}),
        "ada/two.zip": zipped({FILE: DONE, "artefacts/encoder.safetensors": b"new"}),
    }
    (graded,) = read_class(lay(tmp_path, both), WEIGHTS)[0].values()
    assert (graded.written, graded.artefacts) == (ALL, {"encoder.safetensors": b"new"})


def test_a_network_beside_a_zip_is_not_lost(tmp_path):
    files = {"ada/work.zip": zipped({FILE: DONE}), "ada/encoder.safetensors": b"weights"}
    (graded,) = read_class(lay(tmp_path, files), WEIGHTS)[0].values()
    assert (graded.written, graded.artefacts) == (ALL, {"encoder.safetensors": b"weights"})


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"hw4.pdf": b"%PDF"}, "no notebook found; there is hw4.pdf; hand in"),
        ({"a.py": b"", "b.py": b"", "c.html": b"", "d.md": b"", "e.csv": b"", "f.png": b""}, "and 2 more"),
        ({"deep/down/here.docx": b"PK"}, "there is deep/down/here.docx"),
    ],
)
def test_a_folder_without_a_notebook_says_what_lies_there(tmp_path, files, words):
    (graded,) = read_class(lay(tmp_path, {f"ada/{name}": content for name, content in files.items()}))[0].values()
    assert words in graded.problem.replace(", 2 more", " and 2 more")


@pytest.mark.parametrize("name", ["work.rar", "work.7z", "work.tar.xz", "work.zip"])
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_an_archive_that_was_not_read_is_named_beside_an_empty_release(tmp_path, name, form):
    start = {"rar": b"Rar!\x1a\x07\x00", "7z": b"7z\xbc\xaf\x27\x1c", "xz": b"\xfd7zXZ\x00", "zip": b"PK\x03\x04"}
    files = {FILE: EMPTY, name: start[name.rpartition(".")[2]] + bytes(50)}
    lay(tmp_path, {"ada.zip": zipped(files)} if form == "zip" else {f"ada/{key}": each for key, each in files.items()})
    (graded,) = read_class(tmp_path)[0].values()
    assert f"{name} was not read: " in graded.notes


SEVEN = b"7z\xbc\xaf\x27\x1c" + bytes(50)
UNREAD = {
    "7z": {"work.7z": SEVEN},
    "rar": {"work.rar": b"Rar!\x1a\x07\x00" + bytes(50)},
    "cut notebook": {"final.ipynb": DONE[:900]},
    "cut zip": {"work.zip": zipped({FILE: os.urandom(5000)})[:3000]},
    "empty notebook": {"final.ipynb": b""},
}


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("case", UNREAD)
def test_what_could_not_be_read_beside_the_graded_notebook_is_known(tmp_path, case, form):
    files = {FILE: HALF, **UNREAD[case]}
    lay(tmp_path, {"ada.zip": zipped(files)} if form == "zip" else {f"ada/{key}": each for key, each in files.items()})
    (graded,) = read_class(tmp_path)[0].values()
    assert graded.written == 3
    (line,) = graded.unread
    assert line.startswith(f"{next(iter(UNREAD[case]))} was not read: ")


OTHERS = ("hw4.py", "hw4.html", "hw4.PDF", "colab.url", "hw4.gdoc", "hw4.webloc")


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("form", ["folder", "nbgrader", "zip", "tar"])
def test_what_may_be_work_beside_the_graded_notebook_is_named(tmp_path, name, form):
    files = {FILE: HALF, name: b"x", "encoder.safetensors": b"", "homework/comparison.py": b"", "figures/a.png": b""}
    if form in ("zip", "tar"):
        lay(tmp_path, {"ada.zip": zipped(files)} if form == "zip" else {"ada.tar.gz": tar(files)})
    else:
        folder = "ada" if form == "folder" else f"ada/{HW}"
        lay(tmp_path, {f"{folder}/{key}": content for key, content in files.items()})
    (graded,) = read_class(tmp_path)[0].values()
    link = " (only a link)" if name.endswith(("url", "gdoc", "webloc")) else ""
    assert graded.notes.splitlines()[0] == f"Not graded, beside the notebook: {name}{link}."


def test_links_and_many_files_beside_a_notebook_are_named_in_one_line(tmp_path):
    lay(tmp_path, {f"ada/{FILE}": HALF, **{f"ada/{number}.py": b"" for number in range(9)}})
    (tmp_path / "ada" / "final.ipynb").symlink_to("/etc/passwd")
    (graded,) = read_class(tmp_path)[0].values()
    told = "Not graded, beside the notebook: final.ipynb (a link), 0.py, 1.py, 2.py, 6 more."
    assert graded.notes.splitlines()[0] == told


def test_a_link_in_an_archive_is_named(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(FILE, HALF)
        link = zipfile.ZipInfo("final.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (graded,) = read_class(lay(tmp_path, {"ada.zip": target.getvalue()}))[0].values()
    assert graded.notes.splitlines()[0] == "Not graded, beside the notebook: final.ipynb (a link)."


def test_what_lies_beside_is_part_of_what_was_handed_in(tmp_path):
    """Else the stored feedback of another one with the same notebook would be taken over."""
    lay(tmp_path, {f"ada/{FILE}": HALF, "ada/x.py": b"", f"bob/{FILE}": HALF})
    ada, bob = (each.read() for each in find_submissions(tmp_path, HW).submissions)
    assert ada.digest != bob.digest


def test_two_of_one_name_in_an_archive_are_both_told_of(tmp_path):
    names = [FILE, f"{HW}.ipynX", f"{HW}.ipynY"]
    doubled = zipped(dict(zip(names, (EMPTY, HALF, EMPTY), strict=True)))
    for name in names[1:]:
        doubled = doubled.replace(name.encode(), FILE.encode())
    (graded,) = read_class(lay(tmp_path, {"ada.zip": doubled}))[0].values()
    assert graded.written == 3
    assert [line.split(" (0")[0] for line in graded.notes.splitlines()[:3]] == [
        f"3 notebooks: {HW} (2).ipynb was graded (3 of {ALL} written).",
        f"Not graded: {FILE}",
        f"Not graded: {HW} (3).ipynb",
    ]


CHECKPOINT = f".ipynb_checkpoints/{HW}-checkpoint.ipynb"
LEAVINGS = {
    "checkpoint": ({CHECKPOINT: DONE}, f"there is only a checkpoint copy, {CHECKPOINT}; hand in the notebook itself"),
    "system": ({".DS_Store": b""}, "there is .DS_Store; "),
    "mac": ({f"__MACOSX/._{FILE}": b""}, f"there is __MACOSX/._{FILE}; "),
    "both": ({CHECKPOINT: DONE, "Thumbs.db": b""}, f"there is only a checkpoint copy, {CHECKPOINT}; "),
}


@pytest.mark.parametrize("form", ["folder", "nbgrader", "zip", "tar"])
@pytest.mark.parametrize("case", LEAVINGS)
def test_where_only_leavings_lie_they_are_named(tmp_path, case, form):
    files, words = LEAVINGS[case]
    if form in ("zip", "tar"):
        lay(tmp_path, {"ada.zip": zipped(files)} if form == "zip" else {"ada.tar.gz": tar(files)})
    else:
        folder = "ada" if form == "folder" else f"ada/{HW}"
        lay(tmp_path, {f"{folder}/{name}": content for name, content in files.items()})
        words = words.replace(CHECKPOINT, f"…{f'{HW}/{CHECKPOINT}'[-59:]}") if form == "nbgrader" else words
        words = words.replace("is .DS", f"is {HW}/.DS").replace("is __", f"is {HW}/__") if form == "nbgrader" else words
    (graded,) = read_class(tmp_path)[0].values()
    assert words in graded.problem


def test_pipes_and_empty_folders_are_named(tmp_path):
    (tmp_path / "ada").mkdir()
    os.mkfifo(tmp_path / "ada" / FILE)
    (tmp_path / "bob" / HW).mkdir(parents=True)
    read, _ = read_class(tmp_path)
    assert f"there is {FILE} (no plain file)" in read["ada"].problem
    assert f"there is {HW} (an empty folder)" in read["bob"].problem


def test_a_folder_of_links_says_so(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / FILE).symlink_to("/etc/passwd")
    (graded,) = read_class(tmp_path)[0].values()
    assert f"there is {FILE} (a link)" in graded.problem


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / "ada").mkdir()
    (graded,) = read_class(tmp_path)[0].values()
    assert "nothing is there" in graded.problem


def test_who_skipped_a_homework_is_not_graded_on_another_one(tmp_path):
    """nbgrader keeps all homeworks of a student in one folder; some share exercises."""
    files = {f"ada/{OTHER}/{OTHER}.ipynb": finished(homework=OTHER), f"bob/hw3_pretext/{FILE}": DONE}
    read, _ = read_class(lay(tmp_path, {**files, f"eve/{HW}/{FILE}": DONE, f"eve/{OTHER}/{FILE}": EMPTY}))
    assert f"nothing was handed in for {HW}; there is {OTHER}/{OTHER}.ipynb" in read["ada"].problem
    assert "nothing was handed in" in read["bob"].problem
    assert read["eve"].written == ALL


@pytest.mark.parametrize(
    ("name", "why"),
    [("notes.pdf", "no notebook"), ("main.py", "no notebook"), ("README", "no notebook"), (".hidden.ipynb", "hidden")],
)
def test_a_file_that_is_nobodys_is_named(tmp_path, name, why):
    read, found = read_class(lay(tmp_path, {"ada.ipynb": DONE, name: b"x", ".DS_Store": b"", "Thumbs.db": b""}))
    assert list(read) == ["ada"]
    (line,) = found.unused
    assert line.startswith(f"{name} is not graded: ")
    assert why in line


def test_links_and_pipes_are_named(tmp_path):
    lay(tmp_path, {"ada.ipynb": DONE})
    (tmp_path / "bob.ipynb").symlink_to(tmp_path / "ada.ipynb")
    (tmp_path / "eve").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.zip")
    _, found = read_class(tmp_path)
    assert [line.split(" is not graded: ")[0] for line in found.unused] == ["bob.ipynb", "eve", "pipe.zip"]


def test_what_is_the_courses_own_is_nobodys(tmp_path):
    lay(
        tmp_path,
        {"ada.ipynb": DONE, "policy.toml": b"", "results/results.sqlite": b"", "out/x": b"", "gradebook.db": b""},
    )
    read, found = read_class(tmp_path, course=Course(apart=(tmp_path / "policy.toml", tmp_path / "out")))
    assert (list(read), found.unused) == (["ada"], ())


METADATA = "".join(
    f"submission_{n}:\n  :submitters:\n  - :name: {who}\n    :sid: '{n}'\n  :created_at: 2026-11-20 10:00:00 Z\n"
    for n, who in enumerate(("ada", "bob", "eve"))
)
CLASSES = {  # a class as its files, by who handed in
    "nbgrader": lambda who, n: f"{who}/{HW}/{FILE}",
    "folders": lambda who, n: f"{who}/{FILE}",
    "canvas": lambda who, n: f"{who}_{20 + n}_{9900 + n}_{FILE}",
    "canvas small": lambda who, n: f"{who}_{n + 1}_{n + 50}_my work.ipynb",
    "gradescope": lambda who, n: f"submission_{n}/{FILE}",
    "bare": lambda who, n: f"{who}.ipynb",
    "named": lambda who, n: f"{who}_hw4.ipynb",
}


def class_of(form):
    content = {"ada": finished("a"), "bob": finished("b"), "eve": finished("e")}
    files = {CLASSES[form](who, n): each for n, (who, each) in enumerate(content.items())}
    return files | ({"submission_metadata.yml": METADATA.encode()} if form == "gradescope" else {})


@pytest.mark.parametrize("form", CLASSES)
@pytest.mark.parametrize("above", ["submitted", "export/assignment 12", "a/b/c"])
def test_a_class_a_folder_too_deep_is_gone_into(tmp_path, form, above):
    lay(tmp_path, {f"{above}/{name}": content for name, content in class_of(form).items()})
    read, found = read_class(tmp_path)
    assert len(read) == 3
    assert all(graded.written == ALL for graded in read.values())
    assert any("below" in line for line in found.told)


@pytest.mark.parametrize("form", CLASSES)
@pytest.mark.parametrize("packed", [lambda files: ("all.zip", zipped(files)), lambda files: ("all.tar.gz", tar(files))])
def test_a_class_in_an_archive_is_refused_with_what_helps(tmp_path, form, packed):
    name, content = packed(class_of(form))
    read, _ = read_class(lay(tmp_path, {name: content, "zoe.ipynb": DONE}))
    assert read["zoe"].written == ALL
    assert "unpack it and name the folder that holds the students" in read["all"].problem


@pytest.mark.parametrize("form", ["nbgrader", "folders", "canvas", "gradescope", "bare"])
def test_a_class_among_students_is_no_student(tmp_path, form):
    files = {f"section 2/{name}": content for name, content in class_of(form).items()}
    read, _ = read_class(lay(tmp_path, {**files, "zoe.ipynb": DONE}))
    assert read["zoe"].written == ALL
    assert "name the folder that holds the students" in read["section 2"].problem


@pytest.mark.parametrize(
    "files",
    [
        {f"old/{FILE}": HALF, f"new/{FILE}": DONE},
        {"moco experiments.ipynb": HALF, FILE: DONE},
        {f"ada/{FILE}": DONE, f"backup/{FILE}": HALF},
        {"hw4_v1.ipynb": HALF, "hw4_v2.ipynb": DONE, "hw4 final.ipynb": HALF},
        {f"{HW}/{FILE}": DONE, "fig_1_200_a.png": b"", "run_2_300_b.png": b""},
        {f"one/{FILE}": HALF, f"two/{FILE}": DONE},
    ],
)
def test_one_students_versions_are_no_class(tmp_path, files):
    lay(tmp_path, {"zoe.zip": zipped(files), **{f"ada/{name}": content for name, content in files.items()}})
    read, _ = read_class(tmp_path)
    assert {name: (each.problem, each.written) for name, each in read.items()} == {"ada": ("", ALL), "zoe": ("", ALL)}


def test_a_courses_folder_of_nbgrader_is_gone_into(tmp_path):
    files = {f"submitted/ada/{HW}/{FILE}": DONE, f"release/{HW}/{FILE}": EMPTY, f"source/{HW}/{FILE}": DONE}
    read, found = read_class(lay(tmp_path, {**files, "gradebook.db": b"", "nbgrader_config.py": b""}))
    assert list(read) == ["ada"]
    assert "submitted" in found.told[0]


CANVAS = {  # files of a download -> student -> how much of theirs is graded
    "notebook and zip": (
        {f"lovelaceada_13_99001_{FILE}": EMPTY, f"lovelaceada_13_99004_{HW}.zip": zipped({FILE: DONE})},
        {"lovelaceada (Canvas 13)": ALL},
    ),
    "again": (
        {f"lovelaceada_13_99001_{FILE}": EMPTY, f"lovelaceada_13_99004_{HW}-1.ipynb": HALF, f"li_9_99002_{FILE}": DONE},
        {"lovelaceada (Canvas 13)": 3, "li (Canvas 9)": ALL},
    ),
    "two of one name": (
        {f"li_13_99001_{FILE}": DONE, f"li_14_99004_{FILE}": HALF},
        {"li (Canvas 13)": ALL, "li (Canvas 14)": 3},
    ),
    "groups": (
        {f"team_3_14_99005_{FILE}": DONE, f"team_4_15_99006_{FILE}": HALF, f"solo_16_99007_{FILE}": DONE},
        {"team_3 (Canvas 14)": ALL, "team_4 (Canvas 15)": 3, "solo (Canvas 16)": ALL},
    ),
    "numbers in files": (
        {"ada_13_99001_4_hw.ipynb": DONE, "bob_14_99002_2026_hw4.ipynb": HALF, f"li_15_99003_{FILE}": DONE},
        {"ada (Canvas 13)": ALL, "bob (Canvas 14)": 3, "li (Canvas 15)": ALL},
    ),
    "two homeworks": (
        {f"ada_13_99001_{FILE}": HALF, f"ada_13_99002_{OTHER}.ipynb": finished(homework=OTHER)},
        {"ada (Canvas 13)": 3},
    ),
    "dates": (
        {"ada_2026_11_20_hw4.ipynb": DONE, "bob_2026_11_20_hw4.ipynb": HALF},
        {"ada_2026_11_20_hw4": ALL, "bob_2026_11_20_hw4": 3},
    ),
}


@pytest.mark.parametrize("case", CANVAS)
def test_a_number_of_canvas_is_one_student(tmp_path, case):
    files, expected = CANVAS[case]
    read, _ = read_class(lay(tmp_path, files))
    assert {student: graded.written for student, graded in read.items()} == expected


def test_of_equal_files_of_canvas_the_newest_is_graded(tmp_path):
    files = {f"ada_13_99001_{FILE}": finished("old"), f"ada_13_99007_{HW}-1.ipynb": finished("new")}
    (located,) = find_submissions(lay(tmp_path, files), HW).submissions
    graded = read_one(located.read())
    assert (graded.notebook, graded.written) == (FILE, ALL)
    assert f"Not graded: 1 before (99001)/{FILE}" in graded.notes


def test_a_newer_zip_of_canvas_is_graded_before_an_older_notebook(tmp_path):
    inner = {"hw/deep/work.ipynb": finished("new"), "hw/encoder.safetensors": b"new"}
    files = {f"ada_13_99001_{FILE}": finished("old"), "ada_13_99007_work.zip": zipped(inner)}
    (graded,) = read_class(lay(tmp_path, files), WEIGHTS)[0].values()
    assert (graded.notebook, graded.artefacts) == ("work.zip/hw/deep/work.ipynb", {"encoder.safetensors": b"new"})


def test_a_network_that_came_by_canvas_is_its_students(tmp_path):
    files = {f"ada_13_99001_{FILE}": DONE, "ada_13_99002_encoder-1.safetensors": b"mine"}
    (graded,) = read_class(lay(tmp_path, files), WEIGHTS)[0].values()
    assert (graded.written, graded.artefacts) == (ALL, {"encoder.safetensors": b"mine"})


@pytest.mark.parametrize("name", [f"ada_LATE_13_99001_{FILE}", f"team_3_LATE_13_99001_{FILE}", "x_y_LATE_1_2_a.ipynb"])
def test_late_in_canvas_is_known_and_told(tmp_path, name):
    read, found = read_class(lay(tmp_path, {name: DONE}))
    ((student, graded),) = read.items()
    assert graded.submitted == LATE
    assert any(student in line and "late according to Canvas" in line for line in found.told)


def test_gradescopes_file_and_folders_that_disagree_are_named(tmp_path):
    lay(tmp_path, class_of("gradescope") | {"submission_9/x.ipynb": DONE, "stray.ipynb": DONE})
    for path in (tmp_path / "submission_1").iterdir():
        path.unlink()
    (tmp_path / "submission_1").rmdir()
    read, found = read_class(tmp_path)
    assert set(read) == {"ada", "eve"}
    assert [line.split(" is not graded")[0] for line in found.unused] == ["bob", "stray.ipynb", "submission_9"]


def test_two_of_one_name_are_both_kept_and_named(tmp_path):
    read, found = read_class(lay(tmp_path, {"ada.ipynb": DONE, "ada.zip": zipped({FILE: HALF}), "ada/x.ipynb": DONE}))
    assert set(read) == {"ada", "ada (2)", "ada (3)"}
    assert sum("handed in under the name ada" in line for line in found.told) == 2


GROUPS = {"team 3": ["ada", "bob"], "eve": ["eve", "fay"]}


def test_a_groups_work_is_each_members_but_for_who_handed_in_alone(tmp_path):
    files = {f"team 3/{FILE}": DONE, f"bob/{FILE}": HALF, f"eve/{FILE}": HALF}
    read, found = read_class(lay(tmp_path, files), course=Course(groups=GROUPS))
    assert {student: graded.written for student, graded in read.items()} == {"ada": ALL, "bob": 3, "eve": 3, "fay": 3}
    assert [line for line in found.told if "bob" in line]


def test_a_notebook_names_nobody_else_as_its_author(tmp_path):
    mine = json.loads(finished())
    mine["metadata"] = {"members": ["bob"], "partners": ["bob"], "authors": [{"name": "bob"}]}
    read, _ = read_class(lay(tmp_path, {"ada.ipynb": json.dumps(mine).encode()}))
    assert list(read) == ["ada"]


def test_a_group_that_nobody_has_handed_in_for_is_named(tmp_path):
    _, found = read_class(lay(tmp_path, {"zoe.ipynb": DONE}), course=Course(groups=GROUPS))
    assert sum("handed in nothing under this name" in line for line in found.told) == 2


DRIVE = "drive-download-20261120T101010Z"
DRIVES = {  # files of a download in parts -> student -> how much is graded
    "students": ({f"{DRIVE}-001/ada/{FILE}": DONE, f"{DRIVE}-002/bob/{FILE}": HALF}, {"ada": ALL, "bob": 3}),
    "bare": ({f"{DRIVE}-001/ada.ipynb": DONE, f"{DRIVE}-002/bob.ipynb": HALF}, {"ada": ALL, "bob": 3}),
    "one folder deeper": (
        {
            f"{DRIVE}-1-001/HW 4/ada/{FILE}": DONE,
            f"{DRIVE}-1-001/HW 4/eve/{FILE}": DONE,
            f"{DRIVE}-1-002/HW 4/bob/{FILE}": HALF,
        },
        {"ada": ALL, "eve": ALL, "bob": 3},
    ),
    "named": (
        {
            "HW 4-20261120T101010Z-001/HW 4/ada.ipynb": DONE,
            "HW 4-20261120T101010Z-002/HW 4/bob.zip": zipped({FILE: HALF}),
            "HW 4-20261120T101010Z-001/HW 4/eve.ipynb": DONE,
            "HW 4-20261120T101010Z-001/HW 4/fay.ipynb": DONE,
        },
        {"ada": ALL, "bob": 3, "eve": ALL, "fay": ALL},
    ),
    "beside": ({f"{DRIVE}-001/ada/{FILE}": DONE, f"{DRIVE}-002/bob/{FILE}": HALF, "eve.ipynb": HALF},
               {"ada": ALL, "bob": 3, "eve": 3}),
    "a level down": ({f"x/{DRIVE}-001/ada/{FILE}": DONE, f"x/{DRIVE}-002/bob/{FILE}": HALF}, {"ada": ALL, "bob": 3}),
    "one part": ({f"{DRIVE}-001/ada/{FILE}": DONE, "eve.ipynb": HALF}, {"ada": ALL, "eve": 3}),
}  # fmt: skip


@pytest.mark.parametrize("case", DRIVES)
def test_each_part_of_a_download_by_google_drive_is_gone_into(tmp_path, case):
    files, expected = DRIVES[case]
    read, found = read_class(lay(tmp_path, files))
    assert {student: graded.written for student, graded in read.items()} == expected
    assert [line for line in found.told if "Google Drive" in line]


def test_a_folder_that_google_drive_has_split_is_one_students(tmp_path):
    files = {
        f"{DRIVE}-001/ada/{FILE}": DONE,
        f"{DRIVE}-002/ada/encoder.safetensors": b"w",
        f"{DRIVE}-002/bob/x.py": b"",
    }
    read, _ = read_class(lay(tmp_path, files), WEIGHTS)
    assert (read["ada"].written, read["ada"].artefacts) == (ALL, {"encoder.safetensors": b"w"})
    assert set(read) == {"ada", "bob"}


def test_a_part_of_google_drives_that_was_not_unpacked_is_no_student(tmp_path):
    files = {f"{DRIVE}-00{number}.zip": zipped({f"ada{number}/{FILE}": DONE}) for number in (1, 2)}
    read, found = read_class(lay(tmp_path, {**files, "zoe.ipynb": DONE}))
    assert set(read) == {"zoe"}
    assert all("unpack it and name the folder" in line for line in found.unused)
    assert len(found.unused) == 2


ONLINE = "assignsubmission_onlinetext"
MOODLE = {
    "folders": (
        {
            f"Ada Lovelace_12345_assignsubmission_file_/{FILE}": DONE,
            f"Ada Lovelace_12345_{ONLINE}_/onlinetext.html": b"<p>",
            f"Zoë O'Hara_12346_assignsubmission_file_/deep/{FILE}": HALF,
        },
        {"Ada Lovelace": ALL, "Zoë O'Hara": 3},
    ),
    "without the last bar": (
        {f"Ada_1_assignsubmission_file/{FILE}": DONE, f"Bo_2_assignsubmission_file/{FILE}": HALF},
        {"Ada": ALL, "Bo": 3},
    ),
    "files": (
        {
            f"Ada Lovelace_12345_assignsubmission_file_{FILE}": DONE,
            f"Ada Lovelace_12345_{ONLINE}_onlinetext.html": b"<p>",
            f"Bo_12346_assignsubmission_file_{HW}.zip": zipped({FILE: HALF}),
        },
        {"Ada Lovelace": ALL, "Bo": 3},
    ),
    "two of one name": (
        {f"Li_7_assignsubmission_file_/{FILE}": DONE, f"Li_8_assignsubmission_file_/{FILE}": HALF},
        {"Li (Moodle 7)": ALL, "Li (Moodle 8)": 3},
    ),
    "text only": (
        {f"Li_7_{ONLINE}_/onlinetext.html": b"", f"Bo_8_{ONLINE}_onlinetext.html": b""},
        {"Li": 0, "Bo": 0},
    ),
    "a level down": (
        {f"all/Li_7_assignsubmission_file_/{FILE}": DONE, "all/Bo_8_assignsubmission_file_/x.ipynb": HALF},
        {"Li": ALL, "Bo": 3},
    ),
}


@pytest.mark.parametrize("case", MOODLE)
def test_moodles_download_is_read_as_it_is(tmp_path, case):
    files, expected = MOODLE[case]
    read, found = read_class(lay(tmp_path, files))
    assert {student: graded.written for student, graded in read.items()} == expected
    assert (found.unused, found.alike) == ((), ())
    if ONLINE in "".join(files) and expected.get("Ada Lovelace"):
        assert "onlinetext.html" in read["Ada Lovelace"].notes


def test_moodles_download_in_an_archive_is_a_class(tmp_path):
    read, _ = read_class(lay(tmp_path, {"all.zip": zipped(MOODLE["folders"][0])}))
    assert "a whole class as Moodle exports it" in read["all"].problem


@pytest.mark.parametrize("name", ["text.html", "link.html"])
def test_what_was_typed_into_canvas_is_its_students(tmp_path, name):
    files = {f"ada_13_{name}": b"", f"team_3_LATE_14_{name}": b"", f"bob_15_99001_{FILE}": DONE, f"bob_15_{name}": b""}
    read, found = read_class(lay(tmp_path, files))
    assert {student: graded.written for student, graded in read.items()} == {
        "ada (Canvas 13)": 0, "team_3 (Canvas 14)": 0, "bob (Canvas 15)": ALL,
    }  # fmt: skip
    assert f"there is {name}" in read["ada (Canvas 13)"].problem
    assert read["team_3 (Canvas 14)"].submitted == LATE
    assert name in read["bob (Canvas 15)"].notes
    assert found.unused == ()


@pytest.mark.parametrize("name", ["vic.url", "xan.gdoc", "nia.py", "oto.pdf", "Ada Lovelace.html", "kim_hw4.webloc"])
def test_a_file_that_carries_a_name_is_a_row_of_its_student(tmp_path, name):
    read, found = read_class(lay(tmp_path, {"zoe.ipynb": DONE, name: b"x", "hw4.pdf": b""}))
    assert set(read) == {"zoe", name.rpartition(".")[0]}
    graded = read[name.rpartition(".")[0]]
    assert f"no notebook found; there is {name}" in graded.problem
    assert "hand in the notebook's .ipynb file" in graded.problem
    assert [line.split(" is not")[0] for line in found.unused] == ["hw4.pdf"]


def test_a_file_beside_its_students_notebook_makes_no_second_student(tmp_path):
    read, found = read_class(
        lay(
            tmp_path,
            {"ada.ipynb": DONE, "ada.pdf": b"", "bob.py": b"", "bob.url": b"", "eve.url": b"", f"eve/{FILE}": HALF},
        )
    )
    assert {student: graded.written for student, graded in read.items()} == {"ada": ALL, "bob": 0, "eve": 3}
    assert "bob.py, bob.url (only a link)" in read["bob"].problem
    assert [line.split(" is not")[0] for line in found.unused] == ["ada.pdf", "eve.url"]


ALIKE = [
    ({"bob", "bob (1)"}, True), ({"eve", "eve-Copy1"}, True), ({"kim", "kim copy"}, True), ({"a (1)", "a (2)"}, True),
    ({"li", "li - Copy (2)"}, True), ({"ada", "Kopie von ada"}, True), ({"Ada", "ada"}, True), ({"bob", "bob 2"}, True),
    ({"bob", "bob_final_v2"}, True), ({"team 1", "team 2"}, False), ({"ada", "adam"}, False), ({"u1", "u2"}, False),
    ({"ada_13_99001_hw", "ada_14_99002_hw"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("students", "are_alike"), ALIKE)
def test_who_may_be_one_student_is_told(tmp_path, students, are_alike):
    read, found = read_class(lay(tmp_path, {f"{name}.ipynb": DONE for name in (*students, "zoe")}))
    assert len(read) == 3
    assert [set(group) for group in found.alike] == ([students] if are_alike else [])


TEAM = {"team 4": ["cy", "dee", "eli"]}


@pytest.mark.parametrize(
    ("handed_in", "expected"),
    [
        ({"cy": DONE}, {"cy": ALL, "dee": ALL, "eli": ALL}),
        ({"dee": DONE}, {"cy": ALL, "dee": ALL, "eli": ALL}),
        ({"cy": DONE, "dee": HALF}, {"cy": ALL, "dee": 3, "eli": ALL}),
        ({"team 4": DONE, "dee": HALF}, {"cy": ALL, "dee": 3, "eli": ALL}),
    ],
)
def test_what_one_member_handed_in_is_graded_for_who_has_not(tmp_path, handed_in, expected):
    lay(tmp_path, {f"{name}/{FILE}": content for name, content in handed_in.items()})
    read, found = read_class(tmp_path, course=Course(groups=TEAM))
    assert {student: graded.written for student, graded in read.items()} == expected
    own = [name for name in handed_in if name == "dee" and len(handed_in) > 1]
    assert [line.split()[0] for line in found.told if "alone" in line] == own
    if "team 4" not in handed_in:
        assert [line for line in found.told if line.startswith("eli is graded on what ")]


@pytest.mark.parametrize("files", [{"notes.pdf": b"x"}, {".DS_Store": b""}, {"x.py": b"", "y.py": b""}])
def test_a_class_of_nothing_says_what_lies_there(tmp_path, files):
    with pytest.raises(NoSubmissions, match="holds no notebooks") as refused:
        find_submissions(lay(tmp_path, files), HW)
    assert (next(iter(files)) in str(refused.value)) == (".DS_Store" not in files)


def test_names_are_composed_from_intake_on(tmp_path):
    decomposed = "Zoe\u0308 Mu\u0308ller"
    lay(
        tmp_path,
        {f"{decomposed}.ipynb": DONE, f"A\u030angstro\u0308m/{FILE}": DONE, "n\u0303.zip": zipped({FILE: DONE})},
    )
    assert set(read_class(tmp_path)[0]) == {"Zo\xeb M\xfcller", "\xc5ngstr\xf6m", "\xf1"}


@pytest.mark.parametrize("ends", [["a = 1", "b = 2"], ["def f():", "    return 1"], ["x = [", "1,", "]"]])
def test_source_lines_without_ends_are_lines(ends):
    from homework.notebook.cells import read_cells

    cell = {"cell_type": "code", "metadata": {}, "source": ends}
    (read,) = read_cells(json.dumps({"cells": [cell]}).encode())
    assert read.source == "\n".join(ends)


def test_an_archive_that_is_too_large_says_so(monkeypatch):
    content = zipped({"a.txt": os.urandom(100)})
    monkeypatch.setattr(archives, "MAX_NOTEBOOK", 50)
    with pytest.raises(UnreadableArchive, match="larger than"):
        archives.opened(content)
    assert zipfile.is_zipfile(io.BytesIO(content))


def test_another_homeworks_network_is_not_taken(tmp_path):
    files = {
        f"ada/{HW}/{FILE}": DONE,
        f"ada/{OTHER}/encoder.safetensors": b"other",
        f"ada/{OTHER}/{OTHER}.ipynb": EMPTY,
    }
    (graded,) = read_class(lay(tmp_path, files), WEIGHTS)[0].values()
    assert (graded.written, graded.artefacts) == (ALL, {})


def test_a_class_of_all_forms_as_a_ta_grades_it(tmp_path):
    """In the real sandbox, from the command line: exit status 3, and a word on everybody."""
    graded = {
        "ada.IPYNB": EMPTY,
        "bob.tar.gz": tar({FILE: HALF}),
        f"cyd/{FILE}": EMPTY,
        f"cyd/{HW}-Copy1.ipynb": HALF,
        f"dan_LATE_13_99001_{FILE}": HALF,
        "Zoe\u0308.ipynb.txt": HALF.decode().encode("utf-16"),
        f"team 3/{FILE}": EMPTY,
    }
    refused = {"eve.zip": zipped(class_of("canvas")), "fay.rar": b"Rar!\x1a\x07\x00", "gus/hw4.pdf": b"%PDF"}
    stray = {
        "notes.pdf": b"",
        "main.py": b"",
        "Thumbs.db": b"",
        "course.toml": b'[groups]\n"team 3" = ["han", "ida"]\n',
    }
    place = lay(tmp_path / "class", {**graded, **refused, **stray})
    out = tmp_path / "class" / "results"
    command = ["grade", str(place), "--homework", HW, "--out", str(out), "--policy", str(place / "course.toml")]
    for _ in range(2):  # the second time from what is stored
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 3, done.output
        assert "7 of 10 submissions graded" in done.stdout
        assert "could not be graded: eve, fay, gus" in done.stderr
        assert "late according to Canvas, which does not say by how much: dan (Canvas 13)" in done.stderr
        unused = [line.split(" is not graded")[0] for line in done.stderr.splitlines() if "is not graded" in line]
        assert unused == ["main.py", "notes.pdf"]
    with Results(out) as store:
        reports = {report.student: report for report in store.reports()}
    assert set(reports) == {"ada", "bob", "cyd", "dan (Canvas 13)", "Zo\xeb", "han", "ida", "eve", "fay", "gus"}
    assert reports["cyd"].origin == f"cyd: {HW}-Copy1.ipynb"
    assert "there is hw4.pdf" in reports["gus"].problem
    again = CliRunner().invoke(main, [*command, "--only", "Zoe\u0308"])
    assert again.exit_code == 3, again.output


def test_many_files_of_nobody_stand_in_a_file(tmp_path):
    place = lay(tmp_path / "class", {f"stray {number}.pdf": b"" for number in range(30)} | {"ada.ipynb": EMPTY})
    command = ["grade", str(place), "--homework", HW, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 3
    assert done.stderr.count("is not graded") == 20
    assert "and 10 more, 30 in all" in done.stderr
    listed = (tmp_path / "out" / HW / "not_graded.txt").read_text(encoding="utf-8")
    assert listed.count("is not graded") == 30
    for path in place.glob("*.pdf"):
        path.unlink()
    assert CliRunner().invoke(main, command).exit_code == 0
    assert not (tmp_path / "out" / HW / "not_graded.txt").exists()


def test_who_may_have_written_more_or_be_two_is_named_by_the_command(tmp_path):
    """Exit status 3 for each of them, also where nothing is new; nobody is named whose work is whole."""
    place = lay(tmp_path / "class", {f"ada/{FILE}": HALF, "ada/work.7z": SEVEN})
    lay(tmp_path / "copies", {"bob.ipynb": EMPTY, "bob (1).ipynb": HALF})
    command = ["grade", "--homework", HW, "--out"]
    for _ in range(2):
        done = CliRunner().invoke(main, [*command, str(tmp_path / "out"), str(place)])
        assert done.exit_code == 3, done.output
        assert "ada may have written more than was graded: work.7z was not read: it is a 7z archive" in done.stderr
    assert "work.7z was not read" in (tmp_path / "out" / HW / "report.html").read_text(encoding="utf-8")
    done = CliRunner().invoke(main, [*command, str(tmp_path / "out2"), str(tmp_path / "copies")])
    assert done.exit_code == 3, done.output
    assert "bob (0 of 114 points) and bob (1) (" in done.stderr
    assert "may be one student" in done.stderr
