"""Each operation: what is refused, what is counted, and the same operation on the processor's tensors."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode

from homework.standin import rules
from homework.standin.tensor import OnDevice

if TYPE_CHECKING:
    from homework.standin.device import StandIn

aten = torch.ops.aten
# Computed in float32 and rounded, as tensor cores do: their sums do not overflow, their results may.
SUMS_IN_FLOAT32 = {
    aten.mm.default, aten.addmm.default, aten.bmm.default, aten.baddbmm.default, aten.mv.default, aten.dot.default,
    aten.convolution.default, aten._convolution.default, aten.convolution_backward.default,
}  # fmt: skip
GROUP_NORMS = {aten.native_group_norm.default, aten.native_group_norm_backward.default}
FREE = {aten.detach.default, aten.alias.default, aten.lift_fresh.default, aten._local_scalar_dense.default}
FREE |= {aten.empty.memory_format, aten.empty_like.default, aten.empty_strided.default, aten.new_empty.default}


class DeviceMode(TorchDispatchMode):
    """Brings operations here that make tensors on the device out of none."""

    def __init__(self, standin: "StandIn"):
        super().__init__()
        self.standin = standin

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled here, and the wrapper costs more than an operation

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        if OnDevice not in types and not _asks_for_more(kwargs):
            return func(*args, **kwargs)
        return run(self.standin, func, args, kwargs)


def _asks_for_more(kwargs: dict[str, Any]) -> bool:
    """Whether a processor's operation is asked for another device, or for memory that wants a driver."""
    device = kwargs.get("device")
    return (device is not None and device.type != "cpu") or "pin_memory" in kwargs


def find_tensors(args: tuple, kwargs: dict[str, Any]) -> list[Tensor]:
    """All tensors among an operation's arguments."""
    found = []
    for thing in (*args, *kwargs.values()):
        if isinstance(thing, Tensor):
            found.append(thing)
        elif isinstance(thing, list | tuple):
            found += [part for part in thing if isinstance(part, Tensor)]
    return found


def mapped(kind: type, change: Callable[[Any], Any], thing: Any) -> Any:
    """The thing, with each value of this type changed in lists, tuples and dicts."""
    if isinstance(thing, kind):
        return change(thing)
    if isinstance(thing, list | tuple):
        return type(thing)([mapped(kind, change, part) for part in thing])
    return {name: mapped(kind, change, part) for name, part in thing.items()} if isinstance(thing, dict) else thing


def standin_of(args: tuple, kwargs: dict[str, Any]) -> "StandIn":
    """The device of the first tensor that is on one."""
    return next(tensor.standin for tensor in find_tensors(args, kwargs) if isinstance(tensor, OnDevice))


def run(standin: "StandIn", func: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """The operation's result, on the device if its arguments are or if it is asked for there."""
    tensors = find_tensors(args, kwargs)
    given = [tensor for tensor in tensors if isinstance(tensor, OnDevice)]
    is_here = _is_here(func, args, kwargs, bool(given))
    if not given and not is_here:
        kwargs = {name: value for name, value in kwargs.items() if name != "pin_memory"}  # pinning wants a driver
        return func(*args, **kwargs)
    if 0 < len(given) < len(tensors):
        there = [tensor for tensor in tensors if not isinstance(tensor, OnDevice)]
        rules.refuse_mixed(func, args, kwargs, str(standin.device), there, OnDevice)
    if reason := rules.wait_of(func, args, kwargs, OnDevice):
        standin.counters.wait(reason)
    inner_args, inner_kwargs = mapped(OnDevice, lambda tensor: tensor.inner, (args, kwargs))
    if inner_kwargs.get("device") is not None:
        inner_kwargs["device"] = torch.device("cpu")
    inner_kwargs.pop("pin_memory", None)
    try:
        out = _compute(standin, func, inner_args, inner_kwargs, is_here)
    except IndexError as error:
        raise RuntimeError("CUDA error: device-side assert triggered") from error  # there, it ends the session
    if torch.Tag.inplace_view in func.tags:
        with no_dispatch():
            func(*args, **kwargs)  # the shell gets the new shape, too
    written = {id(tensor.inner): tensor for tensor in given}
    out = mapped(Tensor, lambda tensor: _on_device(tensor, written, standin, is_here), out)
    if not _is_free(func):
        made = out if isinstance(out, list | tuple) else [out]
        standin.counters.launch([*given, *(tensor for tensor in made if isinstance(tensor, OnDevice))])
    return out


def _is_here(func: Any, args: tuple, kwargs: dict[str, Any], is_given: bool) -> bool:
    """Whether the result lies on the device."""
    if func is aten.copy_.default:
        return isinstance(args[0], OnDevice)
    device = kwargs.get("device")
    return is_given if device is None else torch.device(device).type != "cpu"


def _compute(standin: "StandIn", func: Any, args: tuple, kwargs: dict[str, Any], is_here: bool) -> Any:
    if torch.Tag.nondeterministic_seeded in func.tags and is_here and kwargs.get("generator") is None:
        with standin.own_random_stream():
            return func(*args, **kwargs)
    if func in SUMS_IN_FLOAT32 and any(tensor.dtype is torch.half for tensor in find_tensors(args, {})):
        out = func(*mapped(Tensor, _as_float, args), **kwargs)
        return mapped(Tensor, Tensor.half, out)
    out = func(*args, **kwargs)
    # CUDA's group norm gives channel after channel, whatever order it was given.
    return mapped(Tensor, Tensor.contiguous, out) if func in GROUP_NORMS and is_here else out


def _as_float(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype is torch.half else tensor


def _on_device(tensor: Tensor, written: dict[int, OnDevice], standin: "StandIn", is_here: bool) -> Tensor:
    """An operation in place gives back the tensor that it was given."""
    if id(tensor) in written:
        return written[id(tensor)]
    if not is_here or isinstance(tensor, OnDevice):
        return tensor
    if standin.device.type == "mps":
        rules.refuse_float64(tensor)
    return OnDevice(tensor, standin)


@functools.cache
def _is_free(func: Any) -> bool:
    """Views and the like run nothing on the device."""
    returns = func._schema.returns
    is_view = bool(returns) and all(value.alias_info is not None and not value.alias_info.is_write for value in returns)
    return is_view or func in FREE or func.namespace != "aten"
