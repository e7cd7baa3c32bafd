"""torch.cuda, torch.mps, generators and torch.load, as far as they ask for a driver."""

import functools
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import torch
from torch import Tensor
from torch.optim import optimizer
from torch.utils import _foreach_utils
from torch.utils._device import _device_constructors
from torch.utils._pytree import tree_map_only

from homework.standin.functions import making, moving
from homework.standin.tensor import OnDevice

if TYPE_CHECKING:
    from homework.standin.device import StandIn

T4 = SimpleNamespace(
    name="Tesla T4", major=7, minor=5, total_memory=15_828_320_256, multi_processor_count=40, warp_size=32,
    is_integrated=0, is_multi_gpu_board=0, L2_cache_size=4_194_304, gcnArchName="",
)  # fmt: skip
OWN_STREAM = 0x5DEECE66D  # the same seed gives other numbers on the device than on the processor


def apply(standin: "StandIn", stack: ExitStack) -> None:
    """Put everything in place; the stack takes it away."""

    def put(target: Any, **values: Any) -> None:
        stack.enter_context(mock.patch.multiple(target, **values))

    if standin.device.type == "cuda":
        put(torch.cuda, **_cuda(standin))
        put(torch.backends.cudnn, is_acceptable=lambda tensor: False)
    else:
        put(torch.backends.mps, is_available=functools.cache(lambda: True), is_built=lambda: True)
        put(torch.mps, **_mps(standin))
    put(torch.accelerator, **_accelerator(standin))
    _device_constructors()  # is remembered at the first call, and knows torch's own functions
    put(torch, **{name: making(getattr(torch, name), standin) for name in ("tensor", "as_tensor", "asarray")})
    put(torch.Tensor, to=moving(torch.Tensor.to, standin), cuda=lambda tensor, *place, **options: tensor.to("cuda"))
    put(torch, Generator=_generator_class(standin), load=_load(standin, torch.load))
    put(torch.random, Generator=torch.Generator)
    _let_optimizers_group(standin, stack, put)
    put(torch.nn.Module, _apply=_swapping(torch.nn.Module._apply))
    _tag_storages(standin, stack)


def _cuda(standin: "StandIn") -> dict[str, Any]:
    """Functions of torch.cuda."""
    memory = standin.counters.memory

    def reset_peak(device: Any = None) -> None:
        memory.peak = memory.now

    def synchronize(device: Any = None) -> None:
        standin.counters.wait("synchronize")

    return {
        "_lazy_init": lambda: None,
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "device_count": lambda: 1,
        "current_device": lambda: 0,
        "set_device": lambda device: None,
        "get_device_name": lambda device=None: T4.name,
        "get_device_properties": lambda device=None: T4,
        "get_device_capability": lambda device=None: (T4.major, T4.minor),
        # As torch says of a T4: it makes such tensors, though it has no arithmetic for them.
        "is_bf16_supported": lambda including_emulation=True: including_emulation,
        "memory_allocated": lambda device=None: memory.now,
        "max_memory_allocated": lambda device=None: memory.peak,
        "memory_reserved": lambda device=None: memory.now,
        "max_memory_reserved": lambda device=None: memory.peak,
        "reset_peak_memory_stats": reset_peak,
        "mem_get_info": lambda device=None: (T4.total_memory - memory.now, T4.total_memory),
        "empty_cache": lambda: None,
        "synchronize": synchronize,
        "is_current_stream_capturing": lambda: False,
        "_exchange_device": lambda device: 0,
        "_maybe_exchange_device": lambda device: 0,
        **_random(standin),
    }


def _accelerator(standin: "StandIn") -> dict[str, Any]:
    """Functions of torch.accelerator, which optimizers ask whether a CUDA graph is being captured."""
    return {
        "is_available": lambda: True,
        "device_count": lambda: 1,
        "current_accelerator": lambda check_available=False: standin.device,
        "current_device_index": lambda: 0,
        "current_stream": lambda device=None: SimpleNamespace(is_capturing=lambda: False),
        "synchronize": lambda device=None: standin.counters.wait("synchronize"),
    }


def _random(standin: "StandIn") -> dict[str, Any]:
    """The device's own stream of random numbers."""

    def seed(number: int) -> None:
        standin.random.manual_seed(int(number) ^ OWN_STREAM)

    def restore(state: Tensor, device: Any = None) -> None:
        standin.random.set_state(state)

    return {
        "manual_seed": seed,
        "manual_seed_all": seed,
        "get_rng_state": lambda device=None: standin.random.get_state(),
        "get_rng_state_all": lambda: [standin.random.get_state()],
        "set_rng_state": restore,
        "set_rng_state_all": lambda states: restore(states[0]),
        "initial_seed": lambda: standin.random.initial_seed() ^ OWN_STREAM,
    }


def _mps(standin: "StandIn") -> dict[str, Any]:
    """Functions of torch.mps."""
    names = ("manual_seed", "get_rng_state", "set_rng_state")
    memory = standin.counters.memory
    return {
        **{name: value for name, value in _random(standin).items() if name in names},
        "synchronize": lambda: standin.counters.wait("synchronize"),
        "empty_cache": lambda: None,
        "current_allocated_memory": lambda: memory.now,
        "driver_allocated_memory": lambda: memory.now,
    }


def _generator_class(standin: "StandIn") -> type:
    plain = torch.Generator

    class Kind(type(plain)):  # type: ignore[misc]
        def __instancecheck__(cls, thing: Any) -> bool:
            return issubclass(type(thing), plain)

    class Generator(plain, metaclass=Kind):  # type: ignore[misc,valid-type]
        """A generator that says for which device it draws."""

        def __new__(cls, device: Any = "cpu") -> Any:
            return super().__new__(cls, "cpu")

        def __init__(self, device: Any = "cpu"):
            wanted = torch.device(device)
            self._device = standin.device if wanted.type == standin.device.type else wanted

        @property
        def device(self) -> torch.device:
            return self._device

        def manual_seed(self, seed: int) -> Any:
            super().manual_seed(seed if self._device.type == "cpu" else seed ^ OWN_STREAM)
            return self

    return Generator


def _let_optimizers_group(standin: "StandIn", stack: ExitStack, put: Any) -> None:
    """foreach and fused optimizers take the stand-in's tensors for CUDA's."""
    for module in (_foreach_utils, optimizer):
        module._foreach_supported_types.append(OnDevice)
        stack.callback(module._foreach_supported_types.remove, OnDevice)
    group = torch._C._group_tensors_by_device_and_dtype

    def named(*args: Any, **kwargs: Any) -> Any:
        found = group(*args, **kwargs)
        return {(standin.device if key[0].type == "meta" else key[0], *key[1:]): value for key, value in found.items()}

    put(torch._C, _group_tensors_by_device_and_dtype=named)


def _swapping(plain: Any) -> Any:
    """Module.to keeps its parameters' identity, as on the way to CUDA: an optimizer made before still has them."""

    @functools.wraps(plain)
    def apply_to_all(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = torch.__future__.get_swap_module_params_on_conversion()
        first = next(self.parameters(), None)
        torch.__future__.set_swap_module_params_on_conversion(not isinstance(first, OnDevice))
        try:
            return plain(self, *args, **kwargs)
        finally:
            torch.__future__.set_swap_module_params_on_conversion(before)

    return apply_to_all


def _tag_storages(standin: "StandIn", stack: ExitStack) -> None:
    """A file says of a tensor on the device where it was."""
    registry = torch.serialization._package_registry
    before = list(registry)

    def tag(storage: Any) -> str | None:
        is_here = standin.counters.memory.holds(storage.data_ptr())
        return str(standin.device) if is_here else None

    torch.serialization.register_package(5, tag, lambda storage, location: None)

    def undo() -> None:
        registry[:] = before

    stack.callback(undo)


def _load(standin: "StandIn", plain: Any) -> Any:
    """torch.load: tensors go where they were saved from, or where map_location says."""

    @functools.wraps(plain)
    def load(file: Any, map_location: Any = None, **kwargs: Any) -> Any:
        kind = standin.device.type
        is_place = isinstance(map_location, str | torch.device)
        if map_location is not None and not (is_place and torch.device(map_location).type == kind):
            return plain(file, map_location, **kwargs)
        here: set[int] = set()

        def place(storage: Any, location: str) -> Any:
            if is_place or location.startswith(kind):
                here.add(storage.data_ptr())
            return storage

        loaded = plain(file, place, **kwargs)
        return tree_map_only(Tensor, lambda t: _moved(t, here, standin), loaded)

    return load


def _moved(tensor: Tensor, here: set[int], standin: "StandIn") -> Tensor:
    if tensor.untyped_storage().data_ptr() not in here:
        return tensor
    return standin.put(tensor.detach()).requires_grad_(tensor.requires_grad)
