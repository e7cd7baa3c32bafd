"""Right answers to ProjectionHead in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


class two_attributes(nn.Module):
    """Two layers by name, F.relu between them."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.fc1 = nn.Linear(d_in, d_hidden)
        self.fc2 = nn.Linear(d_hidden, d_out)

    def forward(self, h):
        return self.fc2(F.relu(self.fc1(h)))


class with_batch_norm(nn.Module):
    """Batch norm before the ReLU, and no bias that it would take away."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(d_in, d_hidden, bias=False),
            nn.BatchNorm1d(d_hidden),
            nn.ReLU(inplace=True),
            nn.Linear(d_hidden, d_out),
        )

    def forward(self, h):
        return self.net(h)


class without_biases(nn.Module):
    """No bias in either layer; the ReLU as clamp."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.first = nn.Linear(d_in, d_hidden, bias=False)
        self.second = nn.Linear(d_hidden, d_out, bias=False)

    def forward(self, h):
        return self.second(self.first(h).clamp(min=0))


class own_parameters(nn.Module):
    """Weight matrices as parameters, (in, out), with He's initialisation."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(d_in, d_hidden) * (2 / d_in) ** 0.5)
        self.b1 = nn.Parameter(torch.zeros(d_hidden))
        self.w2 = nn.Parameter(torch.randn(d_hidden, d_out) * (1 / d_hidden) ** 0.5)
        self.b2 = nn.Parameter(torch.zeros(d_out))

    def forward(self, h):
        return torch.relu(h @ self.w1 + self.b1) @ self.w2 + self.b2


class is_a_sequential(nn.Sequential):
    """A Sequential itself, with the forward it comes with."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(nn.Linear(d_in, d_hidden), nn.ReLU(), nn.Linear(d_hidden, d_out))


class module_list(nn.Module):
    """A ModuleList walked through; small orthogonal weights."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(d_in, d_hidden), nn.Linear(d_hidden, d_out)])
        for layer in self.layers:
            nn.init.orthogonal_(layer.weight, gain=0.1)

    def forward(self, h):
        for i, layer in enumerate(self.layers):
            h = layer(h if i == 0 else torch.maximum(h, torch.zeros_like(h)))
        return h


class with_batch_norm_after_the_relu(nn.Module):
    """Batch norm between the layers, but after the ReLU."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(d_in, d_hidden), nn.ReLU(), nn.BatchNorm1d(d_hidden))
        self.out = nn.Linear(d_hidden, d_out)

    def forward(self, h):
        return self.out(self.hidden(h))
