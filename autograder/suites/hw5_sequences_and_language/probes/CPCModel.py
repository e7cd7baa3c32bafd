"""Probes of CPCModel: who moves whom in its two networks, whatever their layers are called."""

from itertools import chain, combinations

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_cpc import call_with_others, fill_each, fill_with_positives, find_moved
from .inputs_given import call_in_another_order, look_after, prepare

WINDOW, FAR = 32, 128  # samples
CHANNELS, DIM, CONTEXT_DIM = 2, 8, 6
STEPS = 13
MANY = 64  # features, of which surely some are above 0 whatever the weights
RATE = 1e-7  # of a step against the gradient
CLOSE = 1e-4  # of the largest number: the same in another order of operations
LONG, SETTLED = 640, 100  # steps; until a context of the same feature again and again no longer changes
SIZES = {  # C, D, E, B, L
    "first": (1, 8, 6, 3, 4),
    "second": (3, 4, 4, 2, 5),
    "smallest": (2, 6, 8, 1, 1),
    "third": (5, 7, 11, 3, 13),
    "one of each": (1, 1, 1, 1, 1),
}


def draw_signals(seed: int, batch: int, channels: int, steps: int) -> Tensor:
    """Signals (batch, channels, 32 steps), all samples from 1 up."""
    return 1 + draw(seed, batch, channels, WINDOW * steps).abs()


def measure(student):
    """z and c at several sizes; then of other inputs."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    seen = {}
    for name, (channels, dim, context_dim, batch, steps) in SIZES.items():
        model = fill_each(student.CPCModel(channels, dim, context_dim), 505)
        x, z = draw_signals(500, batch, channels, steps), draw(501, batch, steps, dim)
        seen[f"features_of_{name}"] = model.encode(x)
        seen[f"contexts_of_{name}"] = model.context(z)
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 502)
    x, z = draw_signals(503, 1, CHANNELS, STEPS), draw(504, 1, STEPS, DIM)
    seen |= {"features": model.encode(x), "features_of_another": model.encode(x + 1)}
    return seen | {"contexts": model.context(z), "contexts_of_another": model.context(z + 1)}


@torch.no_grad()
def encode_in_another_order(student):
    """The numbers of a signal lie in memory in another order; then all signals are the same one."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model, x = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 506), draw_signals(507, 3, CHANNELS, 4)
    return call_in_another_order("z", model.encode, x)


@torch.no_grad()
def sum_up_in_another_order(student):
    """The same for features, of which contexts are made; told apart, as one network says nothing of the other."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model, z = fill_each(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 506), draw(508, 3, 4, DIM)
    return call_in_another_order("c", model.context, z)


def leave_inputs(student):
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_each(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 515)
    x, z = given = prepare(draw_signals(516, 2, CHANNELS, 3), draw(517, 2, 3, DIM))
    seen = {"features": model.encode(x).detach(), "contexts": model.context(z).detach()}
    return {**seen, **look_after(given)}


@torch.no_grad()
def encode_far(student):
    """A long signal, and the same from its second window on.

    largest: of the features. shift: by how much they are not just one step earlier.
    """
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_with_positives(student.CPCModel(1, DIM, CONTEXT_DIM), 535)
    x, ends = draw_signals(536, 1, 1, LONG), FAR // WINDOW
    z, later = model.encode(x), model.encode(x[:, :, WINDOW:])
    return {"largest": z.abs().max(), "shift": (z[:, 1:] - later)[:, ends:-ends].abs().max()}


@torch.no_grad()
def sum_up_far(student):
    """A long sequence of the same feature. jump: how much its context changes in a step, when it should be settled."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = student.CPCModel(1, DIM, CONTEXT_DIM)
    for number, parameter in enumerate(model.parameters()):
        parameter.copy_(0.2 * draw(600 + number, *parameter.shape))
    c = model.context(draw(538, 1, 1, DIM).expand(1, LONG, DIM))
    jump = (c[:, SETTLED:] - c[:, SETTLED - 1 : -1]).abs().max()
    return {"first": c[0, 0], "last": c[0, -1], "jump": jump}


@torch.no_grad()
def change_one_sample(student):
    """How far each sample moves each step's features, weights above 0; then the signal from its second window on."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 510)
    x = draw_signals(511, 1, CHANNELS, STEPS)
    changed, samples = x.repeat(x.shape[2], 1, 1), torch.arange(x.shape[2])
    changed[samples, samples % CHANNELS, samples] += 100
    z = model.encode(x)
    moves = (model.encode(changed) - z).abs().amax(dim=2)  # (samples, steps)
    return {"z": z, "moves": moves, "z_from_the_second_window_on": model.encode(x[:, :, WINDOW:])}


@torch.no_grad()
def turn_signs(student):
    """Features when some of the weights, all of them above 0 before, are turned below 0; and of louder signals."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 520)
    x = draw_signals(521, 1, CHANNELS, STEPS)
    z, weights = model.encode(x), [weight for weight in model.parameters() if weight.dim() > 1]
    one_turned = [_encode_turned(model, [weight], x) for weight in weights]
    matter = [weight for weight, turned in zip(weights, one_turned, strict=True) if find_moved(z, turned).any()]
    sets = list(chain.from_iterable(combinations(matter[:4], size) for size in range(1, 5)))
    return {
        "z": z,
        "one_turned": torch.cat(one_turned),  # (weights, steps, D)
        "turned": torch.cat([_encode_turned(model, some, x) for some in sets] or [z]),
        "turned_of_doubled": torch.cat([_encode_turned(model, some, 2 * x) for some in sets] or [z]),
        "far": model.encode(100 * x),
        "twice_as_far": model.encode(200 * x),
        "other": model.encode(x.flip(2)),
        "between": model.encode((x + x.flip(2)) / 2),
    }


def _encode_turned(model, weights, x: Tensor) -> Tensor:
    for weight in weights:
        weight.neg_()
    z = model.encode(x)
    for weight in weights:
        weight.neg_()
    return z


@torch.no_grad()
def change_one_feature(student):
    """How far each step of z moves each step of c, (changed step, sequence, step)."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_each(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 530)
    z = draw(531, 3, 7, DIM)
    c, moves = model.context(z), torch.zeros(7, 3, 7)
    for step in range(7) if c.shape[:2] == z.shape[:2] else ():
        changed = z.clone()
        changed[:, step] += 2 * draw(532 + step, DIM)
        moves[step] = (model.context(changed) - c).abs().amax(dim=2)
    return {"c": c, "moves": moves}


@torch.no_grad()
def change_one_signal(student):
    """In training mode: a batch, the batch with another signal in it, the first one again, and two signals of it."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = student.CPCModel(CHANNELS, MANY, CONTEXT_DIM)
    return call_with_others("encode", model.encode, draw(540, 3, CHANNELS, 5 * WINDOW))


@torch.no_grad()
def change_one_sequence(student):
    """The same for sequences of features."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_each(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 543)
    return call_with_others("context", model.context, draw(541, 3, 5, DIM))


@torch.no_grad()
def freeze_and_evaluate(student):
    """Features and contexts in training mode, then frozen and in evaluation mode, and how many still learn then."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_each(student.CPCModel(CHANNELS, MANY, CONTEXT_DIM), 545)
    x, z = draw(546, 3, CHANNELS, 5 * WINDOW), draw(547, 3, 5, MANY)
    seen = {"z_in_training": model.encode(x), "c_in_training": model.context(z)}
    model.eval().requires_grad_(False)
    seen |= {"z_in_evaluation": model.encode(x), "c_in_evaluation": model.context(z)}
    learning = sum(weight.requires_grad for weight in model.parameters()) + sum(m.training for m in model.modules())
    return {**seen, "learning": torch.tensor(float(learning))}


def train(student):
    """Sizes of gradients, in float64, of a weighted sum over z and one over c; and these sums after a small step.

    sizes: how many numbers each weight holds, 0 for a bias or a first state.
    norms: NaN where no gradient arrives, the input's the last.
    """
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model, other = (student.CPCModel(CHANNELS, MANY, CONTEXT_DIM).double() for _ in range(2))
    inputs = draw(550, 3, CHANNELS, 5 * WINDOW).double(), draw(551, 3, 5, MANY).double()
    x, z = (given.requires_grad_() for given in inputs)
    parameters = list(model.parameters())
    seen = {"sizes": torch.tensor([float(weight.numel() * (weight.squeeze().dim() > 1)) for weight in parameters])}
    for name, given, seed in (("encode", x, 552), ("context", z, 553)):
        output, leaves = getattr(model, name)(given), [*parameters, given]
        before, gradients = _differentiate(output, leaves, seed)
        seen[f"{name}_norms"] = torch.stack([gradient.norm() for gradient in gradients])
        seen |= {f"{name}_before": before, f"{name}_after": _after_a_step(model, name, leaves, gradients, seed)}
        seen |= {
            f"{name}_first": output[0].detach(),
            f"{name}_first_of_another": getattr(other, name)(given)[0].detach(),
        }
    return seen


def _differentiate(output: Tensor, leaves: list[Tensor], seed: int) -> tuple[Tensor, list[Tensor]]:
    """A sum in which every number of the output has a weight of its own, and its gradients; NaN where none arrives."""
    total = (output * draw(seed, *output.shape)).sum()
    gradients = torch.autograd.grad(total, leaves, allow_unused=True) if total.requires_grad else [None] * len(leaves)
    return total.detach(), [torch.tensor(torch.nan).double() if one is None else one for one in gradients]


@torch.no_grad()
def _after_a_step(model, name: str, leaves: list[Tensor], gradients: list[Tensor], seed: int) -> Tensor:
    """The same sum after a small step of all leaves against these gradients; then they are as before."""
    steps = [RATE * gradient.nan_to_num() for gradient in gradients]  # 0 where none arrived
    for leaf, step in zip(leaves, steps, strict=True):
        leaf -= step
    output = getattr(model, name)(leaves[-1])
    for leaf, step in zip(leaves, steps, strict=True):
        leaf += step
    return (output * draw(seed, *output.shape)).sum()


@torch.no_grad()
def run_both(student):
    """The signal too, so that it is known where it was."""
    torch.manual_seed(0)  # what a student's code draws is the same each time
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 560)
    x, z = draw_signals(561, 2, CHANNELS, 4), draw(562, 2, 4, DIM)
    return {"x": x, "z": model.encode(x), "c": model.context(z)}


def on_a_gpu(student):
    return on_gpu(student, run_both)
