"""One optimizer and everything that belongs around it."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from homework.training.errors import TrainingError
from homework.training.hardware import low_precision


class Updater:
    """Turns a loss into one update of its parameters: gradient scaling, clipping, optimizer, learning rate.

    A GAN has two, one for each network: each moves its own parameters only, whatever else its loss depends on.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        *,
        clip: float | None = 1.0,
        warmup: int = 0,
        total: int | None = None,
        optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.AdamW,
        **options: Any,
    ):
        """
        Args:
            parameters: what is trained, already on its device, such as network.parameters().
            lr: the highest learning rate.
            clip: the largest norm of the gradient over all parameters; None leaves gradients as they are.
            warmup: the learning rate rises linearly over this many updates.
            total: the learning rate falls to 0 along a cosine until this update; None keeps it constant.
            optimizer: a class of torch.optim; options, such as betas or weight_decay, are passed on to it.
        """
        self.parameters = list(parameters)
        self.clip = clip
        self.optimizer = optimizer(self.parameters, lr=lr, **options)
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda update: warmup_then_cosine(update, warmup, total)
        )
        device = self.parameters[0].device
        # float16 has no numbers below 6e-8, so small gradients need scaling up; bfloat16 and float32 do not.
        self.scaler = torch.amp.GradScaler(device.type, enabled=low_precision(device) is torch.float16)
        self.skipped = False

    def update(self, loss: Tensor) -> None:
        """One step down the gradient of the loss, a 0-d tensor. Its graph is freed."""
        _require_differentiable_scalar(loss)
        self.optimizer.zero_grad()
        self.scaler.scale(loss).backward()
        if self.clip is not None:
            self.scaler.unscale_(self.optimizer)  # else the scale, and not the gradient, would be clipped
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        scale = self.scaler.get_scale()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        # The scaler leaves a step out, and lowers the scale, if gradients overflowed; the schedule waits as well.
        self.skipped = self.scaler.get_scale() < scale
        if not self.skipped:
            self.scheduler.step()

    def state_dict(self) -> dict[str, Any]:
        """The state of optimizer, scheduler and scaler."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state_dict of an updater with the same parameters."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def _parts(self) -> dict[str, Any]:
        return {"optimizer": self.optimizer, "scheduler": self.scheduler, "scaler": self.scaler}


def warmup_then_cosine(update: int, warmup: int, total: int | None) -> float:
    """The share of the highest learning rate that an update (0, 1, 2 ...) gets."""
    if update < warmup:
        return (update + 1) / (warmup + 1)
    if total is None:
        return 1.0
    progress = min(1.0, (update - warmup) / max(1, total - warmup))
    return (1 + math.cos(math.pi * progress)) / 2


def average_of(network: nn.Module, decay: float = 0.999) -> AveragedModel:
    """A copy of the network, in eval mode, that follows the exponential moving average of its weights.

    Call average.update_parameters(network) after every update: the first call copies the weights, later ones move
    the average by a share 1 - decay. It remembers about 1 / (1 - decay) updates, so keep that well below the
    length of the training. The averaged network itself is average.module.
    """
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(decay))
    return average.requires_grad_(False).eval()


def _require_differentiable_scalar(loss: Tensor) -> None:
    """TrainingError, in words, for what backward would refuse in its own."""
    if not isinstance(loss, Tensor):
        raise TrainingError(f"The loss must be a tensor, but is a {type(loss).__name__}; return it without .item().")
    if loss.dim() != 0:
        raise TrainingError(f"The loss must be one number, but has shape {tuple(loss.shape)}; take a mean or a sum.")
    if not loss.requires_grad:
        raise TrainingError(
            "The loss does not depend on any trainable parameter; look for no_grad, detach, or an unused network."
        )
