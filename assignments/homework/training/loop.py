"""The training loop: it can be killed at any moment and run again, and ends where it would have ended."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from tqdm.auto import tqdm

from homework.training.checkpoint import Checkpoint, History
from homework.training.errors import CheckpointError
from homework.training.identity import Identity
from homework.training.live import Show, default_show
from homework.training.progress import Progress, Timer
from homework.training.state import HasState

Step = Callable[[int], Mapping[str, Tensor | float]]


def train(
    step: Step,
    parts: Mapping[str, HasState],
    steps: int,
    folder: Path | None,
    *,
    settings: Mapping[str, Any],
    restart: bool = False,
    save_every_seconds: float = 60.0,
    show: Show | None = None,
) -> History:
    """Call step(0), step(1) ... step(steps - 1), and keep the run in a folder so that nothing is lost.

    Run again after a crash, a disconnect or an interrupt, it goes on from the last save and ends in the same state as
    a run that was never stopped: bit for bit on a CPU, as long as a step depends on its number, the parts and the
    global random generators only (use Batches and step_rng). A finished run is loaded at once.

    Args:
        step: does one whole step of training and returns its metrics: finite numbers or 0-d tensors by name.
        parts: everything that a step changes, by name: networks, averages, Updaters, queues.
        steps: how many in all, at least 1.
        folder: where the run is kept, from run_folder; None keeps nothing, for trainings of seconds.
        settings: what makes this run different from others and is not seen in its step: data, seed, sizes. An old run
            with other settings, another number of steps, or other code is not continued: all that the step uses of what
            you wrote is compared, down to the last helper and constant.
        restart: begin again at step 0 and write over what the folder holds.
        save_every_seconds: how much time a crash may cost.
        show: is given the history every few seconds and at the end; None draws curves in a notebook.

    Returns:
        the history: for each metric the list of its values. After an interrupt it ends there.

    Raises:
        CheckpointError: the folder cannot be written, or holds a broken file or another run.
        TrainingError: a metric is not finite; the last save is from before that.
    """
    show = show or default_show()
    checkpoint = (
        None if folder is None else Checkpoint(Path(folder), parts, Identity({**settings, "steps": steps}, step, parts))
    )
    first, history = _begin(checkpoint, restart)
    if first == steps:
        print(f"This run is finished: {steps} steps, loaded from {folder}.")
        show(history)
        return history
    if first > 0:
        print(f"Going on after step {first} of {steps}, from {folder}.")
    saving = Timer(save_every_seconds)
    with _noted_interrupts() as interrupted, Progress(first, steps, history, show, _device_of(parts)) as progress:
        for number in range(first, steps):
            progress.add(number, progress.first_step(step) if number == first else step(number))
            if interrupted.is_set():
                break
            if saving.is_due() and number + 1 < steps:
                _save(checkpoint, number + 1, progress)
                saving.restart()
        progress.draw()
        saved = _save(checkpoint, number + 1, progress)
    if number + 1 < steps:
        print(f"Stopped after {number + 1} of {steps} steps{' and saved' * saved}; run this cell again to go on.")
    return history


def _begin(checkpoint: Checkpoint | None, restart: bool) -> tuple[int, History]:
    """The number of finished steps and their history. A new run is saved before its first step.

    That shows at once whether the folder can be written, and makes a run that is killed in its first minute begin
    again with the same weights.
    """
    if checkpoint is None:
        return 0, {}
    first, history = (0, {}) if restart else checkpoint.load()
    if first == 0:
        checkpoint.save(0, history)
    return first, history


def _save(checkpoint: Checkpoint | None, done: int, progress: Progress) -> bool:
    """Whether it worked. A full disk must not end a run that may have taken hours: it says so, and goes on."""
    if checkpoint is None:
        return False
    progress.look()  # a state that is not finite must never replace a good one
    try:
        checkpoint.save(done, progress.recorder.history)
    except CheckpointError as error:
        tqdm.write(f"{error} The training goes on.")
        return False
    return True


@contextmanager
def _noted_interrupts() -> Iterator[threading.Event]:
    """Ctrl-C, or a notebook's stop button, is noted here and obeyed between two steps; a second one acts at once.

    Stopped in the middle of a step, the networks would be in a state that no uninterrupted run ever has.
    """
    interrupted = threading.Event()

    def note(signum: int, frame: Any) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    if threading.current_thread() is not threading.main_thread():  # only the main thread is sent signals
        yield interrupted
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)


def _device_of(parts: Mapping[str, HasState]) -> str:
    networks = (part for part in parts.values() if isinstance(part, nn.Module))
    return next((parameter.device.type for network in networks for parameter in network.parameters()), "cpu")
