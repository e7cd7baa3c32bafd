"""The state of a training, kept so that some steps can be tried and undone."""

import copy
from collections.abc import Mapping

from torch import nn

from homework.training.state import HasState, rng_state, set_rng_state


class Snapshot:
    """Weights, buffers, optimizers, gradients, training modes and random generators at one moment."""

    def __init__(self, parts: Mapping[str, HasState]):
        self.parts = parts
        self.states = {name: copy.deepcopy(part.state_dict()) for name, part in parts.items()}
        self.rng = rng_state()
        networks = [part for part in parts.values() if isinstance(part, nn.Module)]
        self._modes = [(module, module.training) for network in networks for module in network.modules()]
        parameters = [parameter for network in networks for parameter in network.parameters()]
        self._gradients = [(p, p.requires_grad, None if p.grad is None else p.grad.clone()) for p in parameters]

    def restore(self) -> None:
        """Put everything back; as often as you like."""
        for name, part in self.parts.items():
            part.load_state_dict(copy.deepcopy(self.states[name]))  # an optimizer keeps the tensors it is given
        for module, training in self._modes:
            module.training = training
        for parameter, requires_grad, gradient in self._gradients:
            parameter.requires_grad_(requires_grad)
            parameter.grad = gradient
        set_rng_state(self.rng)
