"""Captions and the drawings that they belong to: words to numbers, and an encoder for each of the two."""

import re
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

NO_WORD = 0  # stands where a caption has ended, and for words that are not known


def split_words(text: str) -> list[str]:
    """The words of a text, in small letters: "Man: red hair" -> ["man", "red", "hair"]."""
    return re.findall("[a-z0-9]+", text.lower())


class Vocabulary:
    """All words of some captions, in alphabetical order, numbered from 1. len() counts them and NO_WORD."""

    def __init__(self, captions: Iterable[str]):
        words = sorted({word for caption in captions for word in split_words(caption)})
        self.numbers = {word: number for number, word in enumerate(words, start=NO_WORD + 1)}

    def __len__(self) -> int:
        return len(self.numbers) + 1

    def encode(self, texts: Sequence[str]) -> Tensor:
        """The numbers of each text's words: long, shape (len(texts), length of the longest), filled up with NO_WORD."""
        rows = [[self.numbers.get(word, NO_WORD) for word in split_words(text)] for text in texts]
        longest = max(map(len, rows))
        return torch.tensor([row + [NO_WORD] * (longest - len(row)) for row in rows])


class DrawingEncoder(nn.Module):
    """Images of 32 x 32 pixels to features: four convolutions, each halving the picture; what is where is kept.

    Args:
        channels: of the images, C.
        width: channels of the first layer; 24 has about 173,000 parameters with dim = 96.
        dim: length of the features, D.
    """

    def __init__(self, channels: int, width: int, dim: int):
        super().__init__()
        layers, inputs = [], channels
        for outputs in (width, 2 * width, 4 * width, 4 * width):
            layers += [nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2))
        self.head = nn.Linear(4 * inputs, dim)

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
