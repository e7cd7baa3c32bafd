"""Hooks that look at what goes into networks, and at the gradients that come back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import Tensor, nn

from homework.training.errors import PreflightFailed

LARGEST_PIXEL = 20  # no image in [-1, 1], noised or not, has a larger one; one in [0, 255] has


@contextmanager
def noted_gradients(networks: Iterable[nn.Module]) -> Iterator[dict[nn.Parameter, bool]]:
    """For each parameter that backward reached: whether its gradient was ever something else than 0."""
    arrived: dict[nn.Parameter, bool] = {}

    def note(parameter: nn.Parameter) -> None:
        has_some = parameter.grad is not None and bool(parameter.grad.any())
        arrived[parameter] = arrived.get(parameter, False) or has_some

    with ExitStack() as hooks:
        for parameter in {p for network in networks for p in network.parameters() if p.requires_grad}:
            hooks.callback(parameter.register_post_accumulate_grad_hook(note).remove)
        yield arrived


@contextmanager
def watched_inputs(networks: Mapping[str, nn.Module]) -> Iterator[None]:
    """PreflightFailed for images and for indices of an embedding that a network is not made for.

    They are looked at before they are used: an index that is too large gives a clear error on no device, and on a GPU
    it ends the whole session.
    """
    with ExitStack() as hooks:
        for name, network in networks.items():
            hooks.callback(network.register_forward_pre_hook(_image_watch(name), with_kwargs=True).remove)
            for path, module in network.named_modules(prefix=name):
                if isinstance(module, nn.Embedding):
                    hooks.callback(module.register_forward_pre_hook(_index_watch(path)).remove)
        yield


def _image_watch(name: str) -> Callable[..., None]:
    def watch(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for x in (*args, *kwargs.values()):
            if not isinstance(x, Tensor) or x.dim() != 4:
                continue
            if not x.is_floating_point():
                raise PreflightFailed(f"{name} is given images of {x.dtype}; scale them to floats in [-1, 1] first.")
            if x.abs().max() > LARGEST_PIXEL:
                raise PreflightFailed(f"{name} is given values up to {x.abs().max():.0f}; scale images to [-1, 1].")

    return watch


def _index_watch(name: str) -> Callable[..., None]:
    def watch(module: nn.Embedding, args: tuple[Any, ...]) -> None:
        if not args or args[0].numel() == 0:
            return
        low, high = args[0].min().item(), args[0].max().item()
        if low < 0 or high >= module.num_embeddings:
            raise PreflightFailed(
                f"{name} is given indices {low} ... {high}, but has rows 0 ... {module.num_embeddings - 1}; "
                "look at the labels, and at the null label if there is one."
            )

    return watch
