"""Trains the classifier of FashionMNIST that the homework ships: its features judge generated images.

    python data_scripts/train_classifier.py [FILE]

FILE defaults to assignments/homework/weights/fashion_mnist_classifier.safetensors. Two runs on the same machine give
the same bytes; other processors round otherwise, and may change the last digit of the accuracy.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from homework.datasets import load_fashion_mnist, to_model_range
from homework.networks import SHIPPED_CLASSIFIERS, WEIGHTS, ImageClassifier

EPOCHS, BATCH, PEAK_RATE = 12, 128, 6e-3
PROMISED_ACCURACY = 0.90
LARGEST_FILE = 300_000  # bytes: it is part of every student's download


def train(classifier: ImageClassifier, images: Tensor, labels: Tensor) -> None:
    """Images (N, C, H, W) uint8 in random order, mirrored at random, with a rate that rises and falls once."""
    per_epoch = len(images) // BATCH
    steps = EPOCHS * per_epoch
    optimizer = torch.optim.AdamW(classifier.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)
    for step in tqdm(range(steps)):
        if step % per_epoch == 0:
            order = torch.randperm(len(images)).split(BATCH)
        batch = order[step % per_epoch]
        loss = F.cross_entropy(classifier(mirror(to_model_range(images[batch]))), labels[batch], label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def mirror(x: Tensor) -> Tensor:
    """About half of the images, turned left to right."""
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)


@torch.no_grad()
def accuracy(classifier: ImageClassifier, images: Tensor, labels: Tensor) -> float:
    """The share of images (N, C, H, W) uint8 that are recognised."""
    logits = torch.cat([classifier(to_model_range(part)) for part in images.split(1000)])
    return (logits.argmax(dim=1) == labels).float().mean().item()


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS / "fashion_mnist_classifier.safetensors"
    torch.manual_seed(0)
    torch.set_num_threads(1)
    classifier = ImageClassifier(**SHIPPED_CLASSIFIERS["fashion_mnist"])
    known, unseen = load_fashion_mnist(train=True), load_fashion_mnist(train=False)
    train(classifier, known.images, known.labels)

    classifier.half().float().eval()  # judged as it will be shipped: rounded to float16
    share = accuracy(classifier, unseen.images, unseen.labels)
    print(f"recognises {share:.1%} of the {len(unseen):,} test images, promised {PROMISED_ACCURACY:.0%}")
    if share < PROMISED_ACCURACY:
        sys.exit("not saved: the classifier is worse than promised")
    save_file({name: x.half() if x.is_floating_point() else x for name, x in classifier.state_dict().items()}, target)
    print(f"{target.name}: {target.stat().st_size:,} bytes, at most {LARGEST_FILE:,}")


if __name__ == "__main__":
    main()
