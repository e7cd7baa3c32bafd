"""The homework's data sets: fetched once, checked by hash, kept in one tensor file each, loaded in well under a second.

    train = load_fashion_mnist()              # ImageSet: 60,000 grey images of clothes
    x = to_model_range(train.images[:64])     # (64, 1, 28, 28), float32 in [-1, 1]

The files live in the folder that the environment variable HOMEWORK_DATA names, else in ~/.cache/lecture19-homework.
"""

from .cifar10 import CIFAR10, load_cifar10
from .digits import DIGITS, load_digits
from .emoji import EMOJI, CaptionedSet, load_emoji
from .fashion_mnist import FASHION_MNIST, load_fashion_mnist
from .images import ImageSet, to_model_range, to_pixels
from .sources import DataSet, load
from .speech import SPEECH, SpeechSet, load_speech, to_signal
from .unavailable import DatasetUnavailable

__all__ = [
    "CIFAR10",
    "DIGITS",
    "EMOJI",
    "FASHION_MNIST",
    "SPEECH",
    "CaptionedSet",
    "DataSet",
    "DatasetUnavailable",
    "ImageSet",
    "SpeechSet",
    "load",
    "load_cifar10",
    "load_digits",
    "load_emoji",
    "load_fashion_mnist",
    "load_speech",
    "to_model_range",
    "to_pixels",
    "to_signal",
]
