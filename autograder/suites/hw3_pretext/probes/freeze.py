"""Probes of freeze: what a network does, and what has changed in it, after it was asked to go on training."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from .inputs import draw
from .inputs_network import Woven, fill_network, is_of, make_network

FIRST = ("conv1",)
NESTED = ("encoder.conv1", "head.2")
UNKNOWN = (["conv3"], ["conv"], ["conv1", "encoder.conv10"])
STEPS, RATE = 2, 0.1
COUNTED = STEPS + 2  # batches that the network sees in training mode


def network() -> nn.Module:
    return make_network(40)


def images() -> Tensor:
    """Six images (6, 1, 4, 4) whose mean and spread are not those of the running statistics."""
    return 2 * draw(41, 6, 1, 4, 4) + 1


def is_listed(returned: object) -> bool:
    """A list, or something else that can be gone through more than once."""
    return isinstance(returned, list | tuple | nn.ParameterList)


def describe(model: nn.Module, parameter: object) -> str:
    """A parameter's name in the model, or what stands in the place of one."""
    names = [name for name, own in model.named_parameters() if own is parameter]
    return names[0] if names else f"a {type(parameter).__name__} that the model does not have"


def find_learners(model: nn.Module, returned: list, parts: tuple[str, ...]) -> list[nn.Parameter]:
    """What moves if it asks for gradients: all outside of the frozen parts, and of these what came back.

    Of the frozen parts all, if no parameter of the model came back. What is wrong with the list is shown elsewhere.
    """
    chosen = {id(one) for one in returned} & {id(one) for one in model.parameters()}
    named = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
    return [one for name, one in named if id(one) in chosen or not chosen or not is_of(name, parts)]


def train(model: nn.Module, learners: list[nn.Parameter], images: Tensor) -> None:
    """Steps of plain SGD."""
    for step in range(STEPS):
        model.zero_grad()
        output = model(images)
        if output.requires_grad:
            (output * draw(42 + step, *output.shape)).sum().backward()
        with torch.no_grad():
            for parameter in learners:
                if parameter.grad is not None:
                    parameter -= RATE * parameter.grad


def run_and_look(model: nn.Module, name: str, images: Tensor) -> Tensor:
    """What one part of the model gives when the model is called."""
    seen = []
    hook = model.get_submodule(name).register_forward_hook(lambda part, given, output: seen.append(output.detach()))
    model(images)
    hook.remove()
    return seen[0]


def state(model: nn.Module) -> dict[str, Tensor]:
    """Copies of all parameters and buffers by name."""
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def look_at_changes(
    model: nn.Module, before: dict[str, Tensor], parts: tuple[str, ...]
) -> Iterator[tuple[str, object]]:
    """Frozen parameters and buffers as they are now, and what has become of all others."""
    learnable, now = dict(model.named_parameters()), {**before, **state(model)}  # a part's module may be another one
    for name in before:
        if is_of(name, parts):
            yield f"frozen {name}", now[name]
    others = [name for name in before if not is_of(name, parts)]
    still = [name for name in others if name in learnable and torch.equal(now[name], before[name])]
    yield "others that have not moved", ", ".join(still)
    counts = [(now[name] - before[name]).flatten() for name in others if name.endswith("num_batches_tracked")]
    yield "batches that others have counted", torch.cat(counts).float()


def freeze_and_train(student, parts: tuple[str, ...], names: object) -> dict:
    """Freeze, run, look, train; then a run in evaluation mode, and one in training mode."""
    torch.manual_seed(0)  # so that who still drops can be told
    model = network()
    before = state(model)
    returned = student.freeze(model, names)
    listed = list(returned) if hasattr(returned, "__iter__") else []
    seen = {
        "listed": is_listed(returned),
        "kind": "iterator" if hasattr(returned, "__next__") else type(returned).__name__,
    }
    seen["returned"] = ", ".join(describe(model, one) for one in listed)
    seen["at once"] = run_and_look(model, "conv1", images())
    model.train()
    seen["in training"] = run_and_look(model, "conv1", images())
    train(model, find_learners(model, listed, parts), images())
    seen |= look_at_changes(model, before, parts)
    model.eval()
    model(images())
    counted = dict(look_at_changes(model, before, parts))
    seen["batches that others have counted after evaluation"] = counted["batches that others have counted"]
    return seen


def freeze_the_first_layers(student):
    return freeze_and_train(student, FIRST, list(FIRST))


def freeze_parts_of_parts(student):
    seen = freeze_and_train(student, NESTED, NESTED)
    return {name: value for name, value in seen.items() if name not in ("at once", "in training")}


def freeze_nothing(student):
    """No name at all; then names that the model does not have."""
    seen = freeze_and_train(student, (), [])
    errors = []
    for names in UNKNOWN:
        try:
            student.freeze(network(), names)
        except Exception:
            errors.append(" and ".join(names))
    kept = ("listed", "kind", "returned", "others that have not moved", "batches that others have counted")
    return {**{name: seen[name] for name in kept}, "names that raise an error": ", ".join(errors)}


TWICE = ("stem", "table")


def woven() -> nn.Module:
    return fill_network(Woven(), 45)


def features() -> Tensor:
    """Five features (5, 3)."""
    return 2 * draw(46, 5, 3) + 1


def run_stem(model: nn.Module) -> Tensor:
    """What the stem gives when the parts inside it are called one by one."""
    return model.stem.drop(model.stem.norm(model.stem.dense(features()))).detach()


def freeze_twice(student):
    """One part, then another: the first one's output, what came back first, and what training has changed.

    What learns asks for gradients and came back both times, or the second time only and asked for none before.
    """
    torch.manual_seed(0)
    model = woven()
    before = state(model)
    first = [*student.freeze(model, TWICE[:1])]
    model.train()
    seen = {"after one call": run_stem(model)}
    off = {id(one) for one in model.parameters() if not one.requires_grad}
    second = [*student.freeze(model, TWICE[1:])]
    model.train()
    seen["returned"] = ", ".join(describe(model, one) for one in first)
    seen["in training"] = run_stem(model)
    chosen = {id(one) for one in second} & ({id(one) for one in first} | off)
    train(model, [one for one in model.parameters() if id(one) in chosen and one.requires_grad], features())
    return seen | dict(look_at_changes(model, before, TWICE))
