"""A check or a probe once more, with its tensors on a GPU: the stand-in for one, which refuses what CUDA refuses.

    def on_a_gpu(student):
        return on_gpu(student, some_probe)

What the probe's file makes lies on the GPU; what an answer makes lies where the answer says. The values come back as
they are on the processor, and `strays` names what was given on the GPU and came back on the processor, "" for nothing.
Where one of the student's exercises is called in another process, or where the stand-in cannot follow (lazy modules,
vmap, another version of torch), nobody can be held to a GPU: then all stays here. An answer fails by what CUDA refuses.
Public checks use `try_on_gpu`, which tells when nobody could be asked.
"""

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors

from homework.standin import OnDevice, StandIn
from homework.standin.rules import is_refusal

HERE = Path(__file__).parent
MAKERS = ("<probes", str(HERE / "checks"), str(HERE / "inspection.py"))  # files that make inputs
MODULES = ("probes.", "homework.checks.")
BETWEEN = (str(Path(torch.__file__).parent), str(HERE / "standin"), __file__)


def on_gpu(student: Any, probe: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """What the probe brings back, and `strays`; on the processor where nobody can be held to a GPU."""
    return try_on_gpu(student, probe) or {**probe(student), "strays": ""}


def try_on_gpu(student: Any, probe: Callable[[Any], dict[str, Any]]) -> dict[str, Any] | None:
    """The same on the stand-in, or None where nobody can be held to it; what CUDA refuses is raised in its words."""
    if student.calls_elsewhere:
        return None
    try:
        return _on_stand_in(student, probe)
    except Exception as error:
        if is_refusal(error):
            raise
        return None


def _on_stand_in(student: Any, probe: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    with StandIn(), made_on_device():
        watched = Watched(student)
        found = probe(watched)
        watched.look("the result", found, found.values())
        return {name: _brought_home(value) for name, value in found.items()} | {"strays": ", ".join(watched.strays)}


@contextlib.contextmanager
def made_on_device() -> Iterator[None]:
    """Inside, a probe's tensors are made on the GPU, and those that its modules hold lie there."""
    from_numpy = torch.from_numpy

    def moved(array: Any) -> Tensor:
        return from_numpy(array).to("cuda") if is_of_probe() else from_numpy(array)

    with mock.patch.object(torch, "from_numpy", moved), _held_on_device(), _OnDevice():
        yield


@contextlib.contextmanager
def _held_on_device() -> Iterator[None]:
    """Inside, the tensors that modules of probes hold lie on the GPU."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(MODULES)]
    before = [(vars(module), name, vars(module)[name]) for module in modules for name in _names_of_tensors(module)]
    try:
        for names, name, tensor in before:
            names[name] = tensor.to("cuda")
        yield
    finally:
        for names, name, tensor in before:
            names[name] = tensor


@functools.cache
def _names_of_tensors(module: ModuleType) -> list[str]:
    """Of a module of probes, which does not change any more; there are dozens, and few hold any."""
    return [name for name, value in vars(module).items() if isinstance(value, Tensor)]


def is_of_probe() -> bool:
    """Whether the line that calls torch stands in a probe."""
    frame: FrameType | None = sys._getframe()
    while frame and frame.f_code.co_filename.startswith(BETWEEN):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(MAKERS)


class _OnDevice(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        if func in _device_constructors() and kwargs.get("device") is None and is_of_probe():
            kwargs["device"] = "cuda"
        return func(*args, **kwargs)


class Watched:
    """The answers as a probe sees them; modules are made on the GPU. strays: who brought something home unasked."""

    def __init__(self, student: Any):
        self._student, self.strays = student, list[str]()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._student, name)
        if inspect.isclass(found):
            return lambda *args, **kwargs: self._moved(name, found(*args, **kwargs))
        return self._watched(name, found) if callable(found) else found

    def look(self, name: str, given: Any, results: Any) -> None:
        """Note the name if something was given on the GPU and a result lies on the processor."""
        is_stray = any(isinstance(leaf, Tensor) and not leaf.is_cuda for leaf in leaves(*results))
        if is_stray and name not in self.strays and any(_is_on_device(leaf) for leaf in leaves(given)):
            self.strays.append(name)

    def _watched(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            self.look(name, [args, kwargs], [result])
            return result

        return watched

    def _moved(self, name: str, made: Any) -> Any:
        if not isinstance(made, nn.Module):
            return made
        made.register_forward_hook(lambda module, args, result: self.look(name, args, [result]))
        return made.to("cuda")


def leaves(*given: Any) -> Iterator[Any]:
    """What lists, tuples and dicts hold, in their order."""
    for thing in given:
        if isinstance(thing, list | tuple):
            yield from leaves(*thing)
        elif isinstance(thing, dict):
            yield from leaves(*thing.values())
        else:
            yield thing


def _is_on_device(leaf: Any) -> bool:
    tensors = leaf.parameters() if isinstance(leaf, nn.Module) else [leaf] if isinstance(leaf, Tensor) else []
    return any(tensor.is_cuda for tensor in tensors)


def _brought_home(value: Any) -> Any:
    return value.detach().cpu() if isinstance(value, OnDevice) else value
