"""CIFAR-10: 50,000 and 10,000 colour images, 32 x 32, ten classes.

Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. No licence is stated: cite, don't redistribute.
"""

import tempfile
from pathlib import Path

import numpy as np
import torch
from torchvision import datasets
from torchvision.datasets.utils import extract_archive

from .cache import Split
from .download import fetch
from .images import ImageSet
from .sources import DataSet, load


def load_cifar10(train: bool = True, folder: Path | None = None) -> ImageSet:
    """50,000 training or 10,000 test images, (N, 3, 32, 32) uint8. Raises DatasetUnavailable.

    The publisher's host can be slow: an hour for 170 MB.
    """
    return load(CIFAR10, train, folder)


def from_publisher(raw: Path) -> dict[str, Split]:
    """The authors' archive, from where torchvision fetches it, read by torchvision."""
    published = datasets.CIFAR10
    archive = raw / published.filename
    fetch([published.url], archive, published.tgz_md5)
    with tempfile.TemporaryDirectory() as root:
        extract_archive(str(archive), root)
        sets = {split: published(root, train=split == "train") for split in ("train", "test")}
    return {split: to_split(found.data, found.targets) for split, found in sets.items()}


def to_split(images: np.ndarray, labels: list[int]) -> Split:
    """Images as torchvision reads them, (N, 32, 32, 3) -> (N, 3, 32, 32)."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels)


CIFAR10 = DataSet(
    name="cifar10",
    classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    sha256={
        "train": "1e91790dbaf241617ca1f29a9aba08eb9a62df84cc90676b47edd05ad2ab3c94",
        "test": "9a4c74f5c8b6f2c4e13d3a1dfb43a5a8cda8a9da515e99fd620d2013a1a6287a",
    },
    sources={"publisher": from_publisher},
)
