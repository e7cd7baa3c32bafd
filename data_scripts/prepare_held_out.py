"""Picks the Fashion-MNIST images on which the grader measures handed-in denoisers; they stand in the suite of hw1.

    python data_scripts/prepare_held_out.py

The first 16 test images of each class, and the classifier's features of the first 50 of each: 230 kB, so that grading
needs no data set and no network. Fashion-MNIST: Xiao, Rasul & Vollgraf, 2017, MIT licence.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from homework.datasets import load_fashion_mnist, to_model_range
from homework.evaluation import image_features
from homework.networks import load_classifier

TARGET = Path(__file__).parents[1] / "autograder" / "suites" / "hw1_diffusion" / "given" / "held_out.safetensors"
IMAGES_PER_CLASS, FEATURES_PER_CLASS = 16, 50


def first_of_each_class(labels: Tensor, count: int) -> Tensor:
    """Indices of the first `count` items of each class, class by class."""
    return torch.cat([(labels == label).nonzero().flatten()[:count] for label in labels.unique()])


def main() -> None:
    data = load_fashion_mnist(train=False)
    seen, known = (first_of_each_class(data.labels, count) for count in (IMAGES_PER_CLASS, FEATURES_PER_CLASS))
    features = image_features(load_classifier("fashion_mnist"), to_model_range(data.images[known]))
    TARGET.parent.mkdir(exist_ok=True)
    tensors = {"images": data.images[seen], "labels": data.labels[seen], "features": features.half()}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, TARGET)
    print(", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in tensors.items()))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

# Expected output:
# images (160, 1, 28, 28), labels (160,), features (500, 96)
# held_out.safetensors: 223,016 bytes
