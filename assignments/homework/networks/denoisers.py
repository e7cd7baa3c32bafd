"""Denoisers: a small U-Net for images, and a network for points; both are told the timestep and the label."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def time_embedding(t: Tensor, features: int) -> Tensor:
    """Each timestep as sines and cosines of slow and fast waves, so that near and far steps can be told apart.

    Args:
        t: timesteps as they are, 0 ... 1000 or so, shape (B,).
        features: how many numbers stand for one timestep; even.

    Returns:
        float32, shape (B, features), in [-1, 1].

    Source: Vaswani et al. (Transformer), 2017, section 3.5; used for timesteps by Ho et al. (DDPM), 2020, section 4.
    """
    exponents = torch.arange(features // 2, device=t.device) / (features // 2)
    angles = t[:, None].float() * torch.exp(-math.log(10_000) * exponents)  # (B, features / 2)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Condition(nn.Module):
    """What a denoiser is told beside the noisy data: the timestep, and the label or that there is none.

    `null_label` (= classes) stands for "no label"; it has an embedding like every class.
    """

    def __init__(self, classes: int, features: int):
        super().__init__()
        self.null_label = classes
        self.time = nn.Sequential(nn.Linear(features, features), nn.SiLU(), nn.Linear(features, features))
        self.label = nn.Embedding(classes + 1, features)

    def forward(self, t: Tensor, labels: Tensor | None) -> Tensor:
        """t (B,) and labels (B,), both long -> (B, features); labels=None gives every item the null label."""
        if labels is None:
            labels = torch.full_like(t, self.null_label)
        label = self.label(labels)
        return F.silu(self.time(time_embedding(t, label.shape[1]).to(label.dtype)) + label)


class ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut; the condition scales and shifts every channel between them.

    Source: He et al. (pre-activation ResNet), 2016; scale and shift: Perez et al. (FiLM), 2018.
    """

    def __init__(self, in_channels: int, out_channels: int, condition_features: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(_groups(in_channels), in_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1)
        self.condition = nn.Linear(condition_features, 2 * out_channels)
        self.norm2 = nn.GroupNorm(_groups(out_channels), out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1)
        same = in_channels == out_channels
        self.shortcut = nn.Identity() if same else nn.Conv2d(in_channels, out_channels, kernel_size=1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x (B, in_channels, H, W) and condition (B, condition_features) -> (B, out_channels, H, W)"""
        scale, shift = self.condition(condition)[:, :, None, None].chunk(2, dim=1)  # (B, out_channels, 1, 1) each
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h) * (1 + scale) + shift))
        return self.shortcut(x) + h


def _groups(channels: int) -> int:
    """Groups of about eight channels: fewer are slower, more mix what should stay apart."""
    return max(1, channels // 8)


class UNet(nn.Module):
    """Predicts the noise in noisy images, given the timestep and, if known, the label.

    Pixels are folded into channels first, so that no convolution works at full resolution; then half that resolution
    sees the whole garment, and a skip connection brings the detail back. The last layer starts at zero: so does the
    prediction, whose first loss is then 1, the variance of the noise.

    Args:
        channels: of the images, C.
        classes: number of labels; `null_label` = classes stands for "no label".
        width: channels at the finer resolution; 16 has about 59,000 parameters, 64 has 907,000.

    Source: Ronneberger et al. (U-Net), 2015; Ho, Jain and Abbeel (DDPM), 2020, appendix B.
    """

    def __init__(self, channels: int, classes: int, width: int = 16):
        super().__init__()
        features = 4 * width
        self.null_label = classes
        self.condition = Condition(classes, features)
        self.stem = nn.Conv2d(4 * channels, width, kernel_size=3, padding=1)
        self.encoder = ResidualBlock(width, width, features)
        self.down = nn.Conv2d(width, 2 * width, kernel_size=3, stride=2, padding=1)
        self.middle = ResidualBlock(2 * width, 2 * width, features)
        self.up = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(2 * width, width, kernel_size=3, padding=1))
        self.decoder = ResidualBlock(2 * width, width, features)
        self.head = nn.Conv2d(width, 4 * channels, kernel_size=3, padding=1)
        for parameter in self.head.parameters():
            nn.init.zeros_(parameter)
        self.to(memory_format=torch.channels_last)  # processors convolve so fastest; CUDA's group norm undoes it

    def forward(self, x: Tensor, t: Tensor, labels: Tensor | None = None) -> Tensor:
        """The noise in x.

        Args:
            x: noisy images, shape (B, C, H, W), H and W divisible by 4; clean ones would be in [-1, 1].
            t: timesteps, long, shape (B,), one per image.
            labels: long, shape (B,), in 0 ... null_label; None stands for null_label everywhere.

        Returns:
            shape (B, C, H, W).
        """
        condition = self.condition(t, labels)
        fine = self.encoder(self.stem(F.pixel_unshuffle(x, 2)), condition)  # (B, width, H/2, W/2)
        coarse = self.middle(self.down(fine), condition)  # (B, 2 width, H/4, W/4)
        joined = torch.cat([fine, self.up(coarse)], dim=1)  # (B, 2 width, H/2, W/2)
        return F.pixel_shuffle(self.head(F.silu(self.decoder(joined, condition))), 2)


class PointDenoiser(nn.Module):
    """Predicts the noise in noisy points: the denoiser of toy data, trained in seconds.

    Args:
        dim: coordinates of a point, D.
        hidden: width of the two hidden layers.
        classes: number of labels; `null_label` = classes stands for "no label". 0 if there are none.
    """

    def __init__(self, dim: int = 2, hidden: int = 128, classes: int = 0):
        super().__init__()
        self.null_label = classes
        self.condition = Condition(classes, hidden)
        self.enter = nn.Linear(dim, hidden)
        self.hidden = nn.Linear(hidden, hidden)
        self.leave = nn.Linear(hidden, dim)

    def forward(self, x: Tensor, t: Tensor, labels: Tensor | None = None) -> Tensor:
        """x (B, D), t (B,) long and labels (B,) long or None -> the noise in x, (B, D)"""
        h = F.silu(self.enter(x) + self.condition(t, labels))
        return self.leave(F.silu(self.hidden(h)))
