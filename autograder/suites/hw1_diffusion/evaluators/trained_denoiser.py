"""What a handed-in denoiser does: its error on images it has not seen, and the pictures it makes.

The schedule is the course's own. Pictures are made in few of its steps by the sampler of Song et al. (DDIM), 2021,
eq. 12 and 16 with eta = 1, from given noise: the same weights always give the same pictures.
"""

import json
import math

import numpy as np
import torch
from safetensors.torch import load

from homework.datasets import to_pixels
from homework.evaluation import class_agreement, frechet_distance, image_features
from homework.networks import ImageClassifier, UNet, UnusableWeights, conv_shape, fill, read_weights

CLASSES, SIDE, MAX_WIDTH = 10, 28, 96
BETAS = torch.linspace(5e-4, 0.1, 200, dtype=torch.float64)
ALPHA_BAR = torch.cumprod(1 - BETAS, dim=0)
TIMES = (5, 40, 100, 160)
SAMPLING_STEPS, PER_CLASS, GUIDANCE = 25, 8, 2.0
SHOWN = 4  # pictures of each class that the student gets to see


def evaluate(files):
    """The files by name -> problem ("" if the weights are fine), and if so losses, agreement, distance and pictures.

    pictures: (SHOWN CLASSES, 1, 28, 28), uint8, one of each class after the other.
    """
    try:
        network = read_network(files["denoiser.safetensors"])
    except UnusableWeights as problem:
        return {"problem": str(problem), **read_metrics(files)}
    held_out = load(files["held_out.safetensors"])
    classifier = read_classifier(files["fashion_mnist_classifier.safetensors"])
    with torch.no_grad():
        labels = torch.arange(CLASSES).repeat_interleave(PER_CLASS)
        pictures = make_pictures(network, labels)
        return {
            "problem": "",
            **measure_losses(network, held_out["images"].float() / 127.5 - 1, held_out["labels"]),
            "agreement": class_agreement(classifier, pictures, labels),
            "pictures": to_pixels(pictures).unflatten(0, (CLASSES, PER_CLASS))[:, :SHOWN].transpose(0, 1).flatten(0, 1),
            "distance": frechet_distance(image_features(classifier, pictures), held_out["features"].float()),
            **read_metrics(files),
        }


def read_network(content):
    """The U-Net of these weights; UnusableWeights if they are not its own or not finite."""
    weights = read_weights(content, "denoiser.safetensors")
    width, _ = conv_shape(weights, "stem.weight")
    if not 1 <= width <= MAX_WIDTH:
        raise UnusableWeights(f"it holds no weights of the given UNet with a width of at most {MAX_WIDTH}")
    return fill(lambda: UNet(channels=1, classes=CLASSES, width=width), weights, "UNet for Fashion-MNIST")


def read_classifier(content):
    """The given classifier, eval mode."""
    weights = load(content)
    classifier = ImageClassifier(channels=1, classes=CLASSES, width=len(weights["body.0.weight"]))
    classifier.load_state_dict(weights)
    return classifier.eval()


def draw(seed, *shape):
    """Standard normal numbers, the same on every machine."""
    return torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)).float()


def measure_losses(network, images, labels):
    """Mean squared error of the predicted noise at each of TIMES, labels given."""
    losses = {}
    for time in TIMES:
        kept, noise, t = float(ALPHA_BAR[time]), draw(time, *images.shape), torch.full((len(images),), time)
        x_t = math.sqrt(kept) * images + math.sqrt(1 - kept) * noise
        losses[f"loss_at_{time}"] = (network(x_t, t, labels) - noise).square().mean().item()
    return losses


def make_pictures(network, labels):
    """Guided samples of these classes, (B, 1, 28, 28) in [-1, 1]."""
    x = draw(0, len(labels), 1, SIDE, SIDE)
    times = torch.linspace(len(BETAS) - 1, 0, SAMPLING_STEPS).round().long().tolist()
    for time, later in zip(times, [*times[1:], -1], strict=True):
        t = torch.full((len(labels),), time)
        noise = (1 + GUIDANCE) * network(x, t, labels) - GUIDANCE * network(x, t)
        x = step_back(x, noise, time, later)
    return x.clamp(-1, 1)


def step_back(x, noise, time, later):
    """From time to an earlier one, -1 for clean pictures; x0 is clipped on the way."""
    kept, kept_later = float(ALPHA_BAR[time]), float(ALPHA_BAR[later]) if later >= 0 else 1.0
    x0 = ((x - math.sqrt(1 - kept) * noise) / math.sqrt(kept)).clamp(-1, 1)
    noise = (x - math.sqrt(kept) * x0) / math.sqrt(1 - kept)
    variance = (1 - kept_later) / (1 - kept) * (1 - kept / kept_later)
    direction = math.sqrt(1 - kept_later - variance) if later >= 0 else 0.0
    return math.sqrt(kept_later) * x0 + direction * noise + math.sqrt(variance) * draw(1 + time, *x.shape)


def read_metrics(files):
    """What metrics.json says of the training: steps and final loss, -1 where it does not say."""
    try:
        told = json.loads(files.get("metrics.json", b"{}"))["denoiser"]
        numbers = {name: float(told[name]) for name in ("steps", "loss")}
    except (ValueError, KeyError, TypeError, RecursionError):
        numbers = {}
    return {
        f"told_{name}": value if math.isfinite(value := numbers.get(name, -1.0)) else -1.0 for name in ("steps", "loss")
    }
