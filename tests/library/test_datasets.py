"""Data sets: a cache that is whole or absent, sources in turn, one sentence when all fail, and pixels' ranges."""

import os
import signal
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from homework.datasets import DataSet, DatasetUnavailable, ImageSet, load, to_model_range, to_pixels
from homework.datasets.cache import digest, read_split, write_splits
from preparation import prepare


def splits(value: int = 7):
    images = torch.full((6, 1, 2, 2), value, dtype=torch.uint8)
    return {"train": (images[:4], torch.arange(4)), "test": (images[4:], torch.arange(2))}


def same(split, other) -> bool:
    return all(a.dtype == b.dtype and torch.equal(a, b) for a, b in zip(split, other, strict=True))


def test_the_cache_gives_back_what_was_written(tmp_path):
    write_splits(tmp_path / "deep" / "set.safetensors", splits())
    for name, split in splits().items():
        assert same(read_split(tmp_path / "deep" / "set.safetensors", name), split)


@pytest.mark.parametrize("length", [0, 5, 100, -1])
def test_half_a_cache_file_counts_as_none(length, tmp_path):
    path = tmp_path / "set.safetensors"
    write_splits(path, splits())
    path.write_bytes(path.read_bytes()[:length])
    assert read_split(path, "train") is None


def test_a_foreign_file_counts_as_none(tmp_path):
    save_file({"weights": torch.ones(2)}, tmp_path / "set.safetensors")
    assert read_split(tmp_path / "set.safetensors", "train") is None


def test_changing_loaded_images_does_not_change_the_cache(tmp_path):
    write_splits(tmp_path / "set.safetensors", splits())
    read_split(tmp_path / "set.safetensors", "train")[0].zero_()
    assert same(read_split(tmp_path / "set.safetensors", "train"), splits()["train"])


def test_others_may_read_the_cache(tmp_path):
    write_splits(tmp_path / "set.safetensors", splits())
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "set.safetensors").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failed_write_leaves_the_old_cache_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "set.safetensors"
    write_splits(path, splits(1))

    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_splits(path, splits(2))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert same(read_split(path, "train"), splits(1)["train"])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_kill_while_writing_leaves_the_old_cache(tmp_path, monkeypatch):
    path = tmp_path / "set.safetensors"
    write_splits(path, splits(1))
    child = os.fork()
    if child == 0:
        try:
            monkeypatch.setattr(Path, "replace", lambda *args: os.kill(os.getpid(), signal.SIGKILL))
            write_splits(path, splits(2))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert same(read_split(path, "train"), splits(1)["train"])


class Source:
    """Gives what it is told to, or raises it, and counts how often it is asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, 0

    def __call__(self, raw):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def fake(**answers) -> DataSet:
    hashes = {name: digest(split) for name, split in splits().items()}
    return DataSet("fake", ("a", "b"), hashes, {name: Source(answer) for name, answer in answers.items()})


def test_a_set_is_fetched_once(tmp_path):
    data = fake(publisher=splits())
    for train in (True, False, True):
        found = load(data, train, tmp_path)
        assert same((found.images, found.labels), splits()["train" if train else "test"])
        assert (found.classes, found.name) == (("a", "b"), "fake")
    assert data.sources["publisher"].asked == 1


def test_the_next_source_is_asked_when_one_fails(tmp_path):
    data = fake(publisher=DatasetUnavailable("down"), package=OSError("disk"), other=splits())
    assert len(load(data, True, tmp_path)) == 4


def test_a_source_with_other_data_is_passed_over(tmp_path):
    assert load(fake(publisher=splits(9), package=splits()), True, tmp_path).images[0, 0, 0, 0] == 7


def test_when_all_fail_one_sentence_says_what_was_tried_and_what_to_do(tmp_path):
    data = fake(publisher=DatasetUnavailable("no network"), package=splits(9))
    with pytest.raises(DatasetUnavailable) as raised:
        load(data, True, tmp_path)
    sentence = str(raised.value)
    assert "\n" not in sentence
    for words in ("publisher: no network", "package: gave other data", str(tmp_path), "copy fake.safetensors"):
        assert words in sentence
    assert raised.value._render_traceback_() == [f"DatasetUnavailable: {sentence}"]


def test_a_damaged_cache_is_made_anew(tmp_path):
    data = fake(publisher=splits())
    load(data, True, tmp_path)
    path = tmp_path / "fake.safetensors"
    content = bytearray(path.read_bytes())
    content[content.rindex(bytes([7] * 16))] ^= 1  # one bit of one pixel
    path.write_bytes(content)
    for _ in range(2):
        assert load(data, True, tmp_path).images.eq(7).all()
    assert data.sources["publisher"].asked == 2


def test_data_that_cannot_be_cached_are_given_all_the_same(tmp_path, capsys):
    (tmp_path / "file").write_bytes(b"")
    assert len(load(fake(publisher=splits()), True, tmp_path / "file")) == 4
    assert "set HOMEWORK_DATA to a folder with room" in capsys.readouterr().err


def test_the_folder_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWORK_DATA", str(tmp_path))
    load(fake(publisher=splits()))
    assert (tmp_path / "fake.safetensors").exists()
    monkeypatch.delenv("HOMEWORK_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    load(fake(publisher=splits()))
    assert (tmp_path / ".cache/lecture19-homework/fake.safetensors").exists()


def test_prepare_prints_what_there_is_or_why_not(tmp_path, capsys):
    prepare(fake(publisher=splits()), tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(", sha256")[0] for line in lines] == [
        "fake train: 4 x 1 x 2 x 2, 2 classes",
        "fake test: 2 x 1 x 2 x 2, 2 classes",
    ]
    with pytest.raises(SystemExit, match="could not be had"):
        prepare(fake(publisher=DatasetUnavailable("no network")), tmp_path / "elsewhere")


def test_prepare_asks_for_the_package_first(tmp_path, monkeypatch):
    packages = {"fake": Source(splits())}
    monkeypatch.setattr("preparation.BY_NAME", packages)
    data = fake(publisher=DatasetUnavailable("not asked"))
    prepare(data, tmp_path)
    assert (packages["fake"].asked, data.sources["publisher"].asked) == (1, 0)


def test_every_pixel_value_survives_the_model_range():
    pixels = torch.arange(256, dtype=torch.uint8).reshape(4, 1, 8, 8)
    x = to_model_range(pixels)
    assert (x.min(), x.max(), x.dtype) == (-1, 1, torch.float32)
    assert torch.equal(to_pixels(x), pixels)
    torch.testing.assert_close(x, pixels / 255 * 2 - 1)


@given(st.integers(0, 255), st.floats(-0.49, 0.49))
def test_what_is_near_a_pixel_value_becomes_it(pixel, offset):
    assert to_pixels(torch.tensor((pixel + offset) / 127.5 - 1, requires_grad=True)) == pixel


@given(st.floats(1, 6e4), st.sampled_from([torch.float16, torch.bfloat16, torch.float32, torch.float64]))
def test_what_is_outside_the_range_is_clamped(size, dtype):
    assert to_pixels(torch.tensor([size, -size], dtype=dtype)).tolist() == [255, 0]


def test_images_scaled_before_are_refused():
    with pytest.raises(TypeError, match="should be uint8 pixels"):
        to_model_range(torch.zeros(2, 1, 2, 2))


def test_an_image_set_counts_scales_and_takes():
    data = ImageSet(*splits(255)["train"], ("a", "b"), "fake")
    assert len(data) == 4
    assert torch.equal(data.scaled(), torch.ones(4, 1, 2, 2))
    assert data.scaled("meta").device.type == "meta"
    assert data.take(2).labels.tolist() == [0, 1]
    assert (len(data.take(2)), data.take(2).name, len(data.take(4))) == (2, "fake", 4)
    for count in (5, -1):
        with pytest.raises(ValueError, match=f"fake has 4 items.*not {count}$"):
            data.take(count)
