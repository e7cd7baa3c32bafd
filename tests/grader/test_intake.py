"""Submissions are found in every form a course hands them over, and nothing in a zip can hurt."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submissions.archives import UnreadableArchive
from autograder.submissions.intake import NoSubmissions, _with_unique_names, find_submissions
from autograder.submissions.located import Located
from autograder.submissions.unpacking import unpack

HW = "hw4_contrastive"


def found(place):
    return {each.student: graded_of(each.read().notebook) for each in find_submissions(place, HW).submissions}


def graded_of(content):
    """The likeliest notebook's bytes; none where there is no notebook."""
    likeliest = unpack(content, HW).notebooks[:1]
    return likeliest[0].read(1000) if likeliest else b""


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_bare_notebooks_are_named_by_their_file(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(b"A")
    (tmp_path / "notes.txt").write_bytes(b"no submission")
    assert found(tmp_path) == {"ada": b"A"}
    assert found(tmp_path / "ada.ipynb") == {"ada": b"A"}


def test_nbgraders_folders_are_named_by_the_student(tmp_path):
    for student in ("ada", "bob"):
        folder = tmp_path / student / HW
        folder.mkdir(parents=True)
        (folder / f"{HW}.ipynb").write_bytes(student.encode())
        (folder / "scratch.ipynb").write_bytes(b"not this one")
    assert found(tmp_path) == {"ada": b"ada", "bob": b"bob"}


def test_a_folder_of_the_homeworks_name_may_hold_artefacts_alone(tmp_path):
    (tmp_path / "ada" / HW / "artefacts").mkdir(parents=True)
    (tmp_path / "ada" / HW / "artefacts" / "encoder.safetensors").write_bytes(b"weights")
    (tmp_path / "ada" / f"{HW}.ipynb").write_bytes(b"mine")
    assert found(tmp_path) == {"ada": b"mine"}
    (located,) = find_submissions(tmp_path, HW, {"encoder.safetensors"}).submissions
    assert located.read().artefacts == {"encoder.safetensors": b"weights"}


def test_endings_in_capitals_are_endings(tmp_path):
    (tmp_path / "ada.IPYNB").write_bytes(b"A")
    (tmp_path / "bob.ZIP").write_bytes(zip_of({"x.Ipynb": b"B"}))
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "x.IpyNB").write_bytes(b"E")
    assert found(tmp_path) == {"ada": b"A", "bob": b"B", "eve": b"E"}


def test_a_folder_without_a_notebook_is_a_submission_of_nothing(tmp_path):
    (tmp_path / "ada").mkdir()
    assert found(tmp_path) == {"ada": b""}


def test_zips_are_read_without_being_unpacked(tmp_path):
    members = {"__MACOSX/._x.ipynb": b"noise", "work/../../evil.ipynb": b"far", f"{HW}.ipynb": b"mine"}
    (tmp_path / "ada.zip").write_bytes(zip_of(members))
    assert found(tmp_path) == {"ada": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.zip"]


def test_a_link_in_a_zip_is_no_notebook(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo(f"{HW}.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "ada.zip").write_bytes(buffer.getvalue())
    assert found(tmp_path) == {"ada": b""}


def test_a_broken_zip_is_a_submission_that_cannot_be_read(tmp_path):
    (tmp_path / "ada.zip").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UnreadableArchive, match="broken or cut off; make it anew"):
        found(tmp_path)


def test_links_to_other_places_are_left_alone(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.ipynb").write_bytes(b"secret")
    class_folder = tmp_path / "class"
    class_folder.mkdir()
    (class_folder / "ada").symlink_to(tmp_path / "secret")
    (class_folder / "bob").mkdir()
    (class_folder / "bob" / "x.ipynb").symlink_to(tmp_path / "secret" / "x.ipynb")
    assert found(class_folder) == {"bob": b""}


def test_two_students_of_one_name_are_both_kept(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(b"1")
    (tmp_path / "ada.zip").write_bytes(zip_of({"x.ipynb": b"2"}))
    assert sorted(found(tmp_path)) == ["ada", "ada (2)"]


def test_a_number_is_given_to_nobody_whose_name_it_is(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(b"1")
    (tmp_path / "ada.zip").write_bytes(zip_of({"x.ipynb": b"2"}))
    (tmp_path / "ada (2).ipynb").write_bytes(b"3")
    (tmp_path / "ada (2).zip").write_bytes(zip_of({"x.ipynb": b"4"}))
    assert found(tmp_path) == {"ada": b"1", "ada (2)": b"3", "ada (2) (2)": b"4", "ada (3)": b"2"}


@given(st.lists(st.sampled_from(["ada", "ada (2)", "ada (3)", "ada (2) (2)", "bob"]), max_size=12))
def test_each_submission_has_a_name_of_its_own(names):
    located = [Located(name, Path(str(number)), HW) for number, name in enumerate(sorted(names))]
    unique, _ = _with_unique_names(located)
    assert [each.path for each in unique] == [each.path for each in located]
    students = [each.student for each in unique]
    assert len(set(students)) == len(students)
    assert set(names) <= set(students)


@pytest.mark.parametrize("place", ["missing", "empty"])
def test_nothing_to_grade_is_one_sentence(tmp_path, place):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoSubmissions, match="name the folder"):
        find_submissions(tmp_path / place, HW)
