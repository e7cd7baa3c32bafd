"""What generated clothes are like: measured in the grader's own process, on pixels and nothing else.

The given classifier sees the clothes without their frame. Real images are known by mean and covariance of its features.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from homework.datasets import to_model_range
from homework.evaluation import frechet_distance, image_features
from homework.networks import load_classifier

SIDE, FRAME = 32, 2
ALIKE = 1.0  # images that are nearer to each other look the same; a real one is 8.6 from the one most like it
REAL = Path(__file__).parent / "given" / "real.safetensors"


@dataclass(frozen=True)
class Clothes:
    """distance: Fréchet, from real images. shares: of the classes, (10,).

    spacing: distance from an image to the nearest other one, median. jump: the largest step on a walk from one image to
    another, as a share of how far two images are apart; median over walks.
    """

    distance: float
    shares: Tensor
    spacing: float
    jump: float


def are_images(images: object, count: int) -> bool:
    """Whether these are `count` grey images of 32 x 32 pixels, uint8."""
    return isinstance(images, Tensor) and images.dtype == torch.uint8 and images.shape == (count, 1, SIDE, SIDE)


@lru_cache(maxsize=1)  # several tests ask about the same images
def measure(samples: Tensor, walks: Tensor, steps: int) -> Clothes:
    """Of samples (N, 1, 32, 32) and walks (W (steps + 1), 1, 32, 32), both uint8."""
    classifier = load_classifier("fashion_mnist")
    features = image_features(classifier, to_model_range(_without_frame(samples)))
    with torch.no_grad():
        classes = classifier.head(features).argmax(dim=1)
    pixels = to_model_range(samples).flatten(start_dim=1)
    return Clothes(
        distance=frechet_distance(features, load_file(REAL)["features"]),
        shares=torch.bincount(classes, minlength=10) / len(classes),
        spacing=_nearest(pixels).median().item(),
        jump=_largest_steps(walks, steps).median().item() / max(_typical_distance(pixels), ALIKE),
    )


def _without_frame(images: Tensor) -> Tensor:
    return images[:, :, FRAME : SIDE - FRAME, FRAME : SIDE - FRAME]


def _nearest(pixels: Tensor) -> Tensor:
    """From each row of pixels (N, P) to the nearest other row, (N,)."""
    return torch.cdist(pixels, pixels).fill_diagonal_(torch.inf).amin(dim=1)


def _largest_steps(walks: Tensor, steps: int) -> Tensor:
    """The largest change between neighbours on each walk, (W,)."""
    stops = to_model_range(walks).flatten(start_dim=1).unflatten(0, (-1, steps + 1))
    return stops.diff(dim=1).norm(dim=2).amax(dim=1)


def _typical_distance(pixels: Tensor) -> float:
    """Between two rows of pixels (N, P) that have nothing to do with each other, median."""
    return (pixels[::2] - pixels[1::2]).norm(dim=1).median().item()
