"""A small network with parts to freeze: batch norm, dropout, and names that are alike."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from .inputs import draw

CHANNELS = {"conv1": (1, 2), "conv10": (2, 3), "encoder.conv1": (3, 2), "encoder.conv2": (2, 3)}  # in, out


def block(name: str) -> nn.Sequential:
    """Convolution, and in a nested part batch norm, tanh and dropout."""
    inputs, outputs = CHANNELS[name]
    conv = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False)
    return nn.Sequential(OrderedDict(conv=conv, rest=nn.Sequential(nn.BatchNorm2d(outputs), nn.Tanh(), nn.Dropout())))


class Network(nn.Module):
    """Images (B, 1, 4, 4) to logits (B, 2). It also holds a parameter of its own, beside its parts."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.conv1, self.conv10 = block("conv1"), block("conv10")
        self.encoder = nn.Sequential(OrderedDict(conv1=block("encoder.conv1"), conv2=block("encoder.conv2")))
        dense = nn.Linear(3 * 4 * 4, 4, bias=False)
        self.head = nn.Sequential(nn.Flatten(), dense, nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2))

    def forward(self, images: Tensor) -> Tensor:
        return self.scale * self.head(self.encoder(self.conv10(self.conv1(images))))


def make_network(seed: int) -> Network:
    return fill_network(Network(), seed)


def fill_network(network: nn.Module, seed: int) -> nn.Module:
    """In training mode; parameters and running statistics are drawn, and three batches have been tracked."""
    for number, (name, tensor) in enumerate(network.state_dict().items()):
        if tensor.is_floating_point():
            drawn = draw(1000 * seed + number, *tensor.shape)
            tensor.copy_(0.5 + drawn.abs() if name.endswith("running_var") else drawn)
        else:
            tensor.fill_(3)
    return network


def is_of(name: str, parts: tuple[str, ...]) -> bool:
    """Whether a parameter or buffer of this name belongs to one of the parts."""
    return any(name.startswith(f"{part}.") for part in parts)


class Woven(nn.Module):
    """Features (B, 3) to (B, 2). It calls the stem's parts one by one; two layers share a weight, and two others do."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict(dense=nn.Linear(3, 4), norm=nn.BatchNorm1d(4), drop=nn.Dropout()))
        self.middle, self.left, self.right = nn.BatchNorm1d(4), nn.Linear(4, 4), nn.Linear(4, 4)
        self.right.weight = self.left.weight
        self.table = nn.Sequential(OrderedDict(dense=nn.Linear(4, 2, bias=False), norm=nn.BatchNorm1d(2)))
        self.tied = nn.Linear(4, 2)
        self.tied.weight = self.table.dense.weight

    def forward(self, features: Tensor) -> Tensor:
        features = self.stem.drop(self.stem.norm(self.stem.dense(features)))
        features = self.middle(features)
        features = self.left(features).tanh() + self.right(features).tanh()
        return self.table(features) + self.tied(features)
