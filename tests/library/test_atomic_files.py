"""A file is replaced whole or not at all."""

import pytest

from homework.atomic_files import replacing


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "run.json"
    path.write_text("old")
    return path


def test_the_new_file_takes_the_place_of_the_old_one(path):
    with replacing(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_what_stops_half_way_leaves_the_old_file_alone(path):
    def stop_half_way():
        with replacing(path) as partial:
            partial.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_half_way()
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_before_anything_was_written_is_the_one_that_is_raised(path):
    with pytest.raises(LookupError, match="no tensor"), replacing(path):
        raise LookupError("no tensor")
    assert path.read_text() == "old"


def test_two_writers_at_the_same_time_do_not_write_into_each_others_file(path, monkeypatch):
    monkeypatch.setattr("os.getpid", iter((1, 2)).__next__)
    with replacing(path, has_rivals=True) as one, replacing(path, has_rivals=True) as other:
        assert one != other
        one.write_text("of one")
        other.write_text("of the other")
    assert path.read_text() == "of one"
