"""Public checks of the homework on pretext tasks: frozen parts."""

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check

FREEZE = {
    "think": "what of a part learns, what in it depends on the mode, and who sets the mode after you?",
    "read": "RotNet (Gidaris et al., 2018), section 3; the docstring of freeze, notebook section 4.1",
}


def block() -> nn.Sequential:
    """Doubles both channels, takes a batch norm with running mean 1 and variance 4, and drops half while training."""
    conv, norm = nn.Conv2d(2, 2, kernel_size=1, bias=False), nn.BatchNorm2d(2)
    conv.weight.data.copy_(2 * torch.eye(2)[:, :, None, None])
    norm.load_state_dict({"running_mean": torch.full((2,), 1.0), "running_var": torch.full((2,), 4.0)}, strict=False)
    return nn.Sequential(conv, norm, nn.Dropout(0.5))


def network() -> nn.Sequential:
    """conv1 and conv10, an encoder with another conv1 in it, and a head with a batch norm; in training mode."""
    encoder = nn.Sequential(OrderedDict(conv1=block(), conv2=block()))
    dense = nn.Linear(2, 1)
    dense.weight.data.copy_(torch.tensor([[1.0, 2.0]]))
    head = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(2), dense)
    return nn.Sequential(OrderedDict(conv1=block(), conv10=block(), encoder=encoder, head=head))


def images(*values: tuple[float, float]) -> Tensor:
    """Images (B, 2, 1, 1) of one pixel."""
    return torch.tensor(values)[:, :, None, None]


def names_of(model: nn.Module, returned: object) -> list[str]:
    """The returned parameters by name, in their order, or what came back in their place."""
    if not isinstance(returned, list | tuple):
        return [f"a {type(returned).__name__} in place of a list"]
    names = [[name for name, own in model.named_parameters() if own is one] for one in returned]
    return [name[0] if name else f"a {type(one).__name__}" for name, one in zip(names, returned, strict=True)]


def describe(found: list[str], expected: list[str]) -> str:
    """The first name that should not be there, is missing or comes twice; "nothing" if all is right."""
    if len(found) == 1 and found[0].endswith("in place of a list"):
        return found[0]
    surplus = [name for name in found if name not in expected]
    missing = [name for name in expected if name not in found]
    if surplus or missing:
        first = f"{surplus[0]} is among it" if surplus else f"{missing[0]} is missing"
        more = len(surplus) + len(missing) - 1
        return first + (f", and {more} more are wrong" if more else "")
    if len(found) > len(expected):
        return "a parameter comes twice"
    return "nothing" if found == expected else "the order"


def learners(model: nn.Module, *parts: str) -> list[str]:
    """Names of the parameters outside of these parts."""
    starts = tuple(f"{part}." for part in parts)
    return [name for name, _ in model.named_parameters() if not name.startswith(starts)]


def movers(model: nn.Module, *parts: str) -> list[str]:
    """Names of the parameters and buffers outside of these parts."""
    return [name for name in model.state_dict() if not name.startswith(tuple(f"{part}." for part in parts))]


def train_two_steps(model: nn.Module, returned: object) -> list[str]:
    """The names of all parameters and buffers that two steps of descent have moved."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    learning = [one for one in returned if isinstance(one, nn.Parameter)] if isinstance(returned, list | tuple) else []
    numbers = torch.arange(32.0)
    for _ in range(2):
        model.zero_grad()
        output = model.train()(torch.stack([numbers.sin(), numbers**2 / 100], dim=1)[:, :, None, None])
        if output.requires_grad:
            (output.flatten() @ numbers).backward()
        with torch.no_grad():
            for parameter in {id(one): one for one in learning}.values():
                if parameter.grad is not None:
                    parameter.sub_(0.01 * parameter.grad)
    now = model.state_dict()
    return [name for name, tensor in before.items() if not torch.equal(now.get(name, tensor), tensor)]


@public_check("freeze", **FREEZE)
def compute_as_in_evaluation(student: Student) -> dict:
    """A frozen part makes 3 of 3.5 and -0.5 of 0, (2 x - 1) / 2, at once and after model.train()."""
    torch.manual_seed(0)  # so that a dropout that still drops does so in the same places
    model: Any = network()
    pixels = images((3.5, 0.0), (0.0, 1.5), (7.5, 5.5))
    student.freeze(model, ["conv1"])
    seen = {"the head is still in training mode": model.head.training, "the output at once": model.conv1(pixels)}
    model.train()
    seen["the output after model.train()"] = model.conv1(pixels)
    return {name: (100 * x.detach()).round() / 100 if isinstance(x, Tensor) else x for name, x in seen.items()}


@public_check("freeze", **FREEZE)
def freeze_one_and_train(student: Student) -> dict:
    """With conv1 frozen, two steps of training move everything but conv1, and all but its parameters come back."""
    torch.manual_seed(1)
    model = network()
    returned = student.freeze(model, ["conv1"])
    came_back = describe(names_of(model, returned), learners(model, "conv1"))
    moved = describe(train_two_steps(model, returned), movers(network(), "conv1"))
    return {"what is wrong with what came back": came_back, "what is wrong with what has moved": moved}


@public_check("freeze", **FREEZE)
def freeze_inside_and_train(student: Student) -> dict:
    """With the encoder's conv1 and the head's norm frozen, all others learn; a conv3 does not exist and is an error."""
    torch.manual_seed(2)
    model, parts = network(), ["encoder.conv1", "head.1"]
    returned = student.freeze(model, parts)
    came_back = describe(names_of(model, returned), learners(model, *parts))
    moved = describe(train_two_steps(model, returned), movers(network(), *parts))
    seen = {"what is wrong with what came back": came_back, "what is wrong with what has moved": moved}
    try:
        student.freeze(network(), ["conv3"])
    except NotImplementedError:
        raise
    except Exception:
        return seen | {"what happens with conv3": "an error"}
    return seen | {"what happens with conv3": "nothing"}


@public_check("freeze", **FREEZE)
def freeze_twice(student: Student) -> dict:
    """A second call leaves frozen what was, also if parts inside are called one by one; a shared weight comes once."""
    torch.manual_seed(3)
    model: Any = network()
    model.conv10[0].weight = model.encoder.conv2[0].weight
    returned = student.freeze(model, ["conv1"])
    came_back = describe(names_of(model, returned), learners(model, "conv1"))
    first = run_by_parts(model)
    student.freeze(model, ["encoder.conv1"])
    second = run_by_parts(model)
    return {
        "what is wrong with what came back": came_back,
        "the output of conv1, part by part, after one call": first,
        "the output of conv1, part by part, after two calls": second,
    }


def run_by_parts(model: Any) -> Tensor:
    """What conv1 gives in training if the parts inside it are called one by one, in hundredths."""
    model.train()
    output = images((3.5, 0.0), (0.0, 1.5), (7.5, 5.5))
    for inner in (0, 1, 2):
        output = model.conv1[inner](output)
    return (100 * output.detach()).round() / 100
