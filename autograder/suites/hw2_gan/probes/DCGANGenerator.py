"""Probes of DCGANGenerator: what a network does, whatever its layers are called."""

import torch

from homework.layers import watch

from .inputs import draw, fill
from .inputs_dcgan import IMAGES, compare_items, count_reached, find_sizes, look_inside, send_back

LAST = torch.linspace(-2.5, 2.5, IMAGES)  # what the last layer is made to compute, one number an image
WIDTHS = (8, 5)


def make_images(student):
    """Batches of several sizes in training mode; then evaluation mode, with one image alone at last."""
    small, large = student.DCGANGenerator(7, 1, 8), student.DCGANGenerator(12, 3, 5)
    z = draw(300, 5, 7)
    shapes = {"shape_of_5": small(z).shape, "shape_of_3": large(draw(301, 3, 12)).shape}
    compared = compare_items(fill(small, 302, scale=0.3), z)
    shapes["shape_of_1"] = small(z[:1]).shape
    return {**{name: torch.tensor(shape, dtype=torch.long) for name, shape in shapes.items()}, **compared}


def look(student):
    return look_inside(student.DCGANGenerator(7, 3, 8), draw(310, IMAGES, 7), LAST, dense_at=0)


def send_gradients_back(student):
    """Sizes of the maps at two widths; then float64 images whose gradient is sent back to parameters and noise."""
    channels = {}
    for width in WIDTHS:
        network = student.DCGANGenerator(7, 1, width)
        layers = watch(network, draw(320, IMAGES, 7))[1].layers
        channels |= find_sizes(width, [layer.input.shape[1] for layer in layers if layer.takes_a_map][::-1])
    z = draw(321, IMAGES, 7).double().requires_grad_()
    images = fill(network.double(), 322, scale=0.3)(z)
    send_back(images)
    return {
        **channels,
        "dtype": str(images.dtype),
        "layers_without_gradient": max(0, len(layers) - count_reached(network)),
        "noise_used": 0 if z.grad is None else int((z.grad != 0).any(dim=0).sum()),
    }
