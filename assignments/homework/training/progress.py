"""How a run reports: metrics, the bar, the first time estimate, and when it is time for what."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import TracebackType

import torch
from torch import Tensor
from tqdm.auto import tqdm

from homework.training.checkpoint import History
from homework.training.costs import counted
from homework.training.errors import TrainingError
from homework.training.estimate import machine_of
from homework.training.live import Show, latest

LOOK_SECONDS = 2.0  # reading a metric makes the CPU wait for the GPU, so it is done this seldom
SHOW_SECONDS = 5.0
SHOW_SHARE = 0.05  # of the time at most goes into drawing
LONG_STEPS, LONG_SECONDS = 100, 30  # below, an estimate comes too late to be of use
WARM_STEPS, TIMED_STEPS = 5, 15  # the first steps load kernels and say little about the rest


class Timer:
    """Due once in so many seconds."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.restart()

    def restart(self) -> None:
        self._started = time.monotonic()

    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def is_due(self) -> bool:
        return self.elapsed() >= self.seconds


class Recorder:
    """Metrics on their way into the history: they stay on the GPU until somebody looks."""

    def __init__(self, history: History):
        self.history = history
        self._waiting: dict[str, list[tuple[int, Tensor | float]]] = defaultdict(list)

    def add(self, step: int, metrics: Mapping[str, Tensor | float]) -> None:
        """Keep a step's metrics; nothing is copied or waited for yet."""
        for name, value in metrics.items():
            self._waiting[name].append((step, value.detach() if isinstance(value, Tensor) else value))

    def collect(self) -> None:
        """Move what waits into the history; TrainingError at the first value that is not finite."""
        for name, pairs in self._waiting.items():
            steps, values = zip(*pairs, strict=True)
            for step, value in zip(steps, _to_floats(values), strict=True):
                if not math.isfinite(value):
                    raise TrainingError(
                        f"{name} became {value} at step {step}: try a lower learning rate, "
                        "look for a logarithm of 0 or a division by 0, and pass restart=True to begin again."
                    )
                self.history.setdefault(name, []).append(value)
        self._waiting.clear()


def _to_floats(values: tuple[Tensor | float, ...]) -> list[float]:
    """One copy from the GPU for all of them."""
    tensors = [value.float() for value in values if isinstance(value, Tensor)]
    if len(tensors) == len(values):
        return torch.stack(tensors).tolist()
    return [float(value) for value in values]


class Progress:
    """The bar, the estimate and the live curves of one session of a run."""

    def __init__(self, first: int, steps: int, history: History, show: Show, device: str):
        self.first, self.steps, self.show, self.device = first, steps, show, device
        self.recorder = Recorder(history)
        self._look, self._redraw = Timer(LOOK_SECONDS), Timer(SHOW_SECONDS)

    def __enter__(self) -> "Progress":
        self._bar = tqdm(total=self.steps, initial=self.first, unit="step", dynamic_ncols=True)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.close()

    def first_step(self, step: Callable[[int], Mapping[str, Tensor | float]]) -> Mapping[str, Tensor | float]:
        """Take it, computed as always; of a long training say what it will cost before it begins in earnest."""
        if self.steps - self.first < LONG_STEPS:
            return step(self.first)
        with counted() as costs:
            metrics = step(self.first)
        machine = machine_of(self.device)
        seconds = (self.steps - self.first) * machine.seconds(costs) if machine else 0
        if seconds > LONG_SECONDS:
            tqdm.write(f"about {to_words(seconds)} on {machine}, {costs.memory / 1e9:.1f} GB: computed from one step")
        return metrics

    def add(self, step: int, metrics: Mapping[str, Tensor | float]) -> None:
        """Note a finished step, and look, estimate or draw if it is time."""
        self.recorder.add(step, metrics)
        self._bar.update()
        if self._look.is_due():
            self.look()
        if self._redraw.is_due():
            self.draw()
        self._estimate(step + 1 - self.first)

    def look(self) -> None:
        """Wait for the metrics of all steps so far, and write the newest beside the bar."""
        self.recorder.collect()
        self._bar.set_postfix_str(latest(self.recorder.history))
        self._look.restart()

    def draw(self) -> None:
        """Show the history; a figure that is slow to draw is drawn more seldom."""
        self.look()
        drawing = Timer(SHOW_SECONDS)
        self.show(self.recorder.history)
        self._redraw = Timer(max(SHOW_SECONDS, drawing.elapsed() / SHOW_SHARE))

    def _estimate(self, done: int) -> None:
        """Once, after the first steps: how long the rest will take."""
        if done == WARM_STEPS:
            self.look()
            self._timed = Timer(0)
        elif done == WARM_STEPS + TIMED_STEPS:
            self.look()
            left = self.steps - self.first - done
            seconds = self._timed.elapsed() / TIMED_STEPS * left
            tqdm.write(f"about {to_words(seconds)} on {self.device}: measured in {TIMED_STEPS} steps")


def to_words(seconds: float) -> str:
    """A duration as one says it: "40 s", "12 min", "2.5 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
