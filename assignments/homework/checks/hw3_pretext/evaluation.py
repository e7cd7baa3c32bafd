"""Public checks of the homework on pretext tasks: frozen parts, the linear probe, and subsets of labels."""

from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor, nn

from homework.checks import Student, public_check

FREEZE = {
    "think": "what of a part learns, what in it depends on the mode, and who sets the mode after you?",
    "read": "RotNet (Gidaris et al., 2018), section 3; the docstring of freeze, notebook section 4.1",
}
PROBE = {
    "think": "which sum or mean do you minimise, what is decayed in it, and how large is its gradient when you stop?",
    "read": "SimCLR (Chen et al., 2020), appendix B.8; the docstring of linear_probe, notebook section 4.2",
}
SUBSET = {
    "think": "of what is the fraction taken, from which images do you choose, and whose random numbers are these?",
    "read": "SimCLR (Chen et al., 2020), section 6; notebook section 4.3",
}


def block() -> nn.Sequential:
    """Doubles both channels, takes a batch norm with running mean 1 and variance 4, and drops half while training."""
    part = nn.Sequential(nn.Conv2d(2, 2, kernel_size=1, bias=False), nn.BatchNorm2d(2), nn.Dropout(0.5))
    with torch.no_grad():
        part[0].weight.copy_(2 * torch.eye(2)[:, :, None, None])
        part[1].running_mean.fill_(1)
        part[1].running_var.fill_(4)
    return part


def network() -> nn.Sequential:
    """conv1 and conv10, an encoder with another conv1 in it, and a head with a batch norm; in training mode."""
    encoder = nn.Sequential(OrderedDict(conv1=block(), conv2=block()))
    head = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(2), nn.Linear(2, 1))
    with torch.no_grad():
        head[2].weight.copy_(torch.tensor([[1.0, 2.0]]))
    return nn.Sequential(OrderedDict(conv1=block(), conv10=block(), encoder=encoder, head=head))


def images(*values: tuple[float, float]) -> Tensor:
    """Images (B, 2, 1, 1) of one pixel."""
    return torch.tensor(values)[:, :, None, None]


def names_of(model: nn.Module, returned: object) -> str:
    """The returned parameters by name, in their order, or what came back in their place."""
    if not isinstance(returned, list | tuple):
        return f"a {type(returned).__name__}, not a list"
    names = [[name for name, own in model.named_parameters() if own is one] for one in returned]
    return ", ".join(name[0] if name else f"a {type(one).__name__}" for name, one in zip(names, returned, strict=True))


def train_two_steps(model: nn.Module, returned: object) -> str:
    """The names of all parameters and buffers that two steps of descent have moved."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    learners = [one for one in returned if isinstance(one, nn.Parameter)] if isinstance(returned, list | tuple) else []
    numbers = torch.arange(32.0)
    for _ in range(2):
        model.zero_grad()
        output = model.train()(torch.stack([numbers.sin(), numbers**2 / 100], dim=1)[:, :, None, None])
        if output.requires_grad:
            (output.flatten() @ numbers).backward()
        with torch.no_grad():
            for parameter in {id(one): one for one in learners}.values():
                if parameter.grad is not None:
                    parameter -= 0.01 * parameter.grad
    now = model.state_dict()
    return ", ".join(name for name, tensor in before.items() if not torch.equal(now.get(name, tensor), tensor))


@public_check("freeze", **FREEZE)
def compute_as_in_evaluation(student: Student) -> dict:
    """A frozen part makes 3 of 3.5 and -0.5 of 0, (2 x - 1) / 2, at once and after model.train()."""
    torch.manual_seed(0)  # so that a dropout that still drops does so in the same places
    model, pixels = network(), images((3.5, 0.0), (0.0, 1.5), (7.5, 5.5))
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
    return {"what came back": names_of(model, returned), "what has moved": train_two_steps(model, returned)}


@public_check("freeze", **FREEZE)
def freeze_inside_and_train(student: Student) -> dict:
    """With the encoder's conv1 and the head's norm frozen, all others learn; a conv3 does not exist and is an error."""
    torch.manual_seed(2)
    model = network()
    returned = student.freeze(model, ["encoder.conv1", "head.1"])
    seen = {"what came back": names_of(model, returned), "what has moved": train_two_steps(model, returned)}
    try:
        student.freeze(network(), ["conv3"])
    except NotImplementedError:
        raise
    except Exception:
        return seen | {"conv3 is an error": True}
    return seen | {"conv3 is an error": False}


def rows(*values: tuple[float, ...]) -> Tensor:
    """Feature vectors (number of values, D), one a row."""
    return torch.tensor(values, dtype=torch.float32)


def fitted(student: Student, features: Tensor, labels: list[int], weight_decay: float) -> dict[str, Tensor]:
    """The student's classifier in hundredths, which any minimiser agrees on; the sum of the biases is free."""
    weight, bias = student.linear_probe(features, torch.tensor(labels), max(labels) + 1, weight_decay)
    return {"weight": (100 * weight).round() / 100, "bias less its mean": (100 * (bias - bias.mean())).round() / 100}


@public_check("linear_probe", **PROBE)
def fit_two_points(student: Student) -> dict:
    """Features -1 and 1 of two classes: with this decay, 1 / (1 + e^2), the weights are -1 and 1."""
    return fitted(student, rows((-1,), (1,)), [0, 1], 0.11920292)


@public_check("linear_probe", **PROBE)
def fit_three_classes(student: Student) -> dict:
    """Three classes of unequal size, in features away from the origin; in float64."""
    features = rows((2, 0), (1, 1), (2, 1), (0, 2), (1, 3), (1, 2), (2, 3)).double()
    return fitted(student, features, [0, 1, 0, 0, 1, 0, 2], 0.6)


@public_check("linear_probe", **PROBE)
def fit_features_with_a_graph(student: Student) -> dict:
    """Features are data: no gradient goes back to what made them, and weight and bias come without a graph."""
    source = rows((0, 2), (1, 1), (3, 1), (2, 0)).double().requires_grad_()
    features, labels = source + 0.0, torch.tensor([0, 0, 1, 1])  # like an encoder's output
    weight, bias = student.linear_probe(features, labels, 2, 0.5)
    return {
        "weight": (100 * weight.detach()).round() / 100,
        "no gradient to the encoder": source.grad is None,
        "no graph": not (weight.requires_grad or bias.requires_grad),
        "features unchanged": bool(torch.equal(features, source)),
    }


def chosen_of_each_class(labels: Tensor, chosen: object) -> str:
    """How many different images of each class there are, in the order of the classes."""
    if not isinstance(chosen, Tensor) or chosen.dim() != 1 or chosen.dtype not in (torch.int64, torch.int32):
        return f"a {type(chosen).__name__}, not indices (n,)"
    found = labels[chosen.unique().clamp(0, len(labels) - 1).long()].tolist()
    counts = ", ".join(f"{found.count(label)} of class {label}" for label in labels.unique().tolist())
    return counts + (", some of them twice" if len(chosen) > len(found) else "")


@public_check("label_subset", **SUBSET)
def choose_of_three_classes(student: Student) -> dict:
    """Of 12, 6 and 1 images a fraction of 0.3 is 4, 2 and at least 1; a fraction of 1 is all."""
    labels = torch.tensor([5, 2, 5, 5, 2, 5, 5, 9, 5, 2, 5, 5, 2, 5, 5, 2, 5, 5, 2])
    return {
        f"what fraction {fraction} keeps": chosen_of_each_class(
            labels, student.label_subset(labels, fraction, np.random.default_rng(1))
        )
        for fraction in (0.3, 0.65, 1.0)
    }


@public_check("label_subset", **SUBSET)
def choose_four_times(student: Student) -> dict:
    """The generator decides, and nothing else: the same seed gives the same images, every draw gives others."""
    labels, rng, before = torch.arange(60) % 2, np.random.default_rng(2), torch.get_rng_state()
    of_numpy = str(np.random.get_state())
    generators = rng, rng, np.random.default_rng(2), np.random.default_rng(3)
    first, second, again, other = (sorted(student.label_subset(labels, 0.5, each).tolist()) for each in generators)
    return {
        "the next draw is another": first != second,
        "the same seed repeats it": first == again,
        "another seed changes it": first != other,
        "torch's generator is left alone": torch.equal(before, torch.get_rng_state()),
        "numpy's generator is left alone": of_numpy == str(np.random.get_state()),
    }
