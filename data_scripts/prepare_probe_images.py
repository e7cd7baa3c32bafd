"""Picks the Fashion-MNIST images on which the grader reads the encoders that hw3 and hw4 hand in.

    python data_scripts/prepare_probe_images.py

The last 300 test images of each class, class by class: the first 100 of these are for readers to learn from, the other
200 to be asked about. No label is stored, as the order tells. Compressed 1.3 MB, so that grading needs no data set and
no network. Fashion-MNIST: Xiao, Rasul & Vollgraf, 2017, MIT licence.
"""

import gzip
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from homework.datasets import load_fashion_mnist

TARGET = Path(__file__).parents[1] / "autograder" / "suites" / "probe_images.safetensors.gz"
KNOWN_PER_CLASS, ASKED_PER_CLASS = 100, 200


def last_of_each_class(labels: Tensor, count: int) -> Tensor:
    """Indices of the last `count` items of each class, (classes, count)."""
    return torch.stack([(labels == label).nonzero().flatten()[-count:] for label in labels.unique()])


def main() -> None:
    data = load_fashion_mnist(train=False)
    chosen = last_of_each_class(data.labels, KNOWN_PER_CLASS + ASKED_PER_CLASS)
    parts = {"known": chosen[:, :KNOWN_PER_CLASS], "asked": chosen[:, KNOWN_PER_CLASS:]}
    images = {name: data.images[rows.flatten()].contiguous() for name, rows in parts.items()}
    TARGET.write_bytes(gzip.compress(save(images), mtime=0))  # the same bytes at any time
    print(", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in images.items()))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

# Expected output:
# known (1000, 1, 28, 28), asked (2000, 1, 28, 28)
# probe_images.safetensors.gz: 1,315,520 bytes
