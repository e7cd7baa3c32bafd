"""Lab colours of tensors. L is lightness, 0 ... 100; a and b are colour, about -110 ... 110, and grey is (0, 0)."""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from skimage import color
from torch import Tensor


def rgb_to_lab(images: Tensor) -> Tensor:
    """sRGB images in [0, 1] as Lab (CIE 1976, D65 white).

    Args:
        images: float, shape (B, 3, H, W), in [0, 1].

    Returns:
        L, a and b, shape (B, 3, H, W), with the dtype and device of images.

    Raises:
        TypeError, ValueError: pixels of 0 ... 255, which would give an L of several thousand and no error.
    """
    if not images.is_floating_point():
        raise TypeError(f"images are {images.dtype}, but should be floats in [0, 1]; divide pixels by 255")
    if images.numel() and (images.min() < -1e-3 or images.max() > 1 + 1e-3):
        low, high = images.min().item(), images.max().item()
        raise ValueError(f"images lie in [{low:.3g}, {high:.3g}], but should lie in [0, 1]; divide pixels by 255")
    return _convert(images, color.rgb2lab)


def lab_to_rgb(lab: Tensor) -> Tensor:
    """The way back. Colours that no screen can show are moved to the border of what it can: values are in [0, 1]."""
    return _convert(lab, _clipped_rgb)


def color_centers(spacing: float) -> Tensor:
    """The classes of colours: a grid over a and b, as far as a screen can show them at some lightness.

    Args:
        spacing: distance of neighbours; 10 in the paper, which gives about 300 classes.

    Returns:
        float32, shape (Q, 2); (0, 0), grey, is always among them.

    Source: Zhang, Isola and Efros (colorization), 2016, section 2.1 (Q = 313 at a spacing of 10).
    """
    levels = np.linspace(0, 1, 33)
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    cells = np.unique(np.rint(color.rgb2lab(cube)[:, 0, 1:] / spacing), axis=0)  # (Q, 2)
    return torch.from_numpy(cells * spacing).float()


def _convert(images: Tensor, function: Callable[[np.ndarray], np.ndarray]) -> Tensor:
    pixels = images.detach().double().cpu().movedim(1, -1).numpy()  # (B, H, W, 3)
    return torch.from_numpy(function(pixels)).movedim(-1, 1).to(images).contiguous()


def _clipped_rgb(lab: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of each colour that has to be clipped
        return color.lab2rgb(lab)
