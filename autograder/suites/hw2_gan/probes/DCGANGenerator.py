"""Probes of DCGANGenerator: what a network does, whatever its layers are called."""

import torch

from homework.inspection import watch
from homework.on_gpu import on_gpu

from .inputs import draw, fill, join
from .inputs_dcgan import (
    IMAGES,
    compare_items,
    find_sizes,
    look_at_end,
    look_at_norms,
    look_at_sizes,
    look_at_slopes,
    send_back,
)

LAST = torch.linspace(-2.5, 2.5, IMAGES)  # what the last layer is made to compute, one number an image
WIDTHS = (8, 5)
NOISE = 7  # numbers in a vector


def make_images(student):
    """Batches of several sizes in training mode; then evaluation mode, with one image alone at last."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    small, large = student.DCGANGenerator(7, 1, 8), student.DCGANGenerator(12, 3, 5)
    z, of_large = draw(300, 5, 7), draw(301, 3, 12)
    small(z), large(of_large)  # lazy layers take their shapes
    batches = {"5": fill(small, 302, scale=0.3)(z), "3": fill(large, 303, scale=0.3)(of_large)}
    compared = compare_items(small, z)
    batches["1"] = small(z[:1])
    batches["2"] = fill(student.DCGANGenerator(1, 4, 2), 304, scale=0.3)(draw(305, 2, 1))
    parts = {f"{what}_of_{size}": part for size, images in batches.items() for what, part in _project(images)}
    return {**compared, **parts, "noise_after": join(z)}


def _project(images: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
    """Images by the means of their rows, (B, channels, 32), and of their columns: a small part of all their pixels."""
    return [("rows", images.detach().mean(dim=3)), ("columns", images.detach().mean(dim=2))]


def make_few_images(student):
    """Images in evaluation mode, by the means of their rows, with the gradient of the noise; then one in training."""
    torch.manual_seed(0)
    z = draw(306, 2, 3).requires_grad_()
    network = fill(student.DCGANGenerator(3, 1, 2), 307, scale=0.3)
    images = network.eval()(z)
    (images * draw(308, 32)).sum().backward()
    shape = torch.tensor(network.train()(z.detach()).shape)
    return {"rows": images.detach().mean(dim=3), "gradient_of_noise": z.grad, "shape_in_training": shape}


def make_few_images_on_a_gpu(student):
    return on_gpu(student, make_few_images)


def look_at_the_sizes(student):
    torch.manual_seed(0)
    return look_at_sizes(student.DCGANGenerator(7, 3, 8), draw(310, IMAGES, 7), dense_at=0)


def look_at_the_norms(student):
    torch.manual_seed(0)
    return look_at_norms(student.DCGANGenerator(7, 3, 8), draw(310, IMAGES, 7))


def look_at_the_slopes(student):
    torch.manual_seed(0)
    return look_at_slopes(student.DCGANGenerator(7, 3, 8), draw(310, IMAGES, 7))


def look_at_the_end(student):
    torch.manual_seed(0)
    return look_at_end(student.DCGANGenerator(7, 3, 8), draw(310, IMAGES, 7), LAST)


def look_at_the_widths(student):
    """Channels of the maps at two widths."""
    channels = {}
    for width in WIDTHS:
        layers = watch(student.DCGANGenerator(7, 1, width), draw(320, IMAGES, 7))[1].layers
        channels |= find_sizes(width, [layer.input.shape[1] for layer in layers if layer.takes_a_map][::-1])
    return channels


def send_gradients_back(student):
    """Float64 images whose gradient is sent back to parameters and noise."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    network = student.DCGANGenerator(NOISE, 1, 5)
    layers = len(watch(network, draw(320, IMAGES, NOISE))[1].layers)
    return send_back(fill(network.double(), 322, scale=0.3), draw(321, IMAGES, NOISE), layers)
