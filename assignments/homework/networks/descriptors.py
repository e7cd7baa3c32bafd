"""The network of Dense Object Nets: a descriptor for every pixel."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DescriptorNet(nn.Module):
    """A descriptor for every pixel of an image: twice halved and brought back, with what was finer beside it.

    A descriptor depends on the pixels around its place, and on all others by the group norms. There is no batch norm:
    one image at a time gives the same descriptors as many.

    Args:
        channels: of the images, C.
        width: channels at full resolution; 12 has about 54,000 parameters, 32 has 380,000.
        dim: length of a descriptor, D.

    Source: Florence, Manuelli and Tedrake (Dense Object Nets), 2018, section 3.1, with a small U-Net for its ResNet.
    """

    def __init__(self, channels: int, width: int = 12, dim: int = 8):
        super().__init__()
        self.fine = _convolve(channels, width)
        self.middle = _convolve(width, 2 * width, stride=2)
        self.coarse = nn.Sequential(_convolve(2 * width, 4 * width, stride=2), _convolve(4 * width, 4 * width))
        self.to_middle = _convolve(6 * width, 2 * width)
        self.to_fine = _convolve(3 * width, width)
        self.head = nn.Conv2d(width, dim, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1], H and W divisible by 4 -> descriptors (B, D, H, W), of any norm"""
        fine = self.fine(x)
        middle = self.middle(fine)
        middle = self.to_middle(torch.cat([middle, _double(self.coarse(middle))], dim=1))
        return self.head(self.to_fine(torch.cat([fine, _double(middle)], dim=1)))


def _convolve(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.GroupNorm(max(1, outputs // 8), outputs), nn.ReLU())


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
