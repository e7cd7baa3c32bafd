"""Shuffled batches and random numbers that depend on the seed and the step alone: what makes a resumed run exact."""

import numpy as np
import torch
from torch import Tensor

_SHUFFLE, _NOISE = 0, 1  # two streams of one seed that have nothing in common


class Batches:
    """Shuffled batches of tensors that live on one device, without a DataLoader.

    A homework's data fit on a GPU as a whole (all of CIFAR-10 in uint8: 150 MB), so a batch is one indexing
    operation there: no worker processes, and no copy from the CPU that a step would have to wait for.
    """

    def __init__(self, *tensors: Tensor, size: int, seed: int = 0, device: torch.device | str | None = None):
        """
        Args:
            tensors: each of shape (N, ...); row i of all of them is one example. The dtype is kept.
            size: examples in a batch, in 1 ... N.
            seed: at least 0; another seed gives another order.
            device: where the data shall live; None leaves them where they are.
        """
        lengths = {len(tensor) for tensor in tensors}
        if len(lengths) != 1:
            raise ValueError(f"Batches needs tensors of one length, not of lengths {sorted(lengths)}.")
        if not 1 <= size <= min(lengths):
            raise ValueError(f"A batch cannot have {size} of {min(lengths)} examples; choose size in 1 ... N.")
        self.tensors = tuple(tensor.to(device or tensor.device, non_blocking=True) for tensor in tensors)
        self.size, self.seed, self.per_epoch = size, seed, min(lengths) // size
        sums = [
            int(tensor.sum()) for tensor in tensors if not (tensor.is_floating_point() or tensor.is_complex())
        ]  # exact on every device
        self.made_with = {"examples": min(lengths), "sums": sums, "size": size, "seed": seed}  # which run it is
        self._epoch, self._order = -1, torch.empty(0, dtype=torch.long)

    def at(self, step: int) -> tuple[Tensor, ...]:
        """The batch of a step (0, 1, 2 ...): tensors of shape (size, ...), always the same ones for this step.

        Every epoch of per_epoch steps visits the examples in a new order, each at most once; the remainder that
        fills no batch is left out.
        """
        epoch, position = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._shuffle(epoch)
        rows = self._order[position * self.size : (position + 1) * self.size]
        return tuple(tensor[rows] for tensor in self.tensors)

    def _shuffle(self, epoch: int) -> Tensor:
        """Drawn on the CPU, so that every device sees the same order."""
        first = self.tensors[0]
        order = torch.randperm(len(first), generator=_generator("cpu", self.seed, epoch, _SHUFFLE))  # (N,)
        return order.to(first.device, non_blocking=True)


def step_rng(seed: int, step: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator on this device for all that is random in one step, such as noise, timesteps and coins.

    It depends on (seed, step) alone, so a resumed run draws what the uninterrupted one would have drawn. The same
    seed gives different numbers on CPU and GPU.
    """
    return _generator(device, seed, step, _NOISE)


def _generator(device: torch.device | str, *numbers: int) -> torch.Generator:
    """numpy's SeedSequence mixes the numbers: neighbouring ones give unrelated streams, unlike seed + step."""
    mixed = np.random.SeedSequence(numbers).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(mixed[0]))
