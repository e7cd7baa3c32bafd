"""Probes of init_dcgan_weights. Each layer is large enough for its statistics, and full of other numbers before."""

import torch
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import draw, fill, join

WEIGHTS = 1 << 16  # in each layer that is drawn anew
CONVOLUTIONS = (
    *("Conv1d", "Conv2d", "Conv3d"),
    *("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
)
NORMS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")


class ConvBlock(nn.Module):
    """A container with a name that a layer could have."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 4)


def make_layers() -> dict[str, nn.Module]:
    """One layer of each kind with WEIGHTS weights: 64 to 64 channels with 16 taps, or 16 to 16 with 256; or a norm."""
    convolutions = {}
    for number, name in enumerate(CONVOLUTIONS):
        sides, channels = {"1": (16, 64), "2": (4, 64), "3": (4, 32)}[name[-2]]
        convolutions[name] = fill(getattr(nn, name)(channels, channels, sides), 500 + number)
    norms = {name: fill(getattr(nn, name)(WEIGHTS), 510 + number) for number, name in enumerate(NORMS)}
    return convolutions | norms


def make_others() -> list[nn.Module]:
    """Layers that have weights and are none of these kinds."""
    others = nn.Linear(3, 2), nn.Embedding(4, 3), nn.GroupNorm(2, 4), nn.LayerNorm(3), nn.InstanceNorm2d(3, affine=True)
    return [fill(layer, 520 + number) for number, layer in enumerate(others)]


def give_history(norm: nn.Module) -> nn.Module:
    """The norm as if it had seen data already."""
    norm.running_mean.copy_(draw(530, len(norm.running_mean)))
    norm.running_var.copy_(draw(531, len(norm.running_var)).square())
    return norm


def describe(weight: Tensor) -> Tensor:
    """Mean, standard deviation and kurtosis (3,), to as many digits as WEIGHTS draws make sure of."""
    mean, spread = weight.double().mean(), weight.double().std()
    kurtosis = ((weight.double() - mean) / spread).pow(4).mean()
    return torch.tensor([round(float(mean), 3), float(f"{spread:.1e}"), float(kurtosis.round())])


def apply_to_a_network(student):
    """As in training: `apply`, which goes through containers too."""
    torch.manual_seed(0)
    layers = make_layers()
    network = nn.Sequential(*list(layers.values())[:4], nn.Sequential(*list(layers.values())[4:]), nn.Dropout())
    network.apply(student.init_dcgan_weights)
    biases = torch.stack([layer.bias.detach().abs().max() for layer in layers.values()])
    return {**{name: describe(layer.weight.detach()) for name, layer in layers.items()}, "largest_biases": biases}


def leave_others_alone(student):
    torch.manual_seed(0)
    others, norm, block = make_others(), give_history(nn.BatchNorm2d(4)), fill(ConvBlock(), 540)
    nn.ModuleList([*others, norm, block]).apply(student.init_dcgan_weights)
    return {
        "convolution": describe(block.conv.weight.detach()),
        "others_after": join(*(parameter for layer in others for parameter in layer.parameters())),
        "history_after": join(norm.running_mean, norm.running_var),
    }


def meet_a_norm_without_parameters(student):
    """Called on the layer itself, as `apply` does it."""
    norm = nn.BatchNorm2d(8, affine=False)
    student.init_dcgan_weights(norm)
    return {"still_without": norm.weight is None and norm.bias is None}


def meet_a_convolution_without_bias(student):
    torch.manual_seed(0)
    convolution = fill(nn.ConvTranspose2d(64, 64, 4, bias=False), 550)
    student.init_dcgan_weights(convolution)
    return {"convolution": describe(convolution.weight.detach())}


def make_odd_layers() -> list[nn.Module]:
    """A frozen convolution in float64, one of a single weight, and a small norm."""
    frozen = fill(nn.Conv2d(8, 8, 3).double(), 560).requires_grad_(False)
    return [frozen, fill(nn.ConvTranspose1d(1, 1, 1), 562), fill(nn.BatchNorm1d(6), 563)]


def leave_the_parameters_what_they_are(student):
    """The same parameters, dtypes, flags and gradients as before, with other numbers; and the layers' mode."""
    torch.manual_seed(0)
    layers = [layer.eval() for layer in make_odd_layers()]
    before = [parameter for layer in layers for parameter in layer.parameters()]
    for parameter in before:
        parameter.grad = torch.ones_like(parameter)
    nn.Sequential(*layers).apply(student.init_dcgan_weights)
    after = [parameter for layer in layers for parameter in layer.parameters()]
    return {
        "numbers": torch.cat([parameter.detach().double().flatten() for parameter in after]),
        "gradients": torch.cat([torch.zeros(1) if p.grad is None else p.grad.float().flatten() for p in after]),
        "same": list(map(id, before)) == list(map(id, after)),
        "dtypes": ", ".join(str(parameter.dtype) for parameter in after),
        "trainable": ", ".join(str(parameter.requires_grad) for parameter in after),
        "training": any(layer.training for layer in layers),
    }


def draw_twice(student):
    """Two equal layers: how much the one's weights tell of the other's."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(64, 64, 4), nn.Conv2d(64, 64, 4)]
    nn.Sequential(*layers).apply(student.init_dcgan_weights)
    pair = torch.stack([layer.weight.detach().flatten() for layer in layers])
    return {
        "spread": describe(pair[0])[1],
        "correlation": torch.corrcoef(pair.double())[0, 1].float().round(decimals=1),
    }


def initialise_and_use(student):
    """A convolution and a norm, initialised and then used: what they make of ones."""
    torch.manual_seed(0)
    convolution, norm = fill(nn.Conv2d(16, 16, 4), 570), fill(nn.BatchNorm2d(16), 571)
    network = nn.Sequential(convolution, norm)
    network.apply(student.init_dcgan_weights)
    output = network.eval()(torch.ones(1, 16, 8, 8))
    return {"output": output.detach().mean(dim=(2, 3)), "largest_bias": convolution.bias.detach().abs().max()}


def initialise_on_a_gpu(student):
    return on_gpu(student, initialise_and_use)
