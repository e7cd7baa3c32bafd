"""One optimizer and everything that belongs around it."""

import inspect
import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from homework.training.errors import TrainingError
from homework.training.hardware import low_precision


class Updater:
    """Turns a loss into one update of its parameters: gradient scaling, clipping, optimizer, learning rate.

    A GAN has two, one for each network: each moves its own parameters only, whatever else its loss depends on. The CPU
    never waits for the GPU in an update.
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
            optimizer: a class of torch.optim; options, such as betas or weight_decay, are passed on to it. Weights
                decay; gains, biases and scales, which have fewer than two dimensions, do not.
        """
        self.parameters = list(parameters)
        device = self.parameters[0].device
        self.clip = clip
        chosen = {"lr": lr, "clip": clip, "warmup": warmup, "total": total, "optimizer": optimizer}
        self.made_with = chosen | options  # which run it is
        self.optimizer = optimizer(_groups(self.parameters), lr=lr, **_fused_if_it_can(optimizer, device), **options)
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda update: warmup_then_cosine(update, warmup, total)
        )
        # float16 has no numbers below 6e-8, so small gradients need scaling up; bfloat16 and float32 do not.
        self.scaler = torch.amp.GradScaler(device.type, enabled=low_precision(device) is torch.float16)

    def update(self, loss: Tensor) -> None:
        """One step down the gradient of the loss, a 0-d tensor. Its graph is freed.

        If gradients overflow in float16, weights stay as they are and the scale is lowered: seldom but in the first
        steps. The schedule goes on all the same, as to ask would make the CPU wait.
        """
        _require_differentiable_scalar(loss)
        self.optimizer.zero_grad()
        self.scaler.scale(loss).backward()
        if self.clip is not None:
            self.scaler.unscale_(self.optimizer)  # else the scale, and not the gradient, would be clipped
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
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


def _groups(parameters: list[nn.Parameter]) -> list[dict[str, Any]]:
    """Those that decay, and the others, as an optimizer wants them."""
    weights = [parameter for parameter in parameters if parameter.dim() >= 2]
    others = [parameter for parameter in parameters if parameter.dim() < 2]
    groups: list[dict[str, Any]] = [{"params": weights}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]


def _fused_if_it_can(optimizer: Callable[..., torch.optim.Optimizer], device: torch.device) -> dict[str, bool]:
    """On GPUs with 16 bits: one kernel for all parameters, which sees by itself whether gradients overflowed."""
    can = low_precision(device) is not None and "fused" in inspect.signature(optimizer).parameters
    return {"fused": True} if can else {}


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
    return _Average(network, decay).requires_grad_(False).eval()


class _Average(AveragedModel):
    """torch's own would copy its counter to the GPU in every step, for which the CPU has to wait."""

    def __init__(self, network: nn.Module, decay: float):
        super().__init__(network)
        self.decay = decay

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        own, new = ([p.detach() for p in network.parameters()] for network in (self.module, model))
        if self.n_averaged == 0:  # the counter stays on the CPU
            torch._foreach_copy_(own, new)
        else:
            torch._foreach_lerp_(own, new, 1 - self.decay)
        for buffer, newest in zip(self.module.buffers(), model.buffers(), strict=True):
            buffer.copy_(newest)
        self.n_averaged += 1


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
