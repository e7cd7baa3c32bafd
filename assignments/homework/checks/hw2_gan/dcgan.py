"""Public checks of the homework on generative adversarial networks: DCGAN, and samples beside training images."""

from typing import Any

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check
from homework.checks.hw2_gan.given import keep
from homework.inspection import find_norm, find_slope, put_last, watch, weights_of

INIT = {
    "think": "which layers are drawn anew, around which mean, how far spread, and what becomes of everything else?",
    "read": "DCGAN (Radford et al., 2016), section 4; notebook section 3.1",
}
GENERATOR = {
    "think": "which layers lead from the noise to 4 x 4 and on to 32 x 32, and what follows each of them?",
    "read": "DCGAN (Radford et al., 2016), section 3; notebook section 3.2",
}
DISCRIMINATOR = {
    "think": "which layers lead from 32 x 32 to 4 x 4 and on to one logit, and what follows each of them?",
    "read": "DCGAN (Radford et al., 2016), section 3; notebook section 3.3",
}
NEIGHBORS = {
    "think": "how far is each sample from each image, pixel by pixel squared, and which is the first minimum?",
    "read": "GAN (Goodfellow et al., 2014), figure 2; notebook section 3.4",
}
NORMS = {"batch": "batch norm", "other": "another norm", "none": "no norm"}


def with_numbers(layer: nn.Module) -> Any:
    """The layer with all parameters 5, so that everything that is drawn or cleared shows."""
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(5)
    return layer


def spread_of(weight: Tensor) -> str:
    """Mean, standard deviation and the share within one of them, to as many digits as 65,536 draws make sure of."""
    weight = weight.detach()
    mean, spread = float(weight.mean()), float(weight.std())
    near = float(((weight - mean).abs() <= spread).float().mean())
    told = f"mean {abs(mean):.2f}, standard deviation {spread:.2g}"
    return told if round(near, 1) == 0.7 else f"{told}, and not distributed normally"


@public_check("init_dcgan_weights", **INIT)
def draw_weights(student: Student) -> dict:
    """Convolutions are drawn from N(0, 0.02), batch norm from N(1, 0.02)."""
    torch.manual_seed(0)
    layers = nn.Conv2d(64, 64, 4), nn.ConvTranspose2d(64, 64, 4), nn.BatchNorm2d(65536)
    nn.Sequential(*layers).apply(student.init_dcgan_weights)
    return {f"the weights of {type(layer).__name__}": spread_of(layer.weight) for layer in layers}


@public_check("init_dcgan_weights", **INIT)
def clear_biases(student: Student) -> dict:
    """Biases become 0, also in one dimension; a layer may be without."""
    layers = [with_numbers(layer) for layer in (nn.Conv1d(1, 1, 2), nn.ConvTranspose2d(1, 1, 2), nn.BatchNorm1d(1))]
    without = nn.Conv2d(1, 1, 2, bias=False), nn.BatchNorm2d(1, affine=False)
    nn.Sequential(*layers, *without).apply(student.init_dcgan_weights)
    return {f"the bias of {type(layer).__name__}": layer.bias.detach().clone() for layer in layers}


class ConvNet(nn.Module):
    """A container, whatever its name says."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(1, 1, 2).double()
        self.layer.requires_grad_(False)


def look_at_a_container(student: Student) -> dict:
    """What becomes of a frozen float64 convolution in a module that is called ConvNet."""
    network = ConvNet()
    weight = network.layer.weight
    network.apply(student.init_dcgan_weights)
    after = network.layer.weight
    which = "the same parameter" if after is weight else "another one"
    flag = "trainable" if after.requires_grad else "frozen"
    return {"a frozen float64 weight": f"{which}, {after.dtype}, {flag}"}


@public_check("init_dcgan_weights", **INIT)
def leave_the_rest_alone(student: Student) -> dict:
    """Dense layers, other norms and running statistics stay as they are, and a weight stays the same parameter."""
    others = [with_numbers(layer) for layer in (nn.Linear(1, 1), nn.LayerNorm(1))]
    norm = with_numbers(nn.BatchNorm2d(1))
    norm.running_mean.fill_(5)
    nn.Sequential(*others, norm).apply(student.init_dcgan_weights)
    kept = {f"the weight of {type(layer).__name__}": layer.weight.detach().clone() for layer in others}
    return {
        **kept,
        **look_at_a_container(student),
        "the running mean": norm.running_mean.clone(),
        "the bias of BatchNorm2d": norm.bias.detach().clone(),
    }


def ramp(*shape: int) -> Tensor:
    """Numbers that all differ, between -1 and 1."""
    count = torch.Size(shape).numel()
    return torch.linspace(0, 40, count).sin().reshape(shape)


def as_shape(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a single number"


def alone(network: nn.Module, data: Tensor) -> str:
    """In evaluation mode, an item alone gets the answer that it gets in a batch."""
    with torch.no_grad():
        batch, single = network.eval()(data), network(data[:1])
    is_same = torch.allclose(batch.flatten()[: single.numel()], single.flatten(), rtol=1e-3, atol=1e-5)
    return "the answer that it gets in a batch" if is_same else "another answer than in a batch"


def follow(network: nn.Module, data: Tensor, dense_at: int) -> dict:
    """The smaller map of each strided layer, and what else changes sizes. dense_at: the layer that may be dense."""
    _, seen = watch(network, data)
    strided = ", ".join(f"{layer.kind} at {layer.smaller_size}" for layer in seen.layers if layer.is_strided)
    is_dense = [layer.is_dense for layer in seen.layers]
    return {
        "the strided layers": strided or "none",
        "other ways to resize": ", ".join(seen.resizings) or "none",
        "the number of dense hidden layers": sum(is_dense) - sum(is_dense[dense_at:][:1]),
    }


def norms_after(network: nn.Module, data: Tensor, layers: range) -> str:
    """Which norms come after these layers: one word for all of them, or one for each, in order."""
    found = [NORMS[find_norm(network, data, number)] for number in layers]
    return ", ".join(found if len(set(found)) > 1 else found[:1])


def slopes_after(network: nn.Module, data: Tensor) -> str:
    """How much of a negative number the activations after hidden layers keep: one share for all, or each, in order."""
    hidden = range(len(watch(network, data)[1].layers) - 1)
    found = [f"{find_slope(network, data, number):g}" for number in hidden]
    return ", ".join(found if len(set(found)) > 1 else found[:1])


def learn(network: nn.Module, data: Tensor) -> dict:
    """How many of the layers that compute something no optimizer can find, and how many get no gradient."""
    count = len(watch(network, data)[1].layers)
    output = network(data)
    if output.requires_grad:
        (output * ramp(*output.shape)).sum().backward()
    reached = sum(weight.grad is not None for weight in weights_of(network))
    return {
        "layers unknown to parameters()": max(0, count - len(weights_of(network))),
        "layers without gradient": max(0, count - reached),
    }


@public_check("DCGANGenerator", **GENERATOR)
def make_images(student: Student) -> dict:
    """Two noise vectors of length 3 become two images with 2 channels; pixels are the tanh of the last layer."""
    network, z = student.DCGANGenerator(3, 2, 4), ramp(2, 3)
    left = keep(z)
    ends = put_last(network, z, torch.tensor([-0.5, 2.0])).flatten(1)
    return {
        "the images' shape": as_shape(network(z)),
        "the shape of images with one channel": as_shape(student.DCGANGenerator(1, 1, 2)(ramp(3, 1))),
        "the smallest pixel, where the last layer gives -0.5 and 2,": ends.amin(dim=1),
        "the largest pixel, where the last layer gives -0.5 and 2,": ends.amax(dim=1),
        "what noise alone gets, in evaluation mode,": alone(network, z),
        "what became of the noise": left(),
    }


@public_check("DCGANGenerator", **GENERATOR)
def grow(student: Student) -> dict:
    """Three strided transposed convolutions double the size, from 4 x 4 to 32 x 32."""
    return follow(student.DCGANGenerator(3, 1, 4), ramp(2, 3), 0)


@public_check("DCGANGenerator", **GENERATOR)
def follow_hidden_layers(student: Student) -> dict:
    """Batch norm and then ReLU, which keeps nothing of a negative number, follow every hidden layer."""
    network, z = student.DCGANGenerator(3, 1, 4), ramp(4, 3)
    hidden = range(len(watch(network, z)[1].layers) - 1)
    return {"after hidden layers": norms_after(network, z, hidden), "negative numbers keep": slopes_after(network, z)}


@public_check("DCGANGenerator", **GENERATOR)
def set_the_width(student: Student) -> dict:
    """With width 4 the last hidden map has 4 channels; every layer gets a gradient."""
    network, z = student.DCGANGenerator(3, 1, 4), ramp(4, 3)
    maps = [layer.input.shape[1] for layer in watch(network, z)[1].layers if layer.takes_a_map]
    return {
        "channels of the last hidden map": maps[-1] if maps else 0,
        "channels of the first map": "more" if len(maps) > 1 and maps[0] > maps[-1] else "no more than of the last one",
        **learn(network, z),
    }


@public_check("DCGANDiscriminator", **DISCRIMINATOR)
def judge_images(student: Student) -> dict:
    """Two images get two logits, one image gets one; what the last layer gives is the logit."""
    network, images = student.DCGANDiscriminator(2, 4), ramp(2, 2, 32, 32)
    left = keep(images)
    return {
        "the shape of two logits": as_shape(network(images)),
        "logits where the last layer gives -3 and 5": put_last(network, images, torch.tensor([-3.0, 5.0])),
        "what an image alone gets, in evaluation mode,": alone(network, images),
        "the shape of one logit": as_shape(network.eval()(images[:1])),
        "what became of the images": left(),
    }


@public_check("DCGANDiscriminator", **DISCRIMINATOR)
def shrink(student: Student) -> dict:
    """Three strided convolutions halve the size, from 32 x 32 to 4 x 4."""
    return follow(student.DCGANDiscriminator(1, 4), ramp(2, 1, 32, 32), -1)


@public_check("DCGANDiscriminator", **DISCRIMINATOR)
def follow_the_hidden_layers(student: Student) -> dict:
    """Batch norm, except after the first, and LeakyReLU, which keeps 0.2 of a negative number, follow hidden layers."""
    network, images = student.DCGANDiscriminator(1, 4), ramp(4, 1, 32, 32)
    hidden = range(len(watch(network, images)[1].layers) - 1)
    return {
        "after the first hidden layer": norms_after(network, images, hidden[:1]),
        "after the other hidden layers": norms_after(network, images, hidden[1:]),
        "negative numbers keep": slopes_after(network, images),
    }


@public_check("DCGANDiscriminator", **DISCRIMINATOR)
def set_the_width_of_the_first_map(student: Student) -> dict:
    """With width 4 the first hidden map has 4 channels; the gradient reaches every layer and the images."""
    network, images = student.DCGANDiscriminator(1, 4), ramp(4, 1, 32, 32)
    maps = [layer.input.shape[1] for layer in watch(network, images)[1].layers[1:] if layer.takes_a_map]
    images.requires_grad_()
    return {
        "channels of the first hidden map": maps[0] if maps else 0,
        "channels of the last map": "more" if len(maps) > 1 and maps[-1] > maps[0] else "no more than of the first one",
        **learn(network, images),
        "what comes back to the images": "nothing" if images.grad is None else "a gradient",
    }


def points(*pairs: tuple[float, float]) -> Tensor:
    """Images of one row and two pixels, (number of pairs, 1, 1, 2): points in the plane."""
    return torch.tensor(pairs, dtype=torch.float32).reshape(-1, 1, 1, 2)


@public_check("nearest_neighbors", **NEIGHBORS)
def find_points(student: Student) -> dict:
    """The nearest is nearest by L2, whatever the norms: (3, 3) is 2.8 from (1, 1), nearer than (3, 0) or (9, 9)."""
    samples, images = points((1, 1), (0, -4), (8, 6)), points((9, 9), (4.1, 1), (3, 3), (0, -5), (6, -4))
    left = keep(samples, images)
    index = student.nearest_neighbors(samples, images)
    return {
        "the indices": index,
        "what became of samples and images": left(),
    }


@public_check("nearest_neighbors", **NEIGHBORS)
def find_the_first_of_equals(student: Student) -> dict:
    """Of images at the same distance the first counts; one sample gives one index, long."""
    index = student.nearest_neighbors(points((0, 0)), points((3, 0), (0, 2), (2, 0), (0, -2)))
    return {"the index": index, "its dtype": str(getattr(index, "dtype", type(index).__name__))}


@public_check("nearest_neighbors", **NEIGHBORS)
def find_among_images_of_three_channels(student: Student) -> dict:
    """All pixels of all channels count, in float64 too."""
    images = torch.stack([torch.full((3, 2, 2), value) for value in (0.0, 0.5, 1.0)]).double()
    samples = images[[2, 0]].clone()
    samples[:, 0] = 0.5
    close = 1 + 1e-4 * torch.tensor([5.0, 1, 3]).double().reshape(-1, 1, 1, 1).expand(3, 3, 2, 2)
    cut = (nn.functional.pad(given, (1, 1, 1, 1))[..., 1:-1, 1:-1] for given in (samples, images))
    return {
        "the indices": student.nearest_neighbors(samples, images),
        "the indices for images that are cut out of larger ones": student.nearest_neighbors(*cut),
        "the index among images that differ by 1e-4": student.nearest_neighbors(torch.ones_like(close)[:1], close),
    }
