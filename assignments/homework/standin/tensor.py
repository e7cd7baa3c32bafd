"""The tensor that says it is on the device: a shell without data around a tensor on the processor.

To torch's C++ the shell lies on "meta", which no other code uses here: what composite operations make beside it is made
there, and so on the device. The key of CUDA's autocast is on the shell, so that autocast treats it as CUDA's.
"""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from homework.standin.device import StandIn

AUTOCAST = torch._C.DispatchKeySet(torch._C.DispatchKey.AutocastCUDA)


class OnDevice(Tensor):
    """inner: the values, on the processor. standin: the device it is on."""

    inner: Tensor
    standin: "StandIn"
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, inner: Tensor, standin: "StandIn") -> "OnDevice":
        with torch.inference_mode(False):  # shells are not what inference mode makes cheap
            shell = Tensor._make_wrapper_subclass(
                cls, inner.shape, strides=inner.stride(), storage_offset=inner.storage_offset(), dtype=inner.dtype,
                layout=inner.layout, device="meta", _extra_dispatch_keys=AUTOCAST,
            )  # fmt: skip
        shell.inner, shell.standin = inner, standin
        standin.counters.memory.add(inner)
        return shell

    def __init__(self, inner: Tensor, standin: "StandIn"):
        super().__init__()

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None) -> Any:
        from homework.standin.dispatch import run, standin_of

        return run(standin_of(args, kwargs or {}), func, args, kwargs or {})

    @property
    def device(self) -> torch.device:
        return self.standin.device

    is_meta, is_cpu = False, False

    @property
    def is_cuda(self) -> bool:
        return self.device.type == "cuda"

    @property
    def is_mps(self) -> bool:
        return self.device.type == "mps"

    def get_device(self) -> int:
        return 0

    @property
    def data(self) -> Tensor:
        return self.detach()

    @data.setter
    def data(self, other: "OnDevice") -> None:
        Tensor.data.__set__(self, other)
        self.inner = other.inner

    def to(self, *args: Any, copy: bool = False, **kwargs: Any) -> Tensor:
        device, dtype, non_blocking, memory_format = torch._C._nn._parse_to(*args, **kwargs)
        options: dict[str, Any] = {"non_blocking": non_blocking, "copy": copy}
        if memory_format is not None:
            options["memory_format"] = memory_format
        if device is not None and device.type == "cpu":
            options["device"] = device
        elif device is not None and device.type not in ("meta", self.device.type):
            raise RuntimeError(f"The stand-in has no device {device}.")
        return Tensor.to(self, dtype=dtype or self.dtype, **options)

    def cuda(self, *args: Any, **kwargs: Any) -> Tensor:
        return self.to("cuda")

    def new_tensor(self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
        place = self.device if device is None else device
        return torch.tensor(data, dtype=dtype or self.dtype, device=place, requires_grad=requires_grad)

    def numpy(self, *, force: bool = False) -> Any:
        if force:
            return self.detach().cpu().numpy()
        raise TypeError(
            f"can't convert {self.device} device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )

    def tolist(self) -> Any:
        self.standin.counters.wait("tolist")
        return self.detach().inner.tolist()

    def untyped_storage(self) -> torch.UntypedStorage:
        return self.inner.untyped_storage()

    def data_ptr(self) -> int:
        return self.inner.data_ptr()

    def __repr__(self, *, tensor_contents: str | None = None) -> str:
        self.standin.counters.wait("printing")
        return f"{self.detach().inner!r}"[:-1] + f", device='{self.device}')"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.dim() == 0 else object.__format__(self, spec)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if id(self) in memo:
            return memo[id(self)]
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol "
                "at the moment."
            )
        copied = self.detach().clone()
        copied = nn.Parameter(copied) if isinstance(self, nn.Parameter) else copied
        memo[id(self)] = copied.requires_grad_(self.requires_grad)
        if self.grad is not None:
            copied.grad = self.grad.__deepcopy__(memo)
        return copied

    def __reduce_ex__(self, protocol: int) -> Any:
        """As a plain tensor; its storage is known to live on the device, so a file says so."""
        plain = self.detach().inner
        storage = torch.storage.TypedStorage(wrap_storage=plain.untyped_storage(), dtype=plain.dtype, _internal=True)
        place = storage, plain.storage_offset(), tuple(plain.size()), plain.stride()
        return torch._utils._rebuild_tensor_v2, (*place, self.requires_grad, {})
