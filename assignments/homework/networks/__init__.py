"""The networks of the homework: small enough to train on one processor core, wide enough (`width`) to use a GPU.

network = UNet(channels=1, classes=10, width=16)
classifier = load_classifier("fashion_mnist")    # is trained already
"""

from homework.networks.classifier import SHIPPED_CLASSIFIERS, WEIGHTS, ImageClassifier, load_classifier
from homework.networks.denoisers import PointDenoiser, UNet, time_embedding
from homework.networks.descriptors import DescriptorNet
from homework.networks.encoders import ConvEncoder
from homework.networks.language import DrawingEncoder, WordBag
from homework.networks.pretext import Painter, PointerNet, RotNet, TileNet
from homework.networks.weights import UnusableWeights, conv_shape, fill, read_weights

__all__ = [
    "SHIPPED_CLASSIFIERS",
    "WEIGHTS",
    "ConvEncoder",
    "DescriptorNet",
    "DrawingEncoder",
    "ImageClassifier",
    "Painter",
    "PointDenoiser",
    "PointerNet",
    "RotNet",
    "TileNet",
    "UNet",
    "UnusableWeights",
    "WordBag",
    "conv_shape",
    "fill",
    "load_classifier",
    "read_weights",
    "time_embedding",
]
