"""A model that is simple enough for the head, and notes what is done with it."""

from typing import Any

import torch
from torch import Tensor, nn


class Repeater(nn.Module):
    """Guesses strength * x_t + t, and notes what it was called with; with an old gradient of 7."""

    def __init__(self, strength: float = 0.5, training: bool = True) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.tensor(strength))
        self.strength.grad = torch.tensor(7.0)
        self.seen: list[tuple[Tensor, Tensor]] = []
        self.names: set[str] = set()
        self.asked_for_gradient: list[bool] = []
        self.train(training)

    def forward(self, *args: Tensor, **kwargs: Tensor) -> Tensor:
        x_t, t = (*args, *kwargs.values())
        self.names.update(kwargs)
        self.asked_for_gradient.append(x_t.requires_grad)
        self.seen.append((x_t.detach().clone(), t.detach().clone()))
        return self.strength * x_t + t.reshape(-1, *[1] * (x_t.dim() - 1))

    def told(self) -> dict[str, Any]:
        """How it was called, and what it was given first."""
        x_t, t = self.seen[0] if self.seen else ("nothing", "nothing")
        return {
            "the number of calls of the model": len(self.seen),
            "x_t, as the model got it,": x_t,
            "t, as the model got it,": t,
            "the dtype of t, as the model got it,": str(getattr(t, "dtype", t)),
            "the way in which the model is called": "with names" if self.names else "model(x_t, t)",
        }

    def left(self) -> dict[str, Any]:
        """What is left of it, and of autograd's switch."""
        grad = self.strength.grad
        return {
            "the mode of the model after the call": "training" if self.training else "eval",
            "the model's parameter after the call": self.strength.detach().clone(),
            "requires_grad of the model's parameter after the call": self.strength.requires_grad,
            "the old gradient of the model's parameter after the call": torch.zeros(()) if grad is None else grad,
            "torch.is_grad_enabled() after the call": torch.is_grad_enabled(),
        }
