"""Probes of ConditionalBatchNorm2d: what a layer does, whatever its parts are called.

Gains and biases are taught by descent: how the outputs change tells which a layer has, wherever it keeps them.
"""

import torch
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import draw, join
from .inputs_game import find_flags

FEATURES, CLASSES, RATE = 3, 5, 0.1
LABELS = [2, 0, 2, 1, 0, 4]  # of no image: 3
OTHER_LABELS = [2, 3, 0, 4, 1, 1]


def images(seed: int, count: int = 6) -> Tensor:
    """Images (count, 3, 2, 4) whose channels differ in mean and spread; the last one varies very little."""
    spread, mean = torch.tensor([1.0, 3.0, 0.01]), torch.tensor([0.0, -2.0, 0.5])
    return draw(seed, count, FEATURES, 2, 4) * spread[:, None, None] + mean[:, None, None]


def wide(seed: int, count: int = 6) -> Tensor:
    """Numbers (count, 3, 2, 4) with variance 16, where epsilon is nothing."""
    return 4 * draw(seed, count, FEATURES, 2, 4)


def centred(seed: int) -> Tensor:
    """Numbers (6, 3, 2, 4) that have mean 0 in each channel of each image."""
    numbers = draw(seed, 6, FEATURES, 2, 4)
    return numbers - numbers.mean(dim=(2, 3), keepdim=True)


def flat(seed: int) -> Tensor:
    """Numbers (6, 3, 2, 4) that are the same all over a channel of an image."""
    return draw(seed, 6, FEATURES, 1, 1).expand(6, FEATURES, 2, 4)


def lessons() -> dict[str, tuple[Tensor, Tensor]]:
    """Inputs and the pull on their outputs: one that only gains can follow, one that only biases can, and another."""
    return {
        "gains": (wide(710), centred(711)),
        "biases": (centred(712), flat(713)),
        "both": (wide(714), draw(715, 6, FEATURES, 2, 4)),
    }


def one_image() -> tuple[Tensor, Tensor]:
    """One image (1, 3, 2, 4), float64, and a pull on its output."""
    return wide(716, count=1).double(), draw(717, 1, FEATURES, 2, 4).double()


def new_images() -> Tensor:
    """What the outputs are looked at for, before and after a lesson."""
    return wide(718)


def make(student) -> nn.Module:
    torch.manual_seed(0)  # so that who starts at random can be told
    return student.ConditionalBatchNorm2d(FEATURES, CLASSES)


def parameters_of_classes(layer: nn.Module) -> list[nn.Parameter]:
    """Those with a dimension for the classes; all, if there is none."""
    parameters = list(layer.parameters())
    return [parameter for parameter in parameters if CLASSES in parameter.shape] or parameters


def teach(layer: nn.Module, x: Tensor, labels: list[int], pull: Tensor, parameters: list[nn.Parameter]) -> None:
    """One step of descent for these parameters on the sum of pull times output."""
    output = layer(x, torch.tensor(labels))
    if output.requires_grad:
        (output * pull).sum().backward()
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= RATE * parameter.grad


def start(student):
    """A fresh layer in training, and the gradient that goes back through it."""
    x = images(720).requires_grad_()
    output = make(student)(x, torch.tensor(LABELS))
    if output.requires_grad:
        (output * draw(725, *output.shape)).sum().backward()
    gradient = {} if x.grad is None else {"gradient_of_x": x.grad}
    return {"output": output, **gradient}


def start_on_a_gpu(student):
    return on_gpu(student, start)


def leave_inputs_alone(student):
    """What is left of images and labels, and of the layer's own state, after a call in evaluation mode."""
    layer, x, labels = make(student).eval(), images(726), torch.tensor(LABELS)
    before = join(*(buffer.float() for buffer in layer.buffers()))
    output = layer(x, labels)
    moved = (join(*(buffer.float() for buffer in layer.buffers())) - before).abs().sum()
    after = join(x, labels.float())
    return {"output": output, "inputs_after": after, "flags_after": find_flags(x), "moved": moved}


def use_other_sizes(student):
    """More classes than ten and a single channel; then as many images, channels and pixels in a row as classes."""
    torch.manual_seed(0)
    many, square = student.ConditionalBatchNorm2d(1, 13), student.ConditionalBatchNorm2d(4, 4)
    return {
        "many": many(draw(727, 3, 1, 2, 2), torch.tensor([12, 0, 10])),
        "square": square(draw(728, 4, 4, 4, 4), torch.tensor([3, 3, 0, 1])),
    }


def use_running_statistics(student):
    layer = make(student)
    for seed in (721, 722):
        layer(images(seed), torch.tensor(LABELS))
    layer.eval()
    first = layer(images(723), torch.tensor(OTHER_LABELS))
    return {"output": first, "output_alone": layer(images(723)[2:3], torch.tensor(OTHER_LABELS[2:3]))}


def learn(student):
    """After each lesson, by how much the outputs for other images with other labels have changed."""
    seen = {}
    for name, (x, pull) in lessons().items():
        layer, labels = make(student), torch.tensor(OTHER_LABELS)
        before = layer(new_images(), labels).detach()
        everything = list(layer.parameters())
        teach(layer, x, LABELS, pull, everything if name == "both" else parameters_of_classes(layer))
        seen[f"change_by_{name}"] = layer(new_images(), labels) - before
    return seen


def learn_from_one_image(student):
    """One image in training, float64: by how much its output has changed after a lesson."""
    layer, (x, pull) = make(student).double(), one_image()
    before = layer(x, torch.tensor([3])).detach()
    teach(layer, x, [3], pull, parameters_of_classes(layer))
    return {"change": layer(x, torch.tensor([3])) - before}
