"""Emoji: 1,641 little pictures, each drawn by two artists, with the same caption: flags are left out.

Google's Noto Emoji, Apache-2.0; Twitter's Twemoji, CC-BY-4.0 (graphics: copyright 2020 Twitter, Inc and other
contributors). Collected, with the Unicode names that serve as captions, in emoji-data by Cal Henderson, MIT.
"""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .cache import Split
from .download import fetch
from .images import ImageSet
from .sources import DataSet, load_split

ARTISTS = ("google", "twitter")
PACKAGE = "emoji-datasource-{artist}@16.0.0"
SHEET, LIST = "img/{artist}/sheets/32.png", "emoji.json"  # inside the packages
MIRRORS = ("https://cdn.jsdelivr.net/npm", "https://unpkg.com")  # these give out single files of npm's packages
MD5 = {"google": "cfda460b5b19d9d45810ed146b4f1c56", "twitter": "ac756e3426f2e8ba827215092be89c77"}
MD5_OF_LIST = "7e30bda40874fcf27782e58a438784ea"
SIDE, GAP = 32, 1  # pixels: an image of the sheet, and the empty frame around it
LONGEST = 80  # bytes of a caption


@dataclass(frozen=True, eq=False)
class CaptionedSet(ImageSet):
    """Images with captions: image i shows what captions[i] says."""

    captions: tuple[str, ...]


def load_emoji(artist: str, folder: Path | None = None) -> CaptionedSet:
    """1,641 images by this artist, (N, 3, 32, 32) uint8 on white; number i shows the same thing by both artists.

    Args:
        artist: "google" or "twitter".

    Raises:
        DatasetUnavailable: no source has them.
        ValueError: there is no such artist.
    """
    if artist not in ARTISTS:
        raise ValueError(f"artist is {artist!r}, but should be one of {', '.join(ARTISTS)}")
    texts, labels = load_split(EMOJI, "captions", folder)
    images, _ = load_split(EMOJI, artist, folder)
    captions = tuple(bytes(row.tolist()).rstrip(b"\0").decode() for row in texts)
    return CaptionedSet(images, labels, EMOJI.classes, f"emoji by {artist}", captions)


def from_mirrors(raw: Path) -> dict[str, Split]:
    """The three files that are needed, 12 MB, from where npm's packages are unpacked for the web."""
    folder = raw / "emoji"
    _fetch("google", LIST, folder / LIST, MD5_OF_LIST)
    for artist in ARTISTS:
        _fetch(artist, SHEET.format(artist=artist), folder / f"{artist}.png", MD5[artist])
    sheets = {artist: (folder / f"{artist}.png").read_bytes() for artist in ARTISTS}
    return read((folder / LIST).read_bytes(), sheets)


def _fetch(artist: str, name: str, target: Path, md5: str) -> None:
    fetch([f"{mirror}/{PACKAGE.format(artist=artist)}/{name}" for mirror in MIRRORS], target, md5)


def read(names: bytes, sheets: dict[str, bytes]) -> dict[str, Split]:
    """The splits of this data set from emoji.json and a sheet for each artist; labels are the categories."""
    entries = [entry for entry in json.loads(names) if entry["category"] in EMOJI.classes]
    labels = torch.tensor([EMOJI.classes.index(entry["category"]) for entry in entries])
    places = np.array([(entry["sheet_y"], entry["sheet_x"]) for entry in entries])
    captions = [entry["name"].lower().encode().ljust(LONGEST, b"\0") for entry in entries]
    texts = torch.from_numpy(np.frombuffer(b"".join(captions), np.uint8).reshape(-1, LONGEST).copy())
    images = {artist: (_cut(sheet, places), labels.clone()) for artist, sheet in sheets.items()}
    return {**images, "captions": (texts, labels)}


def _cut(sheet: bytes, places: np.ndarray) -> Tensor:
    """Images (N, 3, 32, 32) uint8 on white from a sheet, a PNG with transparency; places (N, 2) are row and column."""
    pixels = np.asarray(Image.open(io.BytesIO(sheet)).convert("RGBA")).astype(np.int32)
    colors, opacity = pixels[..., :3], pixels[..., 3:]
    on_white = ((colors * opacity + 255 * (255 - opacity) + 127) // 255).astype(np.uint8)
    corners = places * (SIDE + 2 * GAP) + GAP
    images = np.stack([on_white[top : top + SIDE, left : left + SIDE] for top, left in corners])
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()


EMOJI = DataSet(
    name="emoji",
    classes=(
        "Activities",
        "Animals & Nature",
        "Component",
        "Food & Drink",
        "Objects",
        "People & Body",
        "Smileys & Emotion",
        "Symbols",
        "Travel & Places",
    ),
    sha256={
        "google": "bd02839ab868055c448d66efef9c0b89dfa5b9f566befa9ef960c88e813b19f8",
        "twitter": "4e8047e6ddcd05b0661e58685323ff903aa02e6b0a40d0f228e31e15587b0fa4",
        "captions": "4085bc2b8ef81f0f1790fd2623e481ae2c2e5052b6d2b8feae207c82c523a707",
    },
    sources={"publisher": from_mirrors},
)
