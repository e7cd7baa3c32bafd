"""The first steps of a training, tried before a long cell: what would fail in an hour fails now, in one sentence.

    preflight.check(step, parts, trained=["unet"], images=images, labels=labels, classes=10)

It runs the very step that `training.train` will run, on the same device, and puts everything back afterwards.
"""

import io
import math
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from homework.notebook.stubs import is_of_package
from homework.training import HasState, TrainingError, Updater
from homework.training.errors import PreflightFailed
from homework.training.hooks import noted_gradients, watched_inputs
from homework.training.snapshot import Snapshot

__all__ = ["PreflightFailed", "check"]

STEPS = 4  # behind two zero-initialised layers, the first gradient that is not 0 arrives at the third step
MOST_STEPS = 12  # a gradient scaler may leave out its first steps, until it has found its scale
SAME_METRIC = 1e-4  # relative; sums in another order, as on a GPU, differ by less
OURS = f"{Path(__file__).parent}/"

Step = Callable[[int], Mapping[str, Tensor | float]]


def check(
    step: Step,
    parts: Mapping[str, HasState],
    *,
    trained: Sequence[str],
    frozen: Sequence[str] = (),
    images: Tensor | None = None,
    labels: Tensor | None = None,
    classes: int | None = None,
) -> None:
    """Run a few steps, judge them, put everything back, and print one line that begins with "Ready".

    Args:
        step: does one step of training, as for train().
        parts: everything that a step changes, as for train().
        trained: names of networks in parts; each of their parameters must get a gradient and move.
        frozen: names of networks in parts that must stay as they are, batch norm's running statistics too.
        images: a batch as the model gets it, shape (B, ...), float, in [-1, 1].
        labels: its labels, shape (B,), long, in 0 ... classes - 1, before any of them is dropped.
        classes: how many there are.

    Raises:
        PreflightFailed: one sentence about the first fault found.
    """
    networks = {name: part for name, part in parts.items() if isinstance(part, nn.Module)}
    _require_names([*trained, *frozen], networks)
    _require_images(images)
    _require_labels(labels, classes)
    _require_one_device(networks, {"images": images, "labels": labels})
    start = Snapshot(parts)
    try:
        metrics = _try_steps(step, networks, parts, trained, start)
        for name in frozen:
            _require_still(name, networks[name], start.states[name])
        _require_loadable(parts)
        start.restore()
        _require_same(metrics, _run(step, 0))
    finally:
        start.restore()
    _say_ready(metrics, {name: networks[name] for name in trained})


def _try_steps(
    step: Step,
    networks: Mapping[str, nn.Module],
    parts: Mapping[str, HasState],
    trained: Sequence[str],
    start: Snapshot,
) -> dict[str, float]:
    """The metrics of step 0, if the steps run and every trained network learns from them."""
    updaters = [part for part in parts.values() if isinstance(part, Updater)]
    with watched_inputs(networks), noted_gradients(networks[name] for name in trained) as arrived:
        metrics: list[dict[str, float]] = []
        updates = 0
        while updates < STEPS and len(metrics) < MOST_STEPS:
            scales = [updater.scaler.get_scale() for updater in updaters]
            metrics.append(_run(step, len(metrics)))
            updates += all(u.scaler.get_scale() >= scale for u, scale in zip(updaters, scales, strict=True))
    for name in trained:
        _require_learning(name, networks[name], arrived, start.states[name])
    return metrics[0]


def _run(step: Step, number: int) -> dict[str, float]:
    """The metrics of a step; whatever it raises becomes one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Using a target size")  # a loss that broadcasts: never meant
            metrics = step(number)
    except TrainingError as error:
        raise PreflightFailed(str(error)) from error
    except torch.OutOfMemoryError as error:
        raise PreflightFailed(
            "A step does not fit into the GPU's memory; make the batch or the network smaller."
        ) from error
    except Exception as error:
        raise PreflightFailed(_describe(error)) from error
    return _require_finite(metrics, number)


def _describe(error: Exception) -> str:
    """What was raised, and the last line of yours that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not (is_of_package(frame.filename) or frame.filename.startswith(OURS))]
    last = (own or frames)[-1]
    message = str(error).partition("\n")[0].rstrip(".")
    if isinstance(error, NotImplementedError) and (not message or message.isidentifier()):
        return f"{last.name} is not written yet, and the training needs it."
    return f"{last.name}, line {last.lineno} ({last.line}) raised {type(error).__name__}: {message}."


def _require_finite(metrics: Any, number: int) -> dict[str, float]:
    if not isinstance(metrics, Mapping) or not metrics:
        raise PreflightFailed('step(number) must return its metrics by name, such as {"loss": loss}.')
    values = {name: torch.as_tensor(value).detach() for name, value in metrics.items()}
    for name, value in values.items():
        if value.dim() != 0:
            raise PreflightFailed(f"{name} must be one number, but has shape {tuple(value.shape)}.")
        if not value.isfinite():
            raise PreflightFailed(
                f"{name} is {value.item()} at step {number}; "
                "look for a division by 0, a logarithm or root of 0, or a learning rate that is far too high."
            )
    return {name: value.item() for name, value in values.items()}


def _require_names(names: Sequence[str], networks: Mapping[str, nn.Module]) -> None:
    for name in names:
        if name not in networks:
            raise PreflightFailed(f"{name} is no network in parts; its networks are {', '.join(networks) or 'none'}.")


def _require_images(images: Tensor | None) -> None:
    if images is None:
        return
    if not images.is_floating_point():
        raise PreflightFailed(f"images are {images.dtype}; the model wants floats in [-1, 1].")
    low, high = images.min().item(), images.max().item()
    if low < -1.001 or high > 1.001 or low >= 0:
        raise PreflightFailed(f"images lie in [{low:.3g}, {high:.3g}]; the model wants them spread over [-1, 1].")


def _require_labels(labels: Tensor | None, classes: int | None) -> None:
    if labels is None:
        return
    if labels.dtype != torch.long or labels.dim() != 1:
        shape = tuple(labels.shape)
        raise PreflightFailed(f"labels are {labels.dtype} of shape {shape}; they must be torch.long, of shape (B,).")
    low, high = labels.min().item(), labels.max().item()
    if classes is not None and (low < 0 or high >= classes):
        raise PreflightFailed(f"labels lie in {low} ... {high}; of {classes} classes they must be 0 ... {classes - 1}.")


def _require_one_device(networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor | None]) -> None:
    samples = {**{name: next(network.parameters(), None) for name, network in networks.items()}, **batch}
    devices = {name: sample.device for name, sample in samples.items() if sample is not None}
    if len(set(devices.values())) > 1:
        where = ", ".join(f"{name} on {device}" for name, device in devices.items())
        raise PreflightFailed(f"All must be on one device, but there are {where}; move them with .to(device).")


def _require_learning(
    name: str, network: nn.Module, arrived: Mapping[nn.Parameter, bool], start: Mapping[str, Tensor]
) -> None:
    for path, parameter in network.named_parameters(prefix=name):
        if not parameter.requires_grad:
            continue
        if parameter not in arrived:
            raise PreflightFailed(f"{path} gets no gradient; is it used in forward, and nothing detached on the way?")
        if not arrived[parameter]:
            raise PreflightFailed(f"The gradient of {path} is always 0; does the loss depend on what it computes?")
        if torch.equal(parameter, start[path.removeprefix(f"{name}.")]):
            raise PreflightFailed(f"{path} gets a gradient but does not move; is it among an Updater's parameters?")


def _require_still(name: str, network: nn.Module, start: Mapping[str, Tensor]) -> None:
    parameters = dict(network.named_parameters())
    for path, value in network.state_dict().items():
        if not torch.equal(value, start[path]):
            advice = "keep it out of every Updater" if path in parameters else f"call {name}.eval() before it is used"
            raise PreflightFailed(f"{name}.{path} changes, but {name} shall stay as it is; {advice}.")


def _require_loadable(parts: Mapping[str, HasState]) -> None:
    """A checkpoint that cannot be read must be found now, and not after a disconnect."""
    for name, part in parts.items():
        file = io.BytesIO()
        try:
            torch.save(part.state_dict(), file)
            file.seek(0)
            torch.load(file, weights_only=True)
        except Exception as error:
            raise PreflightFailed(
                f"{name}'s state_dict cannot be saved and read again; keep only tensors and plain numbers in it."
            ) from error


def _require_same(before: Mapping[str, float], again: Mapping[str, float]) -> None:
    """A step must depend on its number and the parts alone, or a resumed run would be another run."""
    for name, value in before.items():
        if not math.isclose(value, again[name], rel_tol=SAME_METRIC, abs_tol=1e-7):
            raise PreflightFailed(
                f"step(0), run twice from the same state, gave {name} = {value:.6g}, then {again[name]:.6g}; "
                "put all that a step changes into parts, and draw from step_rng or torch's global generator."
            )


def _say_ready(metrics: Mapping[str, float], trained: Mapping[str, nn.Module]) -> None:
    count = sum(p.numel() for network in trained.values() for p in network.parameters() if p.requires_grad)
    values = ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())
    print(f"Ready: {values} at step 0; all {count:,} parameters of {' and '.join(trained)} learn; nothing was changed.")
