"""Speech: two hours of telephone announcements at 8,000 samples a second, in five languages, by four voices.

The announcements of the telephone system Asterisk. Allison Smith (English and Spanish) and June Wallack (French),
paid for by Digium and others, CC-BY-SA-3.0; Carlo Flora (Italian), CC-BY-SA-3.0; Maxim Topal (Russian), CC-BY-3.0.
"""

import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .cache import Split
from .debian import unpack_deb
from .download import fetch
from .sources import DataSet, load_split

LANGUAGES = {"English": "en", "Spanish": "es", "French": "fr", "Italian": "it", "Russian": "ru"}
RATE, WINDOW = 8_000, 8_192  # samples a second; samples a window, 1.024 seconds
TEST_EVERY = 5  # of the announcements of a language, one in five is for testing
SOUNDS = "usr/share/asterisk/sounds"  # inside the packages
PACKAGE = "asterisk-core-sounds-{code}-wav"
FILE = PACKAGE + "_1.6.1-1_all.deb"
POOL = "pool/main/a/asterisk-core-sounds"
MIRRORS = ("https://deb.debian.org/debian", "https://snapshot.debian.org/archive/debian/20230615T000000Z")
MD5 = {
    "en": "2b3de0111251e3ac45be97e1a04b5a8f",
    "es": "4ba5dadf338ca8edbd2d9f3f7ea4fbbb",
    "fr": "fa676ae4db9616cf15491d3b33b18a3c",
    "it": "360065b1a67896e915571a5cfe0816c9",
    "ru": "ab6cde935fa18160b1f72556989a89e3",
}


@dataclass(frozen=True, eq=False)
class SpeechSet:
    """Windows of sound. `sounds`: (N, 8192) int16; `labels`: (N,) long, which recording, an index into `classes`.

    A recording is one language spoken by one voice; language and voice cannot be told apart here.
    """

    sounds: Tensor
    labels: Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sounds)

    def take(self, count: int) -> "SpeechSet":
        """The first `count` windows; the languages take turns, in proportion to what there is of each."""
        return SpeechSet(self.sounds[:count], self.labels[:count], self.classes)


def load_speech(train: bool = True, folder: Path | None = None) -> SpeechSet:
    """4,635 windows of 1.024 seconds to train on, or 1,244 of other announcements. Raises DatasetUnavailable."""
    return SpeechSet(*load_split(SPEECH, "train" if train else "test", folder), SPEECH.classes)


def to_signal(sounds: Tensor) -> Tensor:
    """Samples, int16, as a signal with one channel: (N, S) -> (N, 1, S), float32 in [-1, 1)."""
    return sounds[:, None].float() / 32_768


def from_mirrors(raw: Path) -> dict[str, Split]:
    """Debian's five packages, 98 MB, from where Debian gives them out; Debian itself is not needed."""
    archives = {}
    for code, md5 in MD5.items():
        archives[code] = raw / FILE.format(code=code)
        fetch([f"{mirror}/{POOL}/{archives[code].name}" for mirror in MIRRORS], archives[code], md5)
    return read(archives)


def read(archives: dict[str, Path]) -> dict[str, Split]:
    """Both splits from the package of each language, by its code."""
    parts: dict[str, list[Tensor]] = {"train": [], "test": []}  # split -> for each language its windows (n, 8192)
    for code in LANGUAGES.values():
        for split, windows in _read_language(archives[code]).items():
            parts[split].append(windows)
    return {split: _take_turns(windows) for split, windows in parts.items()}


def _read_language(archive: Path) -> dict[str, Tensor]:
    with tempfile.TemporaryDirectory() as scratch:
        unpack_deb(archive, Path(scratch))
        return cut(sorted(Path(scratch, SOUNDS).rglob("*.wav")))


def cut(files: Sequence[Path]) -> dict[str, Tensor]:
    """Both splits of a language's announcements: whole windows (n, 8192) int16; what is left at an end is dropped.

    Files in folders called "silence" are left out.
    """
    spoken = [file for file in files if file.parent.name != "silence"]
    chosen = {"train": [file for number, file in enumerate(spoken) if number % TEST_EVERY]}
    chosen["test"] = spoken[::TEST_EVERY]
    return {split: torch.cat([_read(file) for file in part]) for split, part in chosen.items()}


def _read(file: Path) -> Tensor:
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)
    return torch.from_numpy(samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW))


def _take_turns(parts: list[Tensor]) -> Split:
    """Windows of all recordings, each spread evenly over the whole, and which recording they are from."""
    labels = torch.cat([torch.full((len(part),), number) for number, part in enumerate(parts)])
    places = torch.cat([(torch.arange(len(part), dtype=torch.float64) + 0.5) / len(part) for part in parts])
    order = places.argsort(stable=True)
    return torch.cat(parts)[order], labels[order]


SPEECH = DataSet(
    name="speech",
    classes=tuple(LANGUAGES),
    sha256={
        "train": "96f8e8ec090fdfbc7ef7e0dd68d86e54657dae547bbcd78f88fba2e655d194f6",
        "test": "18ae205ffbcbd45d284a40bef6d99c8d793024549819402c992f27797d9955d2",
    },
    sources={"publisher": from_mirrors},
)
