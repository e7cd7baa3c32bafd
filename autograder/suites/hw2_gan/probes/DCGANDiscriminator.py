"""Probes of DCGANDiscriminator: what a network does, whatever its layers are called."""

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

LAST = torch.linspace(-30, 45, IMAGES)  # what the last layer is made to compute, one number an image
WIDTHS = (8, 5)
SIZE = 32


def draw_pictures(seed: int, count: int, channels: int) -> torch.Tensor:
    """Images (count, channels, 32, 32) in [-1, 1]."""
    return draw(seed, count, channels, SIZE, SIZE).tanh()


def judge_images(student):
    """Batches of several sizes in training mode; then evaluation mode, with one image alone at last."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    small, large = student.DCGANDiscriminator(1, 8), student.DCGANDiscriminator(3, 5)
    images = draw_pictures(400, 5, 1)
    in_color = draw_pictures(401, 3, 3)
    small(images), large(in_color)  # lazy layers take their shapes
    of_large = fill(large, 403, scale=0.2)(in_color)
    of_small = fill(small, 402, scale=0.2)(images)
    compared = compare_items(small, images)
    of_four = fill(student.DCGANDiscriminator(4, 1), 404, scale=0.2)(draw_pictures(405, 2, 4))
    of_one, after = small(images[:1]), join(images.mean(dim=3))
    logits = {"logits_of_5": of_small, "logits_of_3": of_large, "logits_of_2": of_four, "logits_of_1": of_one}
    return {**logits, **compared, "images_after": after}


def judge_few_images(student):
    """Logits in evaluation mode, with the gradient of the images' rows; then those in training, by their shape."""
    torch.manual_seed(0)
    images = draw_pictures(406, 2, 1).requires_grad_()
    network = fill(student.DCGANDiscriminator(1, 2), 407, scale=0.2)
    logits = network.eval()(images)
    (logits.reshape(2, -1) * torch.tensor([[1.0], [-2.0]])).sum().backward()
    shape = torch.tensor(network.train()(images.detach()).shape)
    return {"logits": logits.detach(), "gradient_of_rows": images.grad.mean(dim=3), "shape_in_training": shape}


def judge_few_images_on_a_gpu(student):
    return on_gpu(student, judge_few_images)


def look_at_the_sizes(student):
    torch.manual_seed(0)
    return look_at_sizes(student.DCGANDiscriminator(3, 8), draw_pictures(410, IMAGES, 3), dense_at=-1)


def look_at_the_norms(student):
    torch.manual_seed(0)
    return look_at_norms(student.DCGANDiscriminator(3, 8), draw_pictures(410, IMAGES, 3))


def look_at_the_slopes(student):
    torch.manual_seed(0)
    return look_at_slopes(student.DCGANDiscriminator(3, 8), draw_pictures(410, IMAGES, 3))


def look_at_the_end(student):
    torch.manual_seed(0)
    return look_at_end(student.DCGANDiscriminator(3, 8), draw_pictures(410, IMAGES, 3), LAST)


def look_at_the_widths(student):
    """Channels of the maps at two widths."""
    channels = {}
    for width in WIDTHS:
        layers = watch(student.DCGANDiscriminator(1, width), draw_pictures(420, IMAGES, 1))[1].layers
        channels |= find_sizes(width, [layer.input.shape[1] for layer in layers[1:] if layer.takes_a_map])
    return channels


def send_gradients_back(student):
    """Float64 logits whose gradient is sent back to parameters and images."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    network = student.DCGANDiscriminator(1, 5)
    layers = len(watch(network, draw_pictures(420, IMAGES, 1))[1].layers)
    return send_back(fill(network.double(), 422, scale=0.2), draw_pictures(421, IMAGES, 1), layers)
