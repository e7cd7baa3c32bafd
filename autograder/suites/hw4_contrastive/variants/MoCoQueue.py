"""Right answers to MoCoQueue in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


class index_copy(nn.Module):
    """A ring of rows, written by index modulo size; one counter for everything."""

    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("queue", F.normalize(torch.ones(size, dim), dim=1))
        self.register_buffer("seen", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def enqueue(self, keys):
        keys, size = F.normalize(keys, dim=1), self.queue.shape[0]
        last = min(len(keys), size)
        index = (self.seen + len(keys) - last + torch.arange(last, device=keys.device)) % size
        self.queue.index_copy_(0, index, keys[-last:])
        self.seen += len(keys)

    def keys(self):
        return self.queue[: min(int(self.seen), len(self.queue))]


class two_slices(nn.Module):
    """MoCo's own layout, one key a column; a batch is cut in two at the end of the memory."""

    def __init__(self, dim, size):
        super().__init__()
        self.size = size
        self.register_buffer("queue", torch.zeros(dim, size))
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))
        self.register_buffer("full", torch.tensor(False))

    @torch.no_grad()
    def enqueue(self, keys):
        keys = F.normalize(keys.detach(), dim=1)[-self.size :].T
        ptr = int(self.queue_ptr)
        first = min(keys.shape[1], self.size - ptr)
        self.queue[:, ptr : ptr + first] = keys[:, :first]
        self.queue[:, : keys.shape[1] - first] = keys[:, first:]
        if ptr + keys.shape[1] >= self.size:
            self.full.fill_(True)
        self.queue_ptr[0] = (ptr + keys.shape[1]) % self.size

    def keys(self):
        return (self.queue if self.full else self.queue[:, : int(self.queue_ptr)]).T.clone()


class concatenation(nn.Module):
    """The newest keys last, by concatenation; a memory of fixed size, so that state_dict fits."""

    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("memory", torch.zeros(size, dim))
        self.register_buffer("n", torch.tensor(0))

    def enqueue(self, keys):
        keys = keys.detach() / keys.detach().norm(dim=1, keepdim=True)
        size = self.memory.shape[0]
        self.memory.copy_(torch.cat([self.memory, keys])[-size:])
        self.n.copy_(torch.clamp(self.n + keys.shape[0], max=size))

    def keys(self):
        return self.memory[self.memory.shape[0] - self.n.item() :]


class growing_buffer(nn.Module):
    """A buffer that grows, and a load_state_dict that makes room for it."""

    def __init__(self, dim, size):
        super().__init__()
        self.size = size
        self.register_buffer("memory", torch.empty(0, dim))

    @torch.no_grad()
    def enqueue(self, keys):
        self.memory = torch.cat([self.memory, F.normalize(keys, dim=1)])[-self.size :]

    def keys(self):
        return self.memory

    def load_state_dict(self, state_dict, *args, **kwargs):
        self.memory = torch.empty_like(state_dict["memory"])
        return super().load_state_dict(state_dict, *args, **kwargs)


class rolled(nn.Module):
    """The whole memory rolled so that free slots stand first, written, and rolled on; unused rows are NaN."""

    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("rows", torch.full((size, dim), torch.nan))

    @torch.no_grad()
    def enqueue(self, keys):
        keys = F.normalize(keys, dim=1)[-len(self.rows) :]
        rows = torch.roll(self.rows, len(keys), dims=0)
        rows[: len(keys)] = keys.flip(0)
        self.rows.copy_(rows)

    def keys(self):
        return self.rows[~self.rows.isnan().any(dim=1)]


class one_at_a_time(nn.Module):
    """A loop over the keys, an int pointer kept by get_extra_state."""

    def __init__(self, dim, size):
        super().__init__()
        self.size, self.pointer, self.filled = size, 0, 0
        self.register_buffer("memory", torch.randn(size, dim))

    def enqueue(self, keys):
        with torch.no_grad():
            for key in keys:
                self.memory[self.pointer] = key / key.norm()
                self.pointer = (self.pointer + 1) % self.size
                self.filled = min(self.filled + 1, self.size)

    def keys(self):
        return self.memory[: self.filled].detach()

    def get_extra_state(self):
        return {"pointer": self.pointer, "filled": self.filled}

    def set_extra_state(self, state):
        self.pointer, self.filled = state["pointer"], state["filled"]


class deque_of_keys(nn.Module):
    """A deque of keys and no buffer, kept by get_extra_state."""

    def __init__(self, dim, size):
        from collections import deque

        super().__init__()
        self.dim, self.held = dim, deque(maxlen=size)

    def enqueue(self, keys):
        self.held.extend(F.normalize(keys.detach(), dim=1).clone())

    def keys(self):
        return torch.stack(list(self.held)) if self.held else torch.empty(0, self.dim)

    def get_extra_state(self):
        return {"keys": self.keys()}

    def set_extra_state(self, state):
        self.held.clear()
        self.held.extend(state["keys"])


class counted_by_a_buffer(nn.Module):
    """One counter, a buffer, which keys() reads: on a GPU the processor waits for it."""

    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("memory", torch.zeros(size, dim))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))

    def enqueue(self, keys):
        size = len(self.memory)
        slots = (self.count + torch.arange(len(keys), device=self.memory.device)) % size
        self.memory[slots[-size:]] = F.normalize(keys.detach()[-size:], dim=1).to(self.memory)
        self.count += len(keys)

    def keys(self):
        return self.memory[: min(int(self.count), len(self.memory))].clone()
