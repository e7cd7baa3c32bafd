"""Right answers to DCGANDiscriminator in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


class dense_end(nn.Module):
    """Flatten and one dense layer; kernels of 5; functional activations."""

    def __init__(self, channels, width):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 5, stride=2, padding=2)
        self.conv2 = nn.Conv2d(width, 2 * width, 5, stride=2, padding=2, bias=False)
        self.bn2 = nn.BatchNorm2d(2 * width)
        self.conv3 = nn.Conv2d(2 * width, 4 * width, 5, stride=2, padding=2, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.fc = nn.Linear(4 * width * 4 * 4, 1)

    def forward(self, x):
        x = F.leaky_relu(self.conv1(x), negative_slope=0.2)
        x = F.leaky_relu(self.bn2(self.conv2(x)), 0.2)
        x = F.leaky_relu(self.bn3(self.conv3(x)), 0.2)
        return self.fc(x.view(x.size(0), -1)).squeeze(1)


class tutorial(nn.Module):
    """As in PyTorch's tutorial, without its sigmoid: one Sequential, activations in place, no biases."""

    def __init__(self, channels, width):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width, width * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 2, width * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 4),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 4, 1, 4, 2, 0, bias=False),  # over one pixel a stride does nothing
        )

    def forward(self, input):
        return self.main(input).view(-1)


class blocks(nn.Module):
    """Blocks in a ModuleList, kernels of 3, channels that grow by half, a module that flattens, a ModuleDict."""

    def __init__(self, channels, width):
        super().__init__()
        sizes = [channels, width, width + width // 2, 2 * width]
        self.blocks = nn.ModuleList()
        for number, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            layers = [nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1)]
            if number > 0:
                layers.append(nn.BatchNorm2d(outputs, eps=1e-3))
            self.blocks.append(nn.Sequential(*layers, nn.LeakyReLU(0.2)))
        self.head = nn.ModuleDict({"flatten": nn.Flatten(), "logit": nn.Linear(16 * sizes[-1], 1, bias=False)})

    def forward(self, images):
        for block in self.blocks:
            images = block(images)
        return self.head["logit"](self.head["flatten"](images))[:, 0]


class initialised_at_once(nn.Module):
    """Calls init_dcgan_weights itself; LeakyReLU by maximum; padding by a layer of its own."""

    def __init__(self, channels, width):
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Sequential(nn.ZeroPad2d(1), nn.Conv2d(inputs, outputs, 4, 2))
            for inputs, outputs in ((channels, width), (width, 2 * width), (2 * width, 4 * width))
        )
        self.norms = nn.ModuleList([nn.Identity(), nn.BatchNorm2d(2 * width), nn.BatchNorm2d(4 * width)])
        self.last = nn.Conv2d(4 * width, 1, 4)
        self.apply(init_dcgan_weights)

    def forward(self, images):
        x = images
        for convolution, norm in zip(self.convolutions, self.norms):
            x = norm(convolution(x))
            x = torch.max(x, 0.2 * x)
        return self.last(x).reshape(len(images))


class spectral(nn.Module):
    """Spectral norm as well as batch norm, and a convolution without stride in the middle."""

    def __init__(self, channels, width):
        super().__init__()
        spectral_norm = nn.utils.parametrizations.spectral_norm
        self.features = nn.Sequential(
            spectral_norm(nn.Conv2d(channels, width, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(width, 2 * width, 4, 2, 1)),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(2 * width, 2 * width, 3, 1, 1)),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(2 * width, 4 * width, 4, 2, 1)),
            nn.BatchNorm2d(4 * width),
            nn.LeakyReLU(0.2),
        )
        self.logit = spectral_norm(nn.Conv2d(4 * width, 1, 4))

    def forward(self, images):
        return self.logit(self.features(images)).squeeze(dim=(1, 2, 3))


class by_hand(nn.Module):
    """Functional convolutions and batch norm on tensors of one's own; the logit by a product of matrices; dropout."""

    def __init__(self, channels, width):
        super().__init__()
        sizes = channels, width, 2 * width, 4 * width
        self.kernels = nn.ParameterList(0.02 * torch.randn(o, i, 4, 4) for i, o in zip(sizes, sizes[1:]))
        for number, size in enumerate(sizes[2:], start=1):
            self.register_buffer(f"mean{number}", torch.zeros(size))
            self.register_buffer(f"variance{number}", torch.ones(size))
        self.row = nn.Parameter(0.02 * torch.randn(4 * width * 16, 1))

    def forward(self, images):
        x = images
        for number, kernel in enumerate(self.kernels):
            x = F.conv2d(x, kernel, stride=2, padding=1)
            if number:
                mean, variance = getattr(self, f"mean{number}"), getattr(self, f"variance{number}")
                x = F.batch_norm(x, mean, variance, training=self.training)
            x = torch.where(x > 0, x, 0.2 * x)
            x = F.dropout2d(x, 0.1, training=self.training)
        return (x.flatten(1) @ self.row).flatten()
