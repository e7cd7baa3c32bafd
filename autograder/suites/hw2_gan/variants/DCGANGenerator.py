"""Right answers to DCGANGenerator in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


class dense_start(nn.Module):
    """Project and reshape, as in figure 1 of the paper; kernels of 5 with output padding; norm after the reshape."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        self.width = width
        self.project = nn.Linear(z_dim, 4 * width * 4 * 4)
        self.bn0 = nn.BatchNorm2d(4 * width)
        self.up1 = nn.ConvTranspose2d(4 * width, 2 * width, 5, stride=2, padding=2, output_padding=1)
        self.bn1 = nn.BatchNorm2d(2 * width)
        self.up2 = nn.ConvTranspose2d(2 * width, width, 5, stride=2, padding=2, output_padding=1)
        self.bn2 = nn.BatchNorm2d(width)
        self.up3 = nn.ConvTranspose2d(width, channels, 5, stride=2, padding=2, output_padding=1)

    def forward(self, z):
        x = self.project(z).view(-1, 4 * self.width, 4, 4)
        x = F.relu(self.bn0(x))
        x = F.relu(self.bn1(self.up1(x)))
        x = F.relu(self.bn2(self.up2(x)))
        return torch.tanh(self.up3(x))


class norm_before_the_reshape(nn.Module):
    """Batch norm of the dense layer's features; activations in place; blocks in a ModuleList; kernels of 2 and 3."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        self.start = nn.Sequential(
            nn.Linear(z_dim, 64 * width, bias=False), nn.BatchNorm1d(64 * width), nn.ReLU(inplace=True)
        )
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.ConvTranspose2d(i, o, 2, stride=2), nn.BatchNorm2d(o), nn.ReLU(True))
            for i, o in ((4 * width, 2 * width), (2 * width, width))
        )
        self.end = nn.ConvTranspose2d(width, channels, kernel_size=3, stride=2, padding=1, output_padding=1)

    def forward(self, z):
        x = self.start(z).unflatten(1, (-1, 4, 4))
        for block in self.blocks:
            x = block(x)
        return self.end(x).tanh()


class one_more_layer(nn.Module):
    """A convolution without stride at the end, and every map twice as wide as the next."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        sizes = [8 * width, 4 * width, 2 * width, width]
        self.net = nn.Sequential(nn.Unflatten(1, (z_dim, 1, 1)), nn.ConvTranspose2d(z_dim, sizes[0], 4, 1, 0))
        for number in range(3):
            self.net.append(nn.BatchNorm2d(sizes[number])).append(nn.ReLU())
            self.net.append(nn.ConvTranspose2d(sizes[number], sizes[number + 1], 4, 2, 1, bias=False))
        self.net.append(nn.BatchNorm2d(width)).append(nn.ReLU())
        self.net.append(nn.Conv2d(width, channels, 3, padding=1)).append(nn.Tanh())

    def forward(self, z):
        return self.net(z)


class initialised_at_once(nn.Module):
    """Calls init_dcgan_weights itself; the ReLU by clamping; the start strides over one pixel, which does nothing."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        self.c1, self.b1 = nn.ConvTranspose2d(z_dim, width * 4, 4, 2, 0), nn.BatchNorm2d(width * 4, momentum=0.2)
        self.c2, self.b2 = nn.ConvTranspose2d(width * 4, width * 2, 4, 2, 1), nn.BatchNorm2d(width * 2, momentum=0.2)
        self.c3, self.b3 = nn.ConvTranspose2d(width * 2, width, 4, 2, 1), nn.BatchNorm2d(width, momentum=0.2)
        self.c4 = nn.ConvTranspose2d(width, channels, 4, 2, 1)
        self.apply(init_dcgan_weights)

    def forward(self, z):
        x = z.reshape(z.size(0), -1, 1, 1)
        for conv, norm in ((self.c1, self.b1), (self.c2, self.b2), (self.c3, self.b3)):
            x = torch.clamp(norm(conv(x)), min=0)
        x = self.c4(x)
        return 2 * torch.sigmoid(2 * x) - 1


class _BatchNorm(nn.Module):
    """Batch norm by hand, with parameters (1, C, 1, 1) and running statistics."""

    def __init__(self, features):
        super().__init__()
        self.gain, self.shift = (
            nn.Parameter(torch.ones(1, features, 1, 1)),
            nn.Parameter(torch.zeros(1, features, 1, 1)),
        )
        self.register_buffer("mean", torch.zeros(1, features, 1, 1))
        self.register_buffer("variance", torch.ones(1, features, 1, 1))

    def forward(self, x):
        mean, variance = self.mean, self.variance
        if self.training:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            variance = x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)
            with torch.no_grad():
                self.mean.lerp_(mean, 0.1)
                self.variance.lerp_(variance, 0.1)
        return self.gain * (x - mean) / (variance + 1e-5).sqrt() + self.shift


class by_hand(nn.Module):
    """Batch norm by hand, functional convolutions on weights of one's own, ReLU by maximum."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        sizes = (z_dim, 4 * width, 2 * width, width, channels)
        self.weights = nn.ParameterList(0.02 * torch.randn(i, o, 4, 4) for i, o in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList(_BatchNorm(size) for size in sizes[1:-1])

    def forward(self, z):
        x = z.unsqueeze(-1).unsqueeze(-1)
        for number, weight in enumerate(self.weights):
            x = F.conv_transpose2d(x, weight, stride=2 if number else 1, padding=1 if number else 0)
            if number < len(self.norms):
                x = self.norms[number](x)
                x = torch.maximum(x, torch.zeros_like(x))
        return F.tanh(x)


class with_leftovers(nn.Module):
    """Batch norm without parameters, some dropout, and a layer that nobody uses."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        self.first = nn.ConvTranspose2d(z_dim, 4 * width, 4)
        self.second = nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, 1)
        self.third = nn.ConvTranspose2d(2 * width, width, 4, 2, 1)
        self.fourth = nn.ConvTranspose2d(width, channels, 4, 2, 1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(size * width, affine=False) for size in (4, 2, 1))
        self.old_head = nn.Linear(3, 4)

    def forward(self, z):
        x = z[..., None, None]
        for layer, norm in zip((self.first, self.second, self.third), self.norms):
            x = torch.nn.functional.dropout(torch.relu(norm(layer(x))), 0.1, training=self.training)
        return torch.tanh(self.fourth(x))
