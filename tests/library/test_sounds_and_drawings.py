"""Speech and emoji, read from small packages of our own that look like the published ones."""

import hashlib
import io
import json
import wave
from dataclasses import replace

import numpy as np
import pytest
import torch
from archives import deb, tar
from file_server import serving
from PIL import Image

import package_sources
from homework.datasets import DatasetUnavailable, emoji, load_emoji, load_speech, speech, to_signal
from homework.datasets.cache import digest, write_splits


def write_sound(path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(np.asarray(samples, "<i2").tobytes())


def test_announcements_are_cut_into_whole_windows(tmp_path):
    for number in range(10):  # announcement number n has n windows and a rest, all samples 100 n + window
        samples = np.repeat(100 * number + np.arange(number), speech.WINDOW)
        write_sound(tmp_path / f"{number}.wav", np.concatenate([samples, np.full(50, -1)]))
    write_sound(tmp_path / "silence" / "0.wav", np.zeros(speech.WINDOW))
    found = speech.cut(sorted(tmp_path.rglob("*.wav")))
    assert found["test"].dtype == torch.int16
    assert found["test"][:, 0].tolist() == [500, 501, 502, 503, 504]  # number 0 is empty, number 5 comes next
    assert len(found["train"]) == 1 + 2 + 3 + 4 + 6 + 7 + 8 + 9
    assert (found["train"] == found["train"][:, :1]).all()


@pytest.fixture
def announcements(tmp_path):
    """code -> a package with two announcements in this language: four windows each of French, two of the others."""
    archives = {}
    for code in speech.LANGUAGES.values():
        count, sound = 4 if code == "fr" else 2, tmp_path / "sound.wav"
        write_sound(sound, np.full(count * speech.WINDOW, ord(code[0])))
        names = [f"./{speech.SOUNDS}/{code}_voice/{number}.wav" for number in range(2)]
        archives[code] = tmp_path / speech.FILE.format(code=code)
        archives[code].write_bytes(deb(dict.fromkeys(names, sound.read_bytes())))
    return archives


def assert_are_announcements(found):
    sounds, labels = found["train"]
    assert labels.bincount().tolist() == [2, 2, 4, 2, 2]
    assert len(sounds) == 12


def test_speech_comes_from_a_mirror_when_the_first_is_down(announcements, tmp_path, monkeypatch):
    files = {path.name: path.read_bytes() for path in announcements.values()}
    hashes = {code: hashlib.md5(path.read_bytes()).hexdigest() for code, path in announcements.items()}
    monkeypatch.setattr(speech, "MD5", hashes)
    with serving({f"{speech.POOL}/{name}": content for name, content in files.items()}) as server:
        monkeypatch.setattr(speech, "MIRRORS", (server.url("down"), server.url().rstrip("/")))
        assert_are_announcements(speech.from_mirrors(tmp_path / "raw"))


def test_speech_comes_from_debian(announcements, tmp_path, monkeypatch):
    monkeypatch.setattr(package_sources, "fetch_debian", lambda package, raw: raw / f"{package}_1.6.1-1_all.deb")
    assert_are_announcements(package_sources.speech_from_debian(tmp_path))


def test_languages_take_turns_in_proportion(announcements):
    sounds, labels = speech.read(announcements)["train"]
    assert labels.bincount().tolist() == [2, 2, 4, 2, 2]
    assert labels[:6].bincount(minlength=5).tolist() == [1, 1, 2, 1, 1]
    assert sounds[:, 0].tolist() == [ord(list(speech.LANGUAGES.values())[label][0]) for label in labels]


def test_a_signal_has_one_channel_and_stays_below_one():
    x = to_signal(torch.tensor([[-32_768, 0, 32_767]], dtype=torch.int16))
    assert x.shape == (1, 1, 3)
    assert x.dtype == torch.float32
    assert x.flatten().tolist() == pytest.approx([-1, 0, 1], abs=1e-4)
    assert x.max() < 1


@pytest.fixture
def published():
    """emoji.json with three emoji, one of them a flag, and sheets of 2 x 2 cells of one colour each."""
    entries = [
        {"name": "RED HEART", "category": "Symbols", "sheet_x": 0, "sheet_y": 1},
        {"name": "Egypt Flag", "category": "Flags", "sheet_x": 1, "sheet_y": 1},
        {"name": "OTTER", "category": "Animals & Nature", "sheet_x": 1, "sheet_y": 0},
    ]
    sheets = {}
    for artist, blue in (("google", 10), ("twitter", 200)):
        pixels = np.zeros((68, 68, 4), np.uint8)  # a frame of one clear pixel around each image of 32
        for row in range(2):
            for column in range(2):
                opacity = 255 if row else 127
                pixels[34 * row + 1 :, 34 * column + 1 :][:32, :32] = [100 * row, 100 * column, blue, opacity]
        picture = io.BytesIO()
        Image.fromarray(pixels).save(picture, "png")
        sheets[artist] = picture.getvalue()
    return json.dumps(entries).encode(), sheets


def assert_are_published(found):
    images, labels = found["google"]
    assert images.shape == (2, 3, 32, 32)
    assert [emoji.EMOJI.classes[label] for label in labels] == ["Symbols", "Animals & Nature"]
    assert images[0].flatten(1).unique(dim=1).flatten().tolist() == [100, 0, 10]  # row 1, column 0, opaque
    half = [round((level * 127 + 255 * 128) / 255) for level in (0, 100, 10)]  # row 0, column 1, on white
    assert images[1].flatten(1).unique(dim=1).flatten().tolist() == half
    assert found["twitter"][0][0, 2].unique().tolist() == [200]
    captions = [bytes(row.tolist()).rstrip(b"\0").decode() for row in found["captions"][0]]
    assert captions == ["red heart", "otter"]


def test_emoji_are_cut_from_sheets_and_put_on_white(published):
    assert_are_published(emoji.read(*published))


def test_emoji_come_from_npm(published, tmp_path, monkeypatch):
    names, sheets = published

    def fetch_npm(package, sha512, raw):
        artist = package.split("-")[2].split("@")[0]
        assert sha512 == package_sources.EMOJI_SHA512[artist]
        path = tmp_path / f"{artist}.tgz"
        path.write_bytes(
            tar({"package/emoji.json": names, f"package/img/{artist}/sheets/32.png": sheets[artist]}),
        )
        return path

    monkeypatch.setattr(package_sources, "fetch_npm", fetch_npm)
    assert_are_published(package_sources.emoji_from_npm(tmp_path))


def test_emoji_come_from_a_mirror_when_the_first_is_down(published, tmp_path, monkeypatch):
    names, sheets = published
    files = {"emoji-datasource-google@16.0.0/emoji.json": names}
    files |= {f"emoji-datasource-{name}@16.0.0/img/{name}/sheets/32.png": sheet for name, sheet in sheets.items()}
    monkeypatch.setattr(emoji, "MD5", {name: hashlib.md5(sheet).hexdigest() for name, sheet in sheets.items()})
    monkeypatch.setattr(emoji, "MD5_OF_LIST", hashlib.md5(names).hexdigest())
    with serving(files) as server:
        monkeypatch.setattr(emoji, "MIRRORS", (server.url("down"), server.url().rstrip("/")))
        assert_are_published(emoji.from_mirrors(tmp_path / "raw"))


def test_both_artists_have_the_same_captions(published, tmp_path, monkeypatch):
    found = emoji.read(*published)
    hashes = {name: digest(split) for name, split in found.items()}
    monkeypatch.setattr(emoji, "EMOJI", replace(emoji.EMOJI, sha256=hashes))
    write_splits(tmp_path / "emoji.safetensors", found)
    google, twitter = (load_emoji(artist, tmp_path) for artist in emoji.ARTISTS)
    assert google.captions == twitter.captions == ("red heart", "otter")
    assert not torch.equal(google.images, twitter.images)
    with pytest.raises(ValueError, match="should be one of google, twitter"):
        load_emoji("apple", tmp_path)


def test_a_machine_without_a_network_is_told_in_one_sentence(tmp_path, monkeypatch):
    with serving({}) as server:
        monkeypatch.setattr(speech, "MIRRORS", (server.url("down"),))
        with pytest.raises(DatasetUnavailable, match=r"^speech is not in .*en-wav_1.6.1-1_all.deb failed.*copy speech"):
            load_speech(folder=tmp_path)
