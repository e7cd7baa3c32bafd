"""The networks of the homework: small enough to train on one processor core, wide enough (`width`) to use a GPU."""

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

WEIGHTS = Path(__file__).parent / "weights"
SHIPPED_CLASSIFIERS = {"fashion_mnist": {"channels": 1, "classes": 10, "width": 24}}


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
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.to(memory_format=torch.channels_last)  # the order in which processors and GPUs convolve fastest

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


class ImageClassifier(nn.Module):
    """A small convolutional classifier; its features are what Fréchet distance and nearest images are measured in.

    Args:
        channels: of the images, C.
        classes: number of labels.
        width: channels of the first layer; `features` has 4 width numbers an image.
    """

    def __init__(self, channels: int, classes: int, width: int = 24):
        super().__init__()
        layers, inputs = [], channels
        for outputs in (width, 2 * width, 4 * width):
            layers += [nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(4 * width, classes)

    def features(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> (B, 4 width), averaged over the picture."""
        return self.body(x).mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> logits (B, classes)"""
        return self.head(self.features(x))


class ConvEncoder(nn.Module):
    """Images to features: three convolutions, each halving the picture, and the mean over all places.

    The mean forgets where things are, so that random weights make poor features: what is better has been learnt.

    Args:
        channels: of the images, C.
        width: channels of the first layer; an image gets 4 width features. 16 has about 23,000 parameters, 64 has
            370,000.
    """

    def __init__(self, channels: int, width: int = 16):
        super().__init__()
        layers, inputs = [], channels
        for outputs in (width, 2 * width, 4 * width):
            layers += [nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.body = nn.Sequential(*layers)
        self.features = 4 * width

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> features (B, 4 width)"""
        return self.body(x).mean(dim=(2, 3))


class RotNet(nn.Module):
    """Tells how often an image was turned: an encoder, whose features are what it is trained for, and a linear head.

    The encoder's first, second and third convolution with their batch norms are `encoder.body.0` and `.1`, `.3` and
    `.4`, `.6` and `.7`.

    Source: Gidaris, Singh and Komodakis (RotNet), 2018, section 2.1.
    """

    def __init__(self, channels: int, width: int = 16):
        super().__init__()
        self.encoder = ConvEncoder(channels, width)
        self.head = nn.Linear(self.encoder.features, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> logits (B, 4), of 0, 1, 2 and 3 quarter turns counter-clockwise"""
        return self.head(self.encoder(x))


def load_classifier(name: str) -> ImageClassifier:
    """A classifier that is trained already, in eval mode, float32, on the processor.

    Args:
        name: the data set it knows; "fashion_mnist".

    Raises:
        ValueError: there is no classifier of that name.
    """
    if name not in SHIPPED_CLASSIFIERS:
        raise ValueError(f"there is no trained classifier {name!r}; choose one of {', '.join(SHIPPED_CLASSIFIERS)}")
    classifier = ImageClassifier(**SHIPPED_CLASSIFIERS[name])
    classifier.load_state_dict(load_file(WEIGHTS / f"{name}_classifier.safetensors"))
    return classifier.eval()
