"""Races the solution's views of a whole batch against torchvision's on PIL images, and against kornia's batches.

    python benchmarks/augmentation.py [--rounds 5]      needs the extras dev and bench

Views of 3 x 32 x 32 images in a second of one core's processor time, drawing included: crop, flip, brightness,
contrast, saturation, grey. The best of a few rounds, in which all take turns. torchvision's second transforms on a
whole batch stand beside them; they draw once for all images. Exit status 1 if ours are not eight times as many as
those of the usual pipeline, which takes one image after the other.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torchvision.transforms import (
    ColorJitter,
    Compose,
    RandomGrayscale,
    RandomHorizontalFlip,
    RandomResizedCrop,
    ToPILImage,
    ToTensor,
    v2,
)

from homework.augmentation import draw_augmentations
from homework.notebook.selection import select
from homework.running import define

SOLUTION = Path(__file__).parents[1] / "solutions" / "hw4_contrastive" / "hw4_contrastive.ipynb"
SIDE, BATCH, AREA, JITTER, GREY = 32, 256, (0.2, 1.0), 0.4, 0.2
SECONDS_A_ROUND, PROMISED = 1.0, 8

Pipeline = Callable[[], Tensor]  # makes a batch of views, (BATCH, 3, 32, 32)


def make_ours(images: Tensor) -> Pipeline:
    """The solution's simclr_augment with draws of its own for each image."""
    names, _ = define(select(SOLUTION.read_bytes(), ("crop_and_flip", "simclr_augment")).statements)
    augment, rng = names["simclr_augment"], torch.Generator().manual_seed(0)
    return lambda: augment(
        images, draw_augmentations(BATCH, SIDE, SIDE, rng, area=AREA, jitter=JITTER, grey=GREY), SIDE
    )


def make_pil(images: Tensor) -> Pipeline:
    """torchvision's first transforms, image by image, as most programs have them in a DataLoader."""
    steps = [RandomResizedCrop(SIDE, AREA), RandomHorizontalFlip(), ColorJitter(JITTER, JITTER, JITTER)]
    transform = Compose([*steps, RandomGrayscale(GREY), ToTensor()])
    pictures = [ToPILImage()(image) for image in images]
    return lambda: torch.stack([transform(picture) for picture in pictures])


def make_kornia(images: Tensor) -> Pipeline:
    """kornia's batched transforms, a draw for each image."""
    from kornia import augmentation as kornia

    transform = torch.nn.Sequential(
        kornia.RandomResizedCrop((SIDE, SIDE), scale=AREA),
        kornia.RandomHorizontalFlip(),
        kornia.ColorJiggle(JITTER, JITTER, JITTER, p=1.0),
        kornia.RandomGrayscale(p=GREY),
    )
    return lambda: transform(images)


def make_torchvision_on_a_batch(images: Tensor) -> Pipeline:
    """torchvision's second transforms, given the whole batch: they draw once, and treat all images alike."""
    transform = v2.Compose(
        [
            v2.RandomResizedCrop(SIDE, AREA, antialias=False),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(JITTER, JITTER, JITTER),
            v2.RandomGrayscale(GREY),
        ]
    )
    return lambda: transform(images)


PIPELINES = {
    "homework": make_ours,
    "torchvision on PIL, image by image": make_pil,
    "kornia, batched": make_kornia,
    "torchvision v2 on the batch": make_torchvision_on_a_batch,
}


def views_per_second(pipeline: Pipeline) -> float:
    """Views in a second of processor time, over about a second of it."""
    started, batches = time.process_time(), 0
    while (spent := time.process_time() - started) < SECONDS_A_ROUND:
        pipeline()
        batches += 1
    return batches * BATCH / spent


def draws_differ(pipeline: Callable[[Tensor], Pipeline], image: Tensor) -> bool:
    """Whether copies of one image become different views."""
    views = pipeline(image.expand(BATCH, -1, -1, -1).contiguous())()
    return len(views.flatten(start_dim=1).unique(dim=0)) > BATCH // 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # third-party imports
    images = torch.rand(BATCH, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    pipelines = {name: make(images) for name, make in PIPELINES.items()}
    rates = dict.fromkeys(PIPELINES, 0.0)
    for _ in range(arguments.rounds):
        for name, pipeline in pipelines.items():
            rates[name] = max(rates[name], views_per_second(pipeline))
    titles = ("pipeline", "views a second", "times PIL", "draws")
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    usual = rates["torchvision on PIL, image by image"]
    for name, rate in rates.items():
        draws = (
            "one for each image" if draws_differ(PIPELINES[name], images[0]) else "ONE FOR ALL: no pairs to learn from"
        )
        print(f"| {name} | {rate:,.0f} | {rate / usual:.1f} | {draws} |")
    return int(rates["homework"] < PROMISED * usual)


if __name__ == "__main__":
    sys.exit(main())
