"""Probes of DCGANDiscriminator: what a network does, whatever its layers are called."""

import torch

from homework.layers import watch

from .inputs import draw, fill
from .inputs_dcgan import IMAGES, compare_items, count_reached, find_sizes, look_inside, send_back

LAST = torch.linspace(-30, 45, IMAGES)  # what the last layer is made to compute, one number an image
WIDTHS = (8, 5)
SIZE = 32


def draw_pictures(seed: int, count: int, channels: int) -> torch.Tensor:
    """Images (count, channels, 32, 32) in [-1, 1]."""
    return draw(seed, count, channels, SIZE, SIZE).tanh()


def judge_images(student):
    """Batches of several sizes in training mode; then evaluation mode, with one image alone at last."""
    small, large = student.DCGANDiscriminator(1, 8), student.DCGANDiscriminator(3, 5)
    images = draw_pictures(400, 5, 1)
    shapes = {"shape_of_5": small(images).shape, "shape_of_3": large(draw_pictures(401, 3, 3)).shape}
    compared = compare_items(fill(small, 402, scale=0.2), images)
    shapes["shape_of_1"] = small(images[:1]).shape
    return {**{name: torch.tensor(shape, dtype=torch.long) for name, shape in shapes.items()}, **compared}


def look(student):
    return look_inside(student.DCGANDiscriminator(3, 8), draw_pictures(410, IMAGES, 3), LAST, dense_at=-1)


def send_gradients_back(student):
    """Sizes of the maps at two widths; then float64 logits whose gradient is sent back to parameters and images."""
    channels = {}
    for width in WIDTHS:
        network = student.DCGANDiscriminator(1, width)
        layers = watch(network, draw_pictures(420, IMAGES, 1))[1].layers
        channels |= find_sizes(width, [layer.input.shape[1] for layer in layers[1:] if layer.takes_a_map])
    images = draw_pictures(421, IMAGES, 1).double().requires_grad_()
    logits = fill(network.double(), 422, scale=0.2)(images)
    send_back(logits)
    return {
        **channels,
        "dtype": str(logits.dtype),
        "layers_without_gradient": max(0, len(layers) - count_reached(network)),
        "pixels_used": 0 if images.grad is None else int((images.grad != 0).any(dim=0).sum()),
    }
