"""Images to features, by convolutions that each halve the picture."""

from collections.abc import Sequence

from torch import Tensor, nn


def halve(channels: int, widths: Sequence[int]) -> list[nn.Module]:
    """Layers that make images of this many channels into maps of each width in turn, each half as high and wide."""
    layers: list[nn.Module] = []
    inputs = channels
    for outputs in widths:
        layers += [nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1, bias=False)]
        layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
        inputs = outputs
    return layers


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
        self.body = nn.Sequential(*halve(channels, (width, 2 * width, 4 * width)))
        self.features = 4 * width

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> features (B, 4 width)"""
        return self.body(x).mean(dim=(2, 3))
