"""Captions as numbers: the words of a text, and all words of many."""

import re
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

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
