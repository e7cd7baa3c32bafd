"""Describes the Fashion-MNIST test images for the grader that judges handed-in generators, in the suite of hw2.

    python data_scripts/prepare_moments.py

Of the classifier's features of all 10,000 images the Fréchet distance needs mean and covariance only. 192 points that
have the same ones take the place of 10,000, so grading needs no data set. Fashion-MNIST: Xiao, Rasul & Vollgraf, 2017,
MIT licence.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from homework.datasets import load_fashion_mnist, to_model_range
from homework.evaluation import frechet_distance, image_features
from homework.networks import load_classifier

TARGET = Path(__file__).parents[1] / "autograder" / "suites" / "hw2_gan" / "given" / "real.safetensors"


def points_with_moments_of(features: Tensor) -> Tensor:
    """2 F points (2 F, F) with mean and covariance of features (N, F): pairs at both sides of the mean."""
    features = features.double()
    root = torch.linalg.cholesky(torch.cov(features.T)).T  # (F, F), root^T root = covariance
    far = ((2 * len(root) - 1) / 2) ** 0.5 * root
    return torch.cat([features.mean(dim=0) + far, features.mean(dim=0) - far])


def main() -> None:
    images = to_model_range(load_fashion_mnist(train=False).images)
    features = image_features(load_classifier("fashion_mnist"), images)
    points = points_with_moments_of(features).float()
    TARGET.parent.mkdir(exist_ok=True)
    save_file({"features": points.contiguous()}, TARGET)
    print(f"{tuple(points.shape)} stand for {tuple(features.shape)}: {frechet_distance(points, features):.1e} apart")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
