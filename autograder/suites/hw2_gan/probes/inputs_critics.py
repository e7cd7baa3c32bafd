"""Critics that the probes of part 5 share: small, smooth, with a slope that differs from place to place."""

import torch
from torch import Tensor, nn

from .inputs import fill

# What torch.func.vmap hands to a critic does not outlive it. torch 2.6 has no debug_unwrap to look inside.
unwrap = getattr(torch.func, "debug_unwrap", lambda tensor: tensor)


class WatchedCritic(nn.Module):
    """Images or points of `inputs` numbers -> scores, (B,) or as a column (B, 1). It keeps what it was called on.

    No bias in the last layer: it moves all scores and no slope, so a penalty has no gradient there.
    """

    def __init__(self, seed: int, inputs: int, *, scale: float, column: bool = False):
        super().__init__()
        self.first, self.last, self.column = nn.Linear(inputs, 6), nn.Linear(6, 1, bias=False), column
        self.calls = []
        fill(self, seed, scale)

    def forward(self, images: Tensor) -> Tensor:
        self.calls.append(unwrap(images).detach().clone())
        scores = self.last(torch.tanh(self.first(images.flatten(start_dim=1))))
        return scores if self.column else scores.flatten()

    def find_places(self, *shape: int) -> Tensor:
        """Everything it was called on, one image or point of this shape a row; no rows if it was not called."""
        return torch.cat([call.reshape(-1, *shape) for call in self.calls] or [torch.zeros(0, *shape)])


class FlatCritic(nn.Module):
    """Points (B, 3) -> scores (B,): w |x|^2 / 2, with w = 3, whose slope is 3 |x|: it is flat at 0."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.tensor(3.0))

    def forward(self, points: Tensor) -> Tensor:
        return self.w * points.square().sum(dim=1) / 2


def find_parameter_gradients(result: object, critic: nn.Module) -> dict[str, Tensor]:
    """Gradients of `result`, as gradient_of_NAME; a parameter that none reaches is left out."""
    if not isinstance(result, Tensor) or not result.requires_grad:
        return {}
    names, parameters = zip(*critic.named_parameters(), strict=True)
    found = torch.autograd.grad(result.sum(), parameters, allow_unused=True)
    return {
        f"gradient_of_{name}": gradient for name, gradient in zip(names, found, strict=True) if gradient is not None
    }
