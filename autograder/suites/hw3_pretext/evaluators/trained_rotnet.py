"""What a handed-in RotNet says of images it has not seen, turned here; nothing that knows a class."""

import gzip

import torch
from safetensors.torch import load

from homework.datasets import to_model_range
from homework.networks import RotNet, UnusableWeights, conv_shape, fill, read_weights

MAX_WIDTH = 64  # the notebook's largest
CHUNK = 250  # images at once
TURNS = range(4)


def evaluate(files):
    """The files by name -> problem ("" if the weights are fine), and if so width, features and logits.

    features: of upright images, `known` (1000, F) and `asked` (2000, F). logits: (4, 2000, 4), of `asked`, turned
    counter-clockwise by 0, 1, 2 and 3 quarters.
    """
    try:
        network = read_network(files["rotnet.safetensors"])
        images = load(gzip.decompress(files["probe_images.safetensors.gz"]))
        features = {name: apply(network.encoder, images[name]) for name in ("known", "asked")}
        logits = torch.stack([apply(network, torch.rot90(images["asked"], k, dims=(2, 3))) for k in TURNS])
    except UnusableWeights as problem:
        return {"problem": str(problem)}
    return {"problem": "", "width": network.encoder.features // 4, "logits": logits, **features}


def read_network(content):
    """The RotNet of these weights, in eval mode; UnusableWeights if they are not its own or not finite."""
    weights = read_weights(content, "rotnet.safetensors")
    width, _ = conv_shape(weights, "encoder.body.0.weight")
    if not 1 <= width <= MAX_WIDTH:
        raise UnusableWeights(f"it holds no weights of the given RotNet with a width of at most {MAX_WIDTH}")
    return fill(lambda: RotNet(channels=1, width=width), weights, "RotNet for Fashion-MNIST")


@torch.no_grad()
def apply(network, images):
    """What it gives for uint8 images (N, 1, 28, 28); UnusableWeights if not finite, as with a negative variance."""
    outputs = torch.cat([network(to_model_range(part)) for part in images.split(CHUNK)])
    if not torch.isfinite(outputs).all():
        raise UnusableWeights("with its weights some features or logits are NaN or infinite")
    return outputs
