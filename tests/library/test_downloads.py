"""A download goes on where it stopped, arrives whole or not at all, and says why it failed."""

import hashlib
import itertools
import socket

import numpy as np
import pytest
from file_server import serving
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.datasets import DatasetUnavailable, download
from homework.datasets.download import fetch

CONTENT = np.random.Generator(np.random.PCG64(0)).bytes(300_000)


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def server():
    with serving({"file": CONTENT}) as server:
        yield server


def test_a_download_arrives_whole(server, tmp_path):
    fetch([server.url("file")], tmp_path / "deep" / "file", md5(CONTENT))
    assert (tmp_path / "deep" / "file").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file"]


def test_what_is_there_is_not_fetched_again(server, tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    assert server.asked == []


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(1, 50_000), max_size=4))
def test_cut_connections_change_no_byte(cuts, tmp_path_factory):
    target = tmp_path_factory.mktemp("cuts") / "file"
    with serving({"file": CONTENT}) as server:
        server.cuts = list(cuts)
        fetch([server.url("file")], target, md5(CONTENT))
    assert target.read_bytes() == CONTENT
    assert server.asked == [0, *itertools.accumulate(cuts)]


def test_a_half_file_of_an_earlier_call_is_continued(server, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.asked == [1000]


def test_a_server_without_ranges_sends_all_again(server, tmp_path):
    server.knows_ranges, server.cuts = False, [1000]
    fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_half_file_that_was_whole_is_taken(server, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT)
    fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("left_over", [b"", b"not its beginning", CONTENT + b"more"])
def test_wrong_bytes_are_deleted_and_the_next_call_succeeds(left_over, server, tmp_path):
    target = tmp_path / "file"
    (tmp_path / "file.part").write_bytes(left_over)
    if not left_over:
        server.files["file"] = b"a log-in page"
    with pytest.raises(DatasetUnavailable, match=r"other bytes than the published ones.*call again$"):
        fetch([server.url("file")], target, md5(CONTENT))
    assert list(tmp_path.iterdir()) == []
    server.files["file"] = CONTENT
    fetch([server.url("file")], target, md5(CONTENT))
    assert target.read_bytes() == CONTENT


def test_a_stopped_download_keeps_what_has_come(server, tmp_path, monkeypatch):
    class Stopped(download.tqdm):
        def update(self, n=1):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "tqdm", Stopped)
        with pytest.raises(KeyboardInterrupt):
            fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    kept = (tmp_path / "file.part").read_bytes()
    assert kept == CONTENT[: download.PIECE]
    fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    assert server.asked == [0, len(kept)]
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_server_that_always_cuts_is_given_up(server, tmp_path):
    server.cuts = [1000, 0]
    with pytest.raises(DatasetUnavailable, match=r"the connection was cut.*0\.0 MB that have come are kept"):
        fetch([server.url("file")], tmp_path / "file", md5(CONTENT))
    assert (tmp_path / "file.part").read_bytes() == CONTENT[:1000]


def test_a_missing_file_names_its_address(server, tmp_path):
    with pytest.raises(DatasetUnavailable, match=r"/absent failed \(HTTP Error 404: Not Found\)$"):
        fetch([server.url("absent")], tmp_path / "absent", md5(CONTENT))


def test_the_second_mirror_serves_when_the_first_does_not(server, tmp_path):
    fetch([server.url("absent"), server.url("file")], tmp_path / "file", md5(CONTENT))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_no_network_is_said_at_once(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(DatasetUnavailable, match="Connection refused"):
            fetch([f"http://127.0.0.1:{taken.getsockname()[1]}/file"], tmp_path / "file", md5(CONTENT))
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DatasetUnavailable, match="timed out"):
        fetch([f"http://127.0.0.1:{silent.getsockname()[1]}/file"], tmp_path / "file", md5(CONTENT))
