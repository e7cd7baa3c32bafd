"""What a handed-in encoder says of images it has not seen: their features, and nothing that knows a label."""

import gzip

import torch
from safetensors.torch import load

from homework.datasets import to_model_range
from homework.networks import ConvEncoder

MAX_WIDTH = 64  # the notebook's largest
CHUNK = 250  # images at once


class Unusable(Exception):
    """The file is no set of weights for the given network; one sentence."""


def evaluate(files):
    """The files by name -> problem ("" if the weights are fine), and if so the width and features of both sets."""
    try:
        network = read_network(files["encoder.safetensors"])
        images = load(gzip.decompress(files["probe_images.safetensors.gz"]))
        features = {name: encode(network, images[name]) for name in ("known", "asked")}
    except Unusable as problem:
        return {"problem": str(problem)}
    return {"problem": "", "width": network.features // 4, **features}


def read_network(content):
    """The encoder of these weights, in eval mode; Unusable if they are not its own or not finite."""
    try:
        weights = {name: tensor.float() for name, tensor in load(content).items()}
    except Exception as error:
        raise Unusable("encoder.safetensors cannot be opened as a safetensors file") from error
    first = weights.get("body.0.weight")
    width = len(first) if first is not None and first.dim() == 4 else 0
    if not 1 <= width <= MAX_WIDTH:
        raise Unusable(f"it holds no weights of the given ConvEncoder with a width of at most {MAX_WIDTH}")
    network = ConvEncoder(channels=1, width=width)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise Unusable("its tensors are not those of the given ConvEncoder for Fashion-MNIST") from error
    if not all(tensor.isfinite().all() for tensor in weights.values()):
        raise Unusable("some of its weights are NaN or infinite")
    return network.eval()


@torch.no_grad()
def encode(network, images):
    """Features of uint8 images (N, 1, 28, 28); Unusable if they are not finite, as with a negative variance."""
    features = torch.cat([network(to_model_range(part)) for part in images.split(CHUNK)])
    if not torch.isfinite(features).all():
        raise Unusable("with its weights some features are NaN or infinite")
    return features
