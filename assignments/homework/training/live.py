"""What a run shows while it goes: curves that grow in place in a notebook, lines of text elsewhere."""

from collections.abc import Callable

from tqdm.auto import tqdm

from homework.colab import is_notebook
from homework.training.checkpoint import History

Show = Callable[[History], None]


def default_show() -> Show:
    """Curves in a notebook, text in a terminal."""
    if not is_notebook():
        return print_latest
    from homework.plots import LiveCurves  # a terminal has no use for it, nor for IPython

    return LiveCurves("training")


def print_latest(history: History) -> None:
    """One line with the newest value of each metric, above the progress bar."""
    step = max((len(values) for values in history.values()), default=0)
    tqdm.write(f"step {step}: {latest(history)}")


def latest(history: History) -> str:
    """The newest value of each metric as text, such as "loss 0.0731"."""
    return ", ".join(f"{name} {values[-1]:.4g}" for name, values in history.items() if values)
