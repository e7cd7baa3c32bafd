"""What a handed-in encoder says of images it has not seen: their features, and nothing that knows a label."""

import gzip

import torch
from safetensors.torch import load

from homework.datasets import to_model_range
from homework.networks import ConvEncoder, UnusableWeights, conv_shape, fill, read_weights

MAX_WIDTH = 64  # the notebook's largest
CHUNK = 250  # images at once


def evaluate(files):
    """The files by name -> problem ("" if the weights are fine), and if so the width and features of both sets."""
    try:
        network = read_network(files["encoder.safetensors"])
        images = load(gzip.decompress(files["probe_images.safetensors.gz"]))
        features = {name: encode(network, images[name]) for name in ("known", "asked")}
    except UnusableWeights as problem:
        return {"problem": str(problem)}
    return {"problem": "", "width": network.features // 4, **features}


def read_network(content):
    """The encoder of these weights, in eval mode; UnusableWeights if they are not its own or not finite."""
    weights = read_weights(content, "encoder.safetensors")
    width, _ = conv_shape(weights, "body.0.weight")
    if not 1 <= width <= MAX_WIDTH:
        raise UnusableWeights(f"it holds no weights of the given ConvEncoder with a width of at most {MAX_WIDTH}")
    return fill(lambda: ConvEncoder(channels=1, width=width), weights, "ConvEncoder for Fashion-MNIST")


@torch.no_grad()
def encode(network, images):
    """Features of uint8 images (N, 1, 28, 28); UnusableWeights if they are not finite, as with a negative variance."""
    features = torch.cat([network(to_model_range(part)) for part in images.split(CHUNK)])
    if not torch.isfinite(features).all():
        raise UnusableWeights("with its weights some features are NaN or infinite")
    return features
