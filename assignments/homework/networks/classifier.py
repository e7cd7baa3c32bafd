"""A classifier whose features judge generated images, and its weights, which come with the homework."""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from homework.networks.encoders import halve

WEIGHTS = Path(__file__).parents[1] / "weights"
SHIPPED_CLASSIFIERS = {"fashion_mnist": {"channels": 1, "classes": 10, "width": 24}}


class ImageClassifier(nn.Module):
    """A small convolutional classifier; its features are what Fréchet distance and nearest images are measured in.

    Args:
        channels: of the images, C.
        classes: number of labels.
        width: channels of the first layer; `features` has 4 width numbers an image.
    """

    def __init__(self, channels: int, classes: int, width: int = 24):
        super().__init__()
        self.body = nn.Sequential(*halve(channels, (width, 2 * width, 4 * width)))
        self.head = nn.Linear(4 * width, classes)

    def features(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> (B, 4 width), averaged over the picture."""
        return self.body(x).mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [-1, 1] -> logits (B, classes)"""
        return self.head(self.features(x))


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
