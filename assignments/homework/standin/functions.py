"""What shows only at the call from Python: the device's name, whose generator was passed, tensors that are pinned."""

import functools
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakIdKeyDictionary

from homework.standin import rules
from homework.standin.dispatch import mapped
from homework.standin.tensor import OnDevice

if TYPE_CHECKING:
    from homework.standin.device import StandIn


META = torch.device("meta")
PLACES = (str, torch.device)
INDEXERS = (Tensor.__getitem__, Tensor.__setitem__)
MAKERS = (torch.tensor, torch.as_tensor, torch.asarray)


def translated(device: Any, standin: "StandIn") -> Any:
    """ "meta" for the device's own names; anything else as it is."""
    is_ours = isinstance(device, PLACES) and str(device) in (standin.device.type, str(standin.device))
    return META if is_ours else device


def making(plain: Any, standin: "StandIn") -> Any:
    """torch.tensor and its like: on the processor, and then moved, as torch does it."""

    @functools.wraps(plain)
    def make(data: Any, *args: Any, **kwargs: Any) -> Tensor:
        if isinstance(data, list | tuple):  # torch reads each number from its device
            data = mapped(OnDevice, OnDevice.tolist, data)
        if translated(kwargs.get("device"), standin) is not META:
            return plain(data, *args, **kwargs)
        if isinstance(data, OnDevice):
            made = data.to(kwargs.get("dtype") or data.dtype)
            return made.detach().clone() if plain.__name__ == "tensor" else made
        rest = {name: value for name, value in kwargs.items() if name not in ("device", "requires_grad")}
        return plain(data, *args, **rest).to(META).requires_grad_(kwargs.get("requires_grad", False))

    return make


def moving(plain: Any, standin: "StandIn") -> Any:
    """Tensor.to, which would look for a driver."""

    @functools.wraps(plain)
    def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        kwargs = {name: translated(value, standin) for name, value in kwargs.items()}
        return plain(self, *(translated(arg, standin) for arg in args), **kwargs)

    return to


class FunctionMode(TorchFunctionMode):
    """Calls the device "meta" on the way into torch's C++, which would ask for a driver; looks at generators."""

    def __init__(self, standin: "StandIn"):
        super().__init__()
        self.standin = standin
        self._pinned = WeakIdKeyDictionary()

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        if func is Tensor.pin_memory:
            return self._pin(args[0])
        if func is Tensor.is_pinned:
            return args[0] in self._pinned
        if kwargs.get("generator") is not None:
            rules.refuse_generator(kwargs["generator"], _device_type(args, kwargs))
        if func is torch.device:
            return func(*args, **kwargs)
        if func in INDEXERS and isinstance(args[0], OnDevice):
            return func(args[0], self._as_tensors(args[1]), *args[2:])
        if func in MAKERS:  # a context such as torch.device("cuda") has named the device
            return making(func, self.standin)(*args, **kwargs)
        if "device" in kwargs:
            kwargs = {**kwargs, "device": self._translate(kwargs["device"])}
        if any(isinstance(arg, PLACES) for arg in args):
            args = tuple(map(self._translate, args))
        return func(*args, **kwargs)

    def _translate(self, device: Any) -> Any:
        return translated(device, self.standin)

    def _as_tensors(self, index: Any) -> Any:
        """Lists in an index as tensors on the device; torch's C++ would make them on "meta", without numbers."""
        parts = index if isinstance(index, tuple) else (index,)
        made = [self._as_tensor(list(part)) if isinstance(part, list | range | tuple) else part for part in parts]
        return tuple(made) if isinstance(index, tuple) else made[0]

    def _as_tensor(self, numbers: list[Any]) -> Tensor:
        return torch.tensor(numbers, dtype=None if numbers else torch.long, device=self.standin.device)

    def _pin(self, tensor: Tensor) -> Tensor:
        if self.standin.is_here(tensor):
            raise RuntimeError(
                f"cannot pin 'torch.{self.standin.device.type}.FloatTensor' only dense CPU tensors can be pinned"
            )
        pinned = tensor.clone()
        self._pinned[pinned] = True
        return pinned


def _device_type(args: tuple, kwargs: dict[str, Any]) -> str:
    """Where the numbers are drawn: where they are asked for, else where the tensor is."""
    if kwargs.get("device") is not None:
        return torch.device(kwargs["device"]).type
    return next((argument.device.type for argument in args if isinstance(argument, Tensor)), "cpu")
