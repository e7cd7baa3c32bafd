"""CUDA's autocast for tensors of the stand-in: torch's own list of operations, at torch's own place above autograd.

Which of them run in 16 bits, which promote and which are refused is written down in torch.amp's documentation, "CUDA
Op-Specific Behavior"; the rest of torch's list runs in float32.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves, tree_map_only

from homework.standin.tensor import AUTOCAST, OnDevice

# fmt: off
IN_16_BITS = {
    "_convolution", "convolution", "conv1d", "conv2d", "conv3d", "conv_tbc", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "cudnn_convolution", "cudnn_convolution_transpose", "prelu", "addmm", "addmv", "addr", "matmul",
    "einsum", "mm", "mv", "linear", "linalg_vecdot", "linalg_multi_dot", "addbmm", "baddbmm", "bmm", "chain_matmul",
    "_thnn_fused_lstm_cell", "_thnn_fused_gru_cell", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell",
    "scaled_dot_product_attention", "_scaled_dot_product_flash_attention", "_cudnn_rnn",
}
PROMOTED = {
    "addcdiv", "addcmul", "atan2", "bilinear", "cross", "dot", "vdot", "grid_sampler", "index_put", "scatter_add",
    "tensordot",
}
# fmt: on
REFUSED = (
    "torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast.\n"
    "Many models use a sigmoid layer right before the binary cross entropy layer.\n"
    "In this case, combine the two layers using torch.nn.functional.binary_cross_entropy_with_logits\n"
    "or torch.nn.BCEWithLogitsLoss.  binary_cross_entropy_with_logits and BCEWithLogits are\n"
    "safe to autocast."
)


def _find_names() -> tuple[str, ...]:
    """The operations that autocast knows on CUDA, such as "aten::mm" or "aten::norm.Scalar"."""
    known = torch._C._dispatch_get_all_op_names()
    has = torch._C._dispatch_has_kernel_for_dispatch_key
    return tuple(name for name in known if name.startswith("aten::") and has(name, "AutocastCUDA"))


NAMES = _find_names()  # now, and not in each of a grader's processes


@functools.cache
def keep() -> torch.library.Library:
    """Register for as long as this process lives, and for its forks."""
    return register()


def register() -> torch.library.Library:
    """Replace CUDA's autocast kernels, which look for tensors of CUDA, by ones that look for the stand-in's."""
    library = torch.library.Library("aten", "IMPL")
    knows = "allow_override" in inspect.signature(library.impl).parameters  # since torch 2.9; before, it was allowed
    overriding = {"allow_override": True} if knows else {}
    for name in NAMES:
        plain, _, overload = name.removeprefix("aten::").partition(".")
        operation = getattr(getattr(torch.ops.aten, plain), overload or "default")
        library.impl(name.removeprefix("aten::"), _kernel(operation, plain), "AutocastCUDA", **overriding)
    return library


def _kernel(operation: Any, name: str) -> Callable[..., Any]:
    def kernel(*args: Any, **kwargs: Any) -> Any:
        with torch._C._ExcludeDispatchKeyGuard(AUTOCAST):
            dtype = _dtype(name, args, kwargs)
            args, kwargs = tree_map_only(OnDevice, lambda tensor: _cast(tensor, dtype), (args, kwargs))
            return operation(*args, **kwargs)

    return kernel


def _dtype(name: str, args: tuple, kwargs: dict[str, Any]) -> torch.dtype:
    if name == "binary_cross_entropy":
        raise RuntimeError(REFUSED)
    if name in IN_16_BITS:
        return torch.get_autocast_dtype("cuda")
    if name in PROMOTED:
        dtypes = {leaf.dtype for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        return torch.float32 if torch.float32 in dtypes else torch.get_autocast_dtype("cuda")
    return torch.float32


def _cast(tensor: OnDevice, dtype: torch.dtype) -> Tensor:
    is_eligible = tensor.is_floating_point() and tensor.dtype is not torch.float64
    return tensor.to(dtype) if is_eligible and tensor.dtype is not dtype else tensor
