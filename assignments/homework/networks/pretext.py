"""Networks around the encoder, one for each kind of pretext task; the encoder is what is kept of them."""

import torch.nn.functional as F
from torch import Tensor, nn

from homework.networks.encoders import ConvEncoder


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


class TileNet(nn.Module):
    """Looks at n pieces of an image, each through the same encoder, and answers with one of some classes.

    Source: Doersch, Gupta and Efros, 2015, section 3, and Noroozi and Favaro, 2016, section 3 ("siamese").
    """

    def __init__(self, channels: int, tiles: int, classes: int, width: int = 16, hidden: int = 128):
        super().__init__()
        self.encoder = ConvEncoder(channels, width)
        self.head = nn.Sequential(
            nn.Linear(tiles * self.encoder.features, hidden), nn.ReLU(), nn.Linear(hidden, classes)
        )

    def forward(self, tiles: Tensor) -> Tensor:
        """Pieces (B, n, C, h, w) in [-1, 1] -> logits (B, classes)"""
        features = self.encoder(tiles.flatten(0, 1))  # (B n, F)
        return self.head(features.reshape(len(tiles), -1))


class Painter(nn.Module):
    """Images to images, through a bottleneck: an eighth of the height and width, and then back.

    There is no shortcut around the bottleneck: what is painted has to be in the encoder's features.

    Args:
        in_channels: of what it sees.
        out_channels: of what it paints.
        width: of the encoder.
        doublings: 3 gives the full resolution, 2 half of it.

    Source: Pathak et al. (context encoders), 2016, section 3.1.
    """

    def __init__(self, in_channels: int, out_channels: int, width: int = 16, doublings: int = 3):
        super().__init__()
        self.encoder = ConvEncoder(in_channels, width)
        self.doublings = doublings
        layers, inputs = [], 4 * width
        for outputs in (4 * width, 2 * width, width)[:doublings]:
            layers += [nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.decoder = nn.Sequential(*layers, nn.Conv2d(inputs, out_channels, kernel_size=3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, in_channels, H, W) -> (B, out_channels, H, W), or of size H/2 x W/2 with two doublings"""
        painted = self.decoder(self.encoder.body(x))
        shrink = 2 ** (3 - self.doublings)
        size = x.shape[2] // shrink, x.shape[3] // shrink
        return painted if painted.shape[2:] == size else F.interpolate(painted, size, mode="bilinear")


class PointerNet(nn.Module):
    """A feature of norm 1 for every 2 x 2 pixels of a grey frame; what it sees around them is 17 pixels wide.

    Source: Vondrick et al. (tracking emerges by colorizing videos), 2018, section 3.3, without its third dimension.
    """

    def __init__(self, width: int = 24, features: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, width, kernel_size=5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, features, kernel_size=3, padding=1),
        )

    def forward(self, frames: Tensor) -> Tensor:
        """Grey frames (B, T, 1, H, W), of mean about 0 and deviation about 1 -> (B, T, F, H/2, W/2)"""
        features = F.normalize(self.body(frames.flatten(0, 1)), dim=1)
        return features.unflatten(0, frames.shape[:2])
