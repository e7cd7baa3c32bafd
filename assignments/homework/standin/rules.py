"""What CUDA refuses, and how it says so; which operations make the processor wait."""

from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten

WAITS = {  # the size of the result, or the next step of the algorithm, is known on the device only
    aten._local_scalar_dense.default: "item",
    aten.nonzero.default: "nonzero",
    aten.nonzero_numpy.default: "nonzero",
    aten.masked_select.default: "masked_select",
    aten.equal.default: "equal",
    aten._unique2.default: "unique",
    aten.unique_dim.default: "unique",
    aten.unique_consecutive.default: "unique",
    aten.bincount.default: "bincount",
    aten.repeat_interleave.Tensor: "repeat_interleave",
    aten.linalg_eigh.default: "linalg",
    aten._linalg_eigh.default: "linalg",
    aten._linalg_svd.default: "linalg",
    aten.linalg_cholesky_ex.default: "linalg",
    aten.linalg_inv_ex.default: "linalg",
    aten._linalg_solve_ex.default: "linalg",
}
COPIES = {aten._to_copy.default, aten.copy_.default, aten._copy_from.default}
INDEXING = {aten.index.Tensor, aten.index_put.default, aten.index_put_.default, aten._index_put_impl_.default}
INDEXING |= {aten._unsafe_index.Tensor, aten._unsafe_index_put.default}
WANT_ONE_DEVICE = {aten.cat.default, aten.stack.default}  # these take no number from the processor
CONVOLUTIONS = {aten.convolution.default, aten._convolution.default}


REFUSALS = (  # words of each of them
    "on the same device", "device type tensor to numpy", "device type for generator", "Input type (torch.",
    "only dense CPU tensors can be pinned", "device-side assert",
)  # fmt: skip


def is_refusal(error: Exception) -> bool:
    """Whether CUDA refuses in these words, and not torch something that the stand-in cannot do."""
    return any(words in str(error) for words in REFUSALS)


def refuse_mixed(
    func: Any, args: tuple, kwargs: dict[str, Any], place: str, there: list[Tensor], on_device: Any
) -> None:
    """RuntimeError, in CUDA's words, for an operation on tensors of two devices.

    A number (0-d) on the processor may be used with tensors on the device, in operations that work point by point.
    """
    if func in COPIES or _is_loading(func):
        return
    if func in INDEXING:
        _refuse_indices(args, place, on_device)
        return
    if not any(tensor.dim() > 0 or func in WANT_ONE_DEVICE for tensor in there):
        return
    kind = place.partition(":")[0]
    if func in CONVOLUTIONS:
        kinds = [f"torch.{kind + '.' if isinstance(t, on_device) else ''}FloatTensor" for t in args[:2]]
        raise RuntimeError(f"Input type ({kinds[0]}) and weight type ({kinds[1]}) should be the same")
    if torch.Tag.pointwise in func.tags or "foreach" in func.name():
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, {place} and cpu!"
        )
    raise RuntimeError(
        f"Expected all tensors to be on the same device, but got {_argument(func, args, kwargs, there)} is on cpu, "
        f"different from other tensors on {place} (when checking argument in method "
        f"wrapper_{kind.upper()}_{func.name().removeprefix('aten::').replace('.', '_')})"
    )


def _is_loading(func: Any) -> bool:
    """Copies between devices that optimizers and set_ make of what they are given."""
    return func in (aten._foreach_copy_.default, aten.set_.source_Storage)


def _refuse_indices(args: tuple, place: str, on_device: Any) -> None:
    if not isinstance(args[0], on_device):
        raise RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)")
    if len(args) > 2 and isinstance(args[2], Tensor) and not isinstance(args[2], on_device) and args[2].dim() > 0:
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, {place} and cpu!"
        )


def _argument(func: Any, args: tuple, kwargs: dict[str, Any], there: list[Tensor]) -> str:
    """The name of the argument that holds a tensor of the processor."""
    strangers = {id(tensor) for tensor in there}
    named = [(argument.name, value) for argument, value in zip(func._schema.arguments, args, strict=False)]
    for name, value in [*named, *kwargs.items()]:
        if any(id(leaf) in strangers for leaf in tree_leaves(value)):
            return "tensors" if isinstance(value, list | tuple) else name
    return "other"


def refuse_generator(generator: torch.Generator, wanted: str) -> None:
    """RuntimeError for a generator that draws for another device."""
    if generator.device.type != wanted:
        raise RuntimeError(f"Expected a '{wanted}' device type for generator but found '{generator.device.type}'")


def refuse_float64(tensor: Tensor) -> None:
    """TypeError: Metal has no float64."""
    if tensor.dtype is torch.float64:
        raise TypeError(
            "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64. "
            "Please use float32 instead."
        )


def wait_of(func: Any, args: tuple, kwargs: dict[str, Any], on_device: Any) -> str:
    """Why the processor waits in this operation; "" if it does not."""
    if func in WAITS:
        return WAITS[func]
    if func in INDEXING and isinstance(args[0], on_device):
        indices = [index for index in args[1] if index is not None]
        if any(not isinstance(index, on_device) for index in indices):
            return "copy to the device"
        is_mask = any(index.dtype in (torch.bool, torch.uint8) for index in indices)
        fills = len(args) > 2 and args[2].numel() == 1  # becomes masked_fill
        return "mask as index" if is_mask and not fills else ""
    if func in (aten._to_copy.default, aten.copy_.default):
        source = args[1] if func is aten.copy_.default else args[0]
        target = args[0] if func is aten.copy_.default else kwargs.get("device")
        leaves = isinstance(source, on_device)
        if func is aten.copy_.default:
            arrives, non_blocking = isinstance(target, on_device), bool(args[2]) if len(args) > 2 else False
        else:
            arrives, non_blocking = leaves if target is None else target.type != "cpu", bool(kwargs.get("non_blocking"))
        if leaves and not arrives:
            return "copy to the processor"
        if arrives and not leaves and not non_blocking:
            return "copy to the device"
    return ""
