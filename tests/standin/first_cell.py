"""What stands before a notebook's first cell: the stand-in, and a look at each step of its trainings.

Beside the executed notebook it leaves `steps.jsonl`, one line for each training: what a step in its steady state costs;
and `moved.txt`, the names that lay on one device after a cell and on another after a later one: cells between the two
could not be run again.
"""

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from IPython import get_ipython
from torch import Tensor, nn

from homework.standin import Measured, StandIn

WARM = 2  # steps, after which kernels are loaded, optimizers have their states, and scalers their scale


def begin(kind: str) -> StandIn:
    """Put the stand-in in place, and watch what the library's train calls."""
    from homework import training

    standin = StandIn(kind).install()
    training.train = watching(standin, training.train)
    get_ipython().events.register("post_run_cell", Places(get_ipython().user_ns).look)
    return standin


class Places:
    """Where the notebook's tensors and networks lie after each cell."""

    def __init__(self, names: dict[str, Any]):
        self._names, self._seen = names, dict[str, str]()

    def look(self, result: Any) -> None:
        for name, value in list(self._names.items()):
            first = next(value.parameters(), None) if isinstance(value, nn.Module) else value
            if isinstance(first, Tensor) and not name.startswith("_"):
                place = str(first.device)
                if self._seen.setdefault(name, place) != place:
                    with Path("moved.txt").open("a") as file:
                        file.write(f"{name}: {self._seen[name]}, then {place}\n")
                self._seen[name] = place


def watching(standin: StandIn, train: Callable[..., Any]) -> Callable[..., Any]:
    """The library's train, with steps that are measured."""

    @functools.wraps(train)
    def watched(step: Callable[[int], Any], parts: Mapping[str, Any], steps: int, *args: Any, **kwargs: Any) -> Any:
        last = Measured()

        def measured_step(number: int) -> Any:
            nonlocal last
            with standin.measured() as found:
                metrics = step(number)
            if number >= WARM:
                last = found
            return metrics

        result = train(measured_step, parts, steps, *args, **kwargs)
        _note(step, last)
        return result

    return watched


def _note(step: Callable[[int], Any], cost: Measured) -> None:
    line = {
        "step": step.__qualname__,
        "syncs": [str(sync) for sync in cost.syncs],
        "launches": cost.launches,
        "bytes_moved": cost.bytes_moved,
        "peak_bytes": cost.peak_bytes,
    }
    with Path("steps.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
