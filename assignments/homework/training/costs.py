"""What one step of a training costs: FLOPs, bytes and launches of each operation, and the memory that it needs."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

_aten = torch.ops.aten
_ALLOCATIONS = (_aten.empty, _aten.empty_like, _aten.empty_strided, _aten.new_empty, _aten.new_empty_strided)
_FREE = {_aten._unsafe_view, *_ALLOCATIONS}
HALF = (torch.float16, torch.bfloat16)


@dataclass(frozen=True)
class Operation:
    """One launch. flops: multiplications and additions; bytes: read and written; is_half: in 16 bits."""

    flops: int
    bytes: int
    is_half: bool


@dataclass
class Costs:
    """All launches of a step, in order, and the most bytes that its tensors held at one time.

    Tensors that the step did not make or touch are not in `memory`; neither is what libraries take for themselves, such
    as cuDNN's workspaces.
    """

    operations: list[Operation] = field(default_factory=list)
    memory: int = 0

    @property
    def flops(self) -> int:
        """Of all operations that torch.utils.flop_counter knows: convolutions and matrix products."""
        return sum(operation.flops for operation in self.operations)

    @property
    def bytes(self) -> int:
        """Read and written by all operations, each as if nothing were left in a cache."""
        return sum(operation.bytes for operation in self.operations)

    @property
    def launches(self) -> int:
        """Operations that compute something; views and empty tensors are free."""
        return len(self.operations)


@contextmanager
def counted() -> Iterator[Costs]:
    """The costs of what happens in this block, complete at its end; everything is computed as always."""
    with _Counter() as counter:
        yield counter.costs


class _Counter(TorchDispatchMode):
    """Sees every operation below autograd, those of the backward pass and of the optimizer as well."""

    def __init__(self) -> None:
        super().__init__()
        self.costs = Costs()
        self._held: dict[int, int] = {}  # storage -> bytes
        self._bytes_held = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        inputs, outputs = list(_tensors((args, kwargs))), list(_tensors(result))
        for tensor in (*inputs, *outputs):
            self._hold(tensor)
        if func._overloadpacket not in _FREE and not _is_view(func):
            self.costs.operations.append(_operation(func, args, kwargs, result, inputs, outputs))
        return result

    def _hold(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._held:
            self._held[key] = storage.nbytes()
            self._bytes_held += storage.nbytes()
            self.costs.memory = max(self.costs.memory, self._bytes_held)
            weakref.finalize(storage, self._drop, key).atexit = False

    def _drop(self, key: int) -> None:
        self._bytes_held -= self._held.pop(key, 0)


def _operation(
    func: Any, args: Any, kwargs: Any, result: Any, inputs: list[Tensor], outputs: list[Tensor]
) -> Operation:
    formula = flop_registry.get(func._overloadpacket)
    try:
        flops = formula(*args, **kwargs, out_val=result) if formula else 0
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):  # made for other arguments
        flops = 0  # an estimate that is too low must not end a training
    touched = {id(tensor): tensor for tensor in inputs}  # an input is read once
    moved = sum(map(_size, [*touched.values(), *outputs]))
    return Operation(flops, moved, any(tensor.dtype in HALF for tensor in inputs))


def _size(tensor: Tensor) -> int:
    """Bytes, without those that a broadcast repeats."""
    counts = [size for size, stride in zip(tensor.shape, tensor.stride(), strict=True) if stride]
    return torch.Size(counts).numel() * tensor.element_size()


def _tensors(values: Any) -> Iterator[Tensor]:
    return (leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor) and leaf.layout is torch.strided)


def _is_view(func: Any) -> bool:
    returns = func._schema.returns
    return bool(returns) and all(each.alias_info is not None and not each.alias_info.is_write for each in returns)
