"""Figures that the notebooks share: rows of images in [-1, 1], and curves that grow while a network trains."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes
from torch import Tensor

from homework.colab import is_notebook

BLUE, GREEN, ORANGE, GREY = "#0072b2", "#009e73", "#d55e00", "#888888"  # told apart by colour-blind readers too
GAP = 2  # white pixels between neighbouring images


def tile(images: Tensor) -> np.ndarray:
    """All images in one picture, with white gaps between them.

    Args:
        images: shape (R, N, C, H, W), C = 1 or 3, on any device; values outside [-1, 1] are clipped.

    Returns:
        shape (R (H + 2) - 2, N (W + 2) - 2, 3), in [0, 1]: image i of row r has its upper left corner at
        (r (H + 2), i (W + 2)).
    """
    rows, columns, _, height, width = images.shape
    pixels = (images.detach().float().clamp(-1, 1).cpu() + 1) / 2
    picture = np.ones((rows, height + GAP, columns, width + GAP, 3), np.float32)
    picture[:, :height, :, :width] = pixels.expand(-1, -1, 3, -1, -1).permute(0, 3, 1, 4, 2)
    return picture.reshape(rows * (height + GAP), columns * (width + GAP), 3)[:-GAP, :-GAP]


def draw_images(axes: Axes, rows: Mapping[str, Tensor], columns: Sequence[str] = ()) -> None:
    """Rows of images with their names on the left, and the names of the columns above.

    Args:
        rows: name -> images (N, C, H, W) in [-1, 1]; a row with fewer images than the longest ends early.
        columns: N names, or none.
    """
    longest = max(len(images) for images in rows.values())
    height, width = next(iter(rows.values())).shape[-2:]
    picture = np.ones((len(rows) * (height + GAP) - GAP, longest * (width + GAP) - GAP, 3), np.float32)
    for number, images in enumerate(rows.values()):
        row = tile(images[None])
        picture[number * (height + GAP) :][:height, : row.shape[1]] = row
    axes.imshow(picture, interpolation="nearest")
    axes.set_yticks(np.arange(len(rows)) * (height + GAP) + height / 2, list(rows))
    axes.set_xticks(np.arange(len(columns)) * (width + GAP) + width / 2, list(columns))
    axes.tick_params(length=0, labelsize=9, top=False, bottom=False, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)


def show_images(rows: Mapping[str, Tensor], title: str, columns: Sequence[str] = (), side: float = 0.62) -> None:
    """A figure of such rows; `side` is the width of one image in inches."""
    longest = max(len(images) for images in rows.values())
    size = (1.3 + side * longest, 0.55 + (0.2 if columns else 0) + side * len(rows))
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    draw_images(axes, rows, columns)
    figure.suptitle(title, fontsize=11)
    plt.show()


def smooth(values: Sequence[float], window: int) -> np.ndarray:
    """The mean of each value and the window - 1 before it, or of as many as there are; shape (len(values),)."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=float)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def draw_history(axes: Axes, history: Mapping[str, Sequence[float]], window: int = 50) -> None:
    """One curve for each metric of a training, one value a step: pale as it is, dark as the mean of `window` steps."""
    for (name, values), color in zip(history.items(), cycle((BLUE, ORANGE, GREEN, GREY)), strict=False):
        axes.plot(values, color=color, alpha=0.25, linewidth=0.7)
        axes.plot(smooth(values, window), color=color, linewidth=1.8, label=name)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("step")
    axes.legend(frameon=False)


class LiveCurves:
    """A figure in the notebook that is drawn anew in its place: pass it to `train` as `show`."""

    def __init__(
        self,
        title: str,
        expected: tuple[float, float] | None = None,
        log: bool = False,
        window: int = 50,
        samples: Callable[[], Tensor] | None = None,
    ):
        """Nothing is shown yet.

        Args:
            title: stands above the figure.
            expected: a band (low, high) in which the curve should end; drawn in green.
            log: whether the vertical axis is logarithmic.
            window: how many steps the dark curve averages.
            samples: makes images (R, N, C, H, W) in [-1, 1] with the network as it is now; they stand below the curves.
                It must leave the training as it is.
        """
        self.title, self.expected, self.log, self.window, self.samples = title, expected, log, window, samples
        self._handle: DisplayHandle | None = None

    def __call__(self, history: Mapping[str, Sequence[float]]) -> None:
        """Show the curves of this history; without any, or outside a notebook, nothing happens."""
        if not (history and is_notebook()):
            return
        figure = self._draw(history)
        if self._handle is None:
            self._handle = display(figure, display_id=True)
        else:
            self._handle.update(figure)
        plt.close(figure)  # or the notebook would show it once more below the cell

    def _draw(self, history: Mapping[str, Sequence[float]]) -> plt.Figure:
        if self.samples:
            figure, (axes, below) = plt.subplots(2, figsize=(6.4, 5.2), height_ratios=(1.5, 1), layout="constrained")
            below.imshow(tile(self.samples()), interpolation="nearest")
            below.axis("off")
        else:
            figure, axes = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
        draw_history(axes, history, self.window)
        if self.expected:
            axes.axhspan(*self.expected, color=GREEN, alpha=0.25, linewidth=0)
        if self.log:
            axes.set_yscale("log")
        axes.set_title(self.title)
        return figure
