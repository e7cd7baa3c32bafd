"""What a run shows while it goes: curves that grow in place in a notebook, lines of text elsewhere."""

import io
import sys
from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from tqdm.auto import tqdm

from homework.training.checkpoint import History

Show = Callable[[History], None]


def default_show() -> Show:
    """Curves in a notebook, text in a terminal."""
    return live_curves() if _in_notebook() else print_latest


def print_latest(history: History) -> None:
    """One line with the newest value of each metric, above the progress bar."""
    step = max((len(values) for values in history.values()), default=0)
    tqdm.write(f"step {step}: {latest(history)}")


def latest(history: History) -> str:
    """The newest value of each metric as text, such as "loss 0.0731"."""
    return ", ".join(f"{name} {values[-1]:.4g}" for name, values in history.items() if values)


def live_curves() -> Show:
    """A show for train(): one picture that is replaced, so that an hour of training leaves one output, not hundreds."""
    from IPython.display import Image, display  # a terminal has no use for it

    handle = None

    def show(history: History) -> None:
        nonlocal handle
        if not history:
            return
        picture = Image(data=draw_curves(history), format="png")
        if handle is None:
            handle = display(picture, display_id=True)
        else:
            handle.update(picture)

    return show


def draw_curves(history: History) -> bytes:
    """A PNG with one panel a metric: every step's value in grey, and a running mean that the eye can follow."""
    # A Figure without pyplot: nothing stays open, and the cell does not show it a second time at its end.
    figure = Figure(figsize=(4.5 * len(history), 2.8), layout="constrained")
    for axes, (name, values) in zip(figure.subplots(1, len(history), squeeze=False).flat, history.items(), strict=True):
        window = max(1, len(values) // 50)
        axes.plot(values, color="0.8", linewidth=0.8)
        axes.plot(np.arange(window - 1, len(values)), running_mean(values, window), color="#0072b2")
        axes.set(xlabel="step", ylabel=name)
    png = io.BytesIO()
    figure.savefig(png, format="png")
    return png.getvalue()


def running_mean(values: list[float], window: int) -> np.ndarray:
    """Means of `window` neighbours: one value fewer than len(values) for each neighbour beyond the first."""
    return np.convolve(values, np.full(window, 1 / window), mode="valid")


def _in_notebook() -> bool:
    """Whether a kernel, with a front end that shows pictures, runs this code."""
    ipython = sys.modules.get("IPython")  # a kernel has imported it
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
