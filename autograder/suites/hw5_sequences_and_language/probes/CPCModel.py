"""Probes of CPCModel: who moves whom in its two networks, whatever their layers are called."""

from itertools import chain, combinations

import torch
from torch import Tensor

from .inputs import draw
from .inputs_cpc import describe, fill, fill_with_positives, find_moved

WINDOW, FAR = 32, 128  # samples
CHANNELS, DIM, CONTEXT_DIM = 2, 8, 6
STEPS = 13
MANY = 64  # features, of which surely some are above 0 whatever the weights
SIZES = {"first": (1, 8, 6, 3, 4), "second": (3, 4, 4, 2, 5), "smallest": (2, 6, 8, 1, 1)}  # C, D, E, B, L


def draw_signals(seed: int, batch: int, channels: int, steps: int) -> Tensor:
    """Signals (batch, channels, 32 steps), all samples from 1 up."""
    return 1 + draw(seed, batch, channels, WINDOW * steps).abs()


def measure(student):
    """Shapes of z and c at several sizes, and whether different inputs come out different."""
    seen = {}
    for name, (channels, dim, context_dim, batch, steps) in SIZES.items():
        model = student.CPCModel(channels, dim, context_dim)
        x, z = draw_signals(500, batch, channels, steps), draw(501, batch, steps, dim)
        seen[f"features_of_{name}"] = describe(model.encode(x))
        seen[f"contexts_of_{name}"] = describe(model.context(z))
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 502)
    x, z = draw_signals(503, 1, CHANNELS, STEPS), draw(504, 1, STEPS, DIM)
    seen["features_follow_the_signal"] = bool(find_moved(model.encode(x), model.encode(x + 1)).all())
    seen["contexts_follow_the_features"] = bool(find_moved(model.context(z), model.context(z + 1)).all())
    return seen


@torch.no_grad()
def change_one_sample(student):
    """Which samples move which features, with weights above 0; then the same signal from its second window on."""
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 510)
    x = draw_signals(511, 1, CHANNELS, STEPS)
    changed, samples = x.repeat(x.shape[2], 1, 1), torch.arange(x.shape[2])
    changed[samples, samples % CHANNELS, samples] += 100
    z = model.encode(x)
    moved = find_moved(z, model.encode(changed))  # (samples, steps)
    first = WINDOW * torch.arange(moved.shape[1])
    distance = torch.maximum(first - samples[:, None], samples[:, None] - first - WINDOW + 1)
    return {
        "far_samples_move_it": bool((moved & (distance >= FAR)).any()),
        "each_sample_moves_some": bool(moved[FAR:-FAR].any(dim=1).all()),
        "steps_differ": bool(find_moved(z[:, 1:], z[:, :-1]).all()),
        "the_same_one_step_later": _is_same(z[:, 1:], model.encode(x[:, :, WINDOW:])),
        **_tell_apart(moved, distance),
    }


def _is_same(z: Tensor, other: Tensor) -> bool:
    """The features are the same where no end of the signal is near."""
    ends = FAR // WINDOW
    return z.shape == other.shape and not find_moved(z, other)[:, ends:-ends].any()


def _tell_apart(moved: Tensor, distance: Tensor) -> dict:
    """What no test asks for: it tells two mistakes apart that both mix places."""
    hears_itself = (moved & (distance == 0)).any(dim=0)
    return {
        "first_and_last_hear_themselves": bool(hears_itself[0] & hears_itself[-1]),
        "all_do": bool(hears_itself.all()),
    }


@torch.no_grad()
def turn_signs(student):
    """What becomes of features when some of the weights, all of them above 0 before, are turned below 0."""
    model = fill_with_positives(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 520)
    x = draw_signals(521, 1, CHANNELS, STEPS)
    z, far = model.encode(x), model.encode(100 * x)
    weights = [weight for weight in model.parameters() if weight.dim() > 1 and _matters(model, weight, x, z)]
    below_zero, still_follow, unharmed = False, False, 0
    for some in chain.from_iterable(combinations(weights[:4], size) for size in range(1, 5)):
        turned, doubled = (_encode_turned(model, some, signal) for signal in (x, 2 * x))
        below_zero |= bool((turned < 0).any())
        still_follow |= bool(find_moved(z, z + doubled - turned).any())
        unharmed += bool((turned.abs() - z).abs().max() < 0.1 * z.abs().max())
    doubles = bool((model.encode(200 * x) - 2 * far).abs().max() < 0.01 * far.abs().max())
    return {
        "weights": len(weights),
        "below_zero": below_zero,
        "still_follow": still_follow,
        "doubles": doubles,
        "unharmed": unharmed if doubles else 0,  # no test asks for it: it tells two mistakes apart
    }


def _encode_turned(model, weights, x: Tensor) -> Tensor:
    for weight in weights:
        weight.neg_()
    z = model.encode(x)
    for weight in weights:
        weight.neg_()
    return z


def _matters(model, weight: Tensor, x: Tensor, z: Tensor) -> bool:
    return bool(find_moved(z, _encode_turned(model, [weight], x)).any())


@torch.no_grad()
def change_one_feature(student):
    """Which steps of z move which steps of c."""
    model = fill(student.CPCModel(CHANNELS, DIM, CONTEXT_DIM), 530)
    z, steps = draw(531, 3, 7, DIM), torch.arange(7)
    c, moved = model.context(z), torch.zeros(7, 7, dtype=torch.bool)
    for step in steps.tolist() if c.shape[:2] == z.shape[:2] else ():
        changed = z.clone()
        changed[:, step] += 2 * draw(532 + step, DIM)
        moved[step] = find_moved(c, model.context(changed)).all(dim=0)
        moved[step, :step] = find_moved(c, model.context(changed))[:, :step].any(dim=0)
    return {
        "earlier_contexts_move": bool(moved.tril(-1).any()),
        "the_present_one_moves": bool(moved.diagonal().all()),
        "all_later_ones_move": bool(moved[steps[:, None] < steps].all()),
    }


@torch.no_grad()
def change_one_sequence(student):
    """In training mode: one sequence of a batch becomes another one, and the same batch comes twice."""
    model = student.CPCModel(CHANNELS, MANY, CONTEXT_DIM)
    seen, inputs = {}, {"encode": draw(540, 3, CHANNELS, 5 * WINDOW), "context": draw(541, 3, 5, MANY)}
    for name, given in inputs.items():
        changed = given.clone()
        changed[1] = draw(542, *given.shape[1:])
        call = getattr(model, name)
        moved = find_moved(call(given), call(changed)).any(dim=1)
        seen |= {f"{name}_moves_it": bool(moved[1]), f"{name}_moves_others": bool(moved[::2].any())}
        seen[f"{name}_again"] = not find_moved(call(given), call(given)).any()
    return seen


def train(student):
    """Whom gradients from z and from c reach; how many weights c has; whether chance has set them."""
    model, other = (student.CPCModel(CHANNELS, MANY, CONTEXT_DIM) for _ in range(2))
    x, z = draw(550, 3, CHANNELS, 5 * WINDOW).requires_grad_(), draw(551, 3, 5, MANY).requires_grad_()
    features, contexts = model.encode(x), model.context(z)
    parameters = list(model.parameters())
    *of_encoder, of_x = _differentiate(features, [*parameters, x], 552)
    *of_context, of_z = _differentiate(contexts, [*parameters, z], 553)
    of_both = zip(of_encoder, of_context, strict=True)
    return {
        "unreached_parameters": sum(first is None and second is None for first, second in of_both),
        "reaches_x": of_x is not None and bool(of_x.any()),
        "reaches_z": of_z is not None and bool(of_z.any()),
        "encoder_is_trained": any(gradient is not None for gradient in of_encoder),
        "context_weights": sum(g.numel() for g in of_context if g is not None and g.dim() > 1),
        "features_of_another_differ": bool(find_moved(features, other.encode(x)).any()),
        "contexts_of_another_differ": bool(find_moved(contexts, other.context(z)).any()),
        "units_differ": _have_different_columns(features) and _have_different_columns(contexts),
    }


def _differentiate(output: Tensor, inputs: list[Tensor], seed: int) -> list[Tensor | None]:
    """Gradients of a sum in which every number of the output has a weight of its own; None where none arrives."""
    if not output.requires_grad:
        return [None] * len(inputs)
    return list(torch.autograd.grad((output * draw(seed, *output.shape)).sum(), inputs, allow_unused=True))


def _have_different_columns(output: Tensor) -> bool:
    return bool((output - output[..., :1]).abs().max() > 1e-4 * output.abs().max())
