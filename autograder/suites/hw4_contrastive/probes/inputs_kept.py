"""What must be left of a caller's tensors besides their numbers, and numbers that lie elsewhere in memory."""

from torch import Tensor


def is_kept(leaves: tuple[Tensor, ...], data: tuple[Tensor, ...] = ()) -> bool:
    """Whether leaves still ask for gradients and data do not, and none has got a gradient."""
    asks = all(leaf.requires_grad and leaf.is_leaf for leaf in leaves) and not any(each.requires_grad for each in data)
    return asks and all(each.grad is None for each in (*leaves, *data) if each.is_leaf)


def strided(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The same numbers, each tensor's first dimension the quickest in memory, with a gap behind every number."""
    wide = (tensor.movedim(0, -1).unsqueeze(-1).repeat(*[1] * tensor.dim(), 2) for tensor in tensors)
    return tuple(each[..., 0].movedim(-1, 0) for each in wide)
