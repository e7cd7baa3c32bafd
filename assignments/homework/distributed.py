"""MoCo on several GPUs: two wrappers, so that a training step for one process runs unchanged in many.

    moco_step(DistributedDataParallel(encoder_q), ShuffledEncoder(encoder_k), SharedQueue(queue), ...)

Every process calls it with its own part of the batch; all of them end with the same weights and the same queue.
"""

from typing import Protocol

import torch
import torch.distributed as dist
from torch import Tensor, nn


class Queue(Protocol):
    """What a MoCoQueue does."""

    def enqueue(self, keys: Tensor) -> None: ...

    def keys(self) -> Tensor: ...


@torch.no_grad()
def gather(rows: Tensor) -> Tensor:
    """The rows of all processes, those of process 0 first, without a gradient.

    Args:
        rows: shape (B, ...), the same in every process.

    Returns:
        shape (P B, ...) for P processes, the same tensor in each of them.
    """
    parts = [torch.empty_like(rows, memory_format=torch.contiguous_format) for _ in range(dist.get_world_size())]
    dist.all_gather(parts, rows.contiguous())
    return torch.cat(parts)


def own_part(rows: Tensor) -> Tensor:
    """This process's rows (B, ...) of rows (P B, ...) that all processes know."""
    return rows.chunk(dist.get_world_size())[dist.get_rank()]


class SharedQueue:
    """A queue of which every process holds the same copy: all keys join it, in the order of the processes."""

    def __init__(self, queue: Queue):
        self.queue = queue

    def enqueue(self, keys: Tensor) -> None:
        """Store this process's keys (B, D), and those of all others."""
        self.queue.enqueue(gather(keys))

    def keys(self) -> Tensor:
        """The valid keys, (n, D)."""
        return self.queue.keys()


class ShuffledEncoder(nn.Module):
    """encoder_k with shuffled batch norm: a process encodes views of other processes' images too.

    Query and key of an image would otherwise be normalised by the statistics of the same few images, and the network
    could tell the positive by these. The keys come back in the order of the views.

    Source: He et al. (MoCo), 2020, section 3.3.
    """

    def __init__(self, module: nn.Module):
        super().__init__()
        self.module = module  # the name that DistributedDataParallel gives it: parameters of both are named alike

    @torch.no_grad()
    def forward(self, views: Tensor) -> Tensor:
        """This process's views (B, ...) -> their keys (B, D), without a gradient."""
        every_view = gather(views)  # (P B, ...)
        order = torch.randperm(len(every_view), device=views.device)
        dist.broadcast(order, src=0)  # each process drew one; all take that of process 0
        shuffled = gather(self.module(every_view[own_part(order)]))  # (P B, D)
        keys = torch.empty_like(shuffled)
        keys[order] = shuffled
        return own_part(keys)
