"""Fashion-MNIST: 60,000 and 10,000 grey images of clothes, 28 x 28, ten classes.

Xiao, Rasul & Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017. MIT.
"""

import gzip
import zlib
from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets import FashionMNIST

from .cache import Split
from .download import fetch
from .images import ImageSet
from .sources import DataSet, load
from .unavailable import DatasetUnavailable


def load_fashion_mnist(train: bool = True, folder: Path | None = None) -> ImageSet:
    """60,000 training or 10,000 test images, (N, 1, 28, 28) uint8. Raises DatasetUnavailable."""
    return load(FASHION_MNIST, train, folder)


def from_publisher(raw: Path) -> dict[str, Split]:
    """The authors' four files, from where torchvision fetches them."""
    archives = raw / "fashion-mnist"
    for name, md5 in FashionMNIST.resources:
        fetch([mirror + name for mirror in FashionMNIST.mirrors], archives / name, md5)
    return read(archives)


def read(archives: Path) -> dict[str, Split]:
    """Both splits from a folder of IDX files: a header of four bytes per announced size and four more, then pixels."""
    return {
        split: (
            _unpack(archives / f"{prefix}-images-idx3-ubyte.gz", header=16).reshape(-1, 1, 28, 28),
            _unpack(archives / f"{prefix}-labels-idx1-ubyte.gz", header=8).long(),
        )
        for split, prefix in (("train", "train"), ("test", "t10k"))
    }


def _unpack(archive: Path, header: int) -> Tensor:
    try:
        content = gzip.decompress(archive.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetUnavailable(f"{archive} cannot be read ({error}), remove it and call again") from None
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=header)


FASHION_MNIST = DataSet(
    name="fashion_mnist",
    classes=tuple(FashionMNIST.classes),
    sha256={
        "train": "16d82e2b505296aa2b78bd5ea0992634f30419a4c97def7c907d154a35ac6157",
        "test": "9f1ec356a747bfe4ebab3cfb722d3694c9ca737e2570f6f90cf31d7b6fd689d4",
    },
    sources={"publisher": from_publisher},
)
