"""Two encoders whose features can be compared: one of drawings, one of captions."""

from torch import Tensor, nn

from homework.networks.encoders import halve


class DrawingEncoder(nn.Module):
    """Images of 32 x 32 pixels to features: four convolutions, each halving the picture; what is where is kept.

    Args:
        channels: of the images, C.
        width: channels of the first layer; 24 has about 173,000 parameters with dim = 96.
        dim: length of the features, D.
    """

    def __init__(self, channels: int, width: int, dim: int):
        super().__init__()
        layers = halve(channels, (width, 2 * width, 4 * width, 4 * width))
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2))
        self.head = nn.Linear(2 * 2 * 4 * width, dim)  # four places are left

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, 32, 32) in [-1, 1] -> features (B, D), of any norm"""
        return self.head(self.body(x))


class WordBag(nn.Module):
    """A caption's features: the sum of its words' vectors, whatever their order. Word 0 counts nothing.

    Args:
        words: how many there are, word 0 among them.
        dim: length of the features, D.
    """

    def __init__(self, words: int, dim: int):
        super().__init__()
        self.vectors = nn.EmbeddingBag(words, dim, mode="sum", padding_idx=0)
        nn.init.normal_(self.vectors.weight, std=dim**-0.5)

    def forward(self, captions: Tensor) -> Tensor:
        """Captions (B, L), long, filled up with 0 -> features (B, D), of any norm"""
        return self.vectors(captions)
