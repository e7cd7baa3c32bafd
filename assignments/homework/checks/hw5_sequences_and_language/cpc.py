"""Public checks of contrastive predictive coding: the model, its scores and its loss."""

import torch
from torch import Tensor

from homework.checks import Student, public_check

CPC_MODEL = {
    "think": "how many samples does each stride step over, and which dimension is the time for each of your layers?",
    "read": "CPC (van den Oord et al., 2018), section 2.1 and figure 1; notebook section 1.1",
}
CPC_SCORES = {
    "think": "whose candidates stand in row i, and what is done to a context before it meets a future?",
    "read": "CPC (van den Oord et al., 2018), eq. 3; notebook section 1.2",
}
CPC_LOSS = {
    "think": "for one context and one k: which are the candidates, which one is right, and which matrix compares them?",
    "read": "CPC (van den Oord et al., 2018), eq. 3 and 4; notebook section 1.3",
}


def cpc_gradients(result: Tensor, *inputs: Tensor) -> list[Tensor]:
    """What the sum of the result says each input should do; zeros where no path leads to it."""
    if not result.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    found = torch.autograd.grad(result.sum(), inputs, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


def cpc_moved(before: Tensor, after: Tensor) -> list[int]:
    """The numbers of the steps at which the first sequence is another one than before."""
    moved = (after - before)[0].abs() > 1e-5 * before.abs().max()
    return moved.flatten(1).any(dim=1).nonzero().flatten().tolist()


def cpc_signal(channels: int, steps: int) -> Tensor:
    """One signal (1, channels, 32 steps): a tone that becomes higher."""
    places = torch.linspace(1, 20, channels * 32 * steps)
    return 3 * (places.square() / 8).sin().reshape(1, channels, 32 * steps)


def cpc_features(steps: int, dim: int) -> Tensor:
    """Features (1, steps, dim) that go up and down."""
    return torch.linspace(0, 9, steps * dim).sin().reshape(1, steps, dim)


@public_check("CPCModel", **CPC_MODEL)
def encode_two_signals(student: Student) -> dict:
    """encode makes one feature vector of every 32 samples, (B, S / 32, D), and none of its numbers is below 0."""
    model = student.CPCModel(2, 24, 6)
    with torch.no_grad():
        z = model.encode(torch.cat([cpc_signal(2, 5), -cpc_signal(2, 5)]))
        alone, longer = model.encode(cpc_signal(2, 5)), model.encode(cpc_signal(2, 10))
    return {
        "the shape of the features of 2 signals with 160 samples": str(tuple(z.shape)),
        "the shape of the features of 1 signal with 320 samples": str(tuple(longer.shape)),
        "“some features are above 0”": bool((z > 0).any()),
        "“some features are below 0”": bool((z < 0).any()),
        "“a signal alone has other features than in a batch”": bool(cpc_moved(z, alone)),
    }


@public_check("CPCModel", **CPC_MODEL)
def encode_a_click(student: Student) -> dict:
    """A click in the middle of the signal changes features near its place, and none that is 128 samples away."""
    model, x = student.CPCModel(1, 24, 6), cpc_signal(1, 31)
    clicked = x.clone()
    clicked[:, :, 480:512] += 5  # the 16th window of 31
    with torch.no_grad():
        z = model.encode(x)
        moved = cpc_moved(z, model.encode(clicked))
        again, louder = cpc_moved(z, model.encode(x)), cpc_moved(z, model.encode(3 * x))
    return {
        "“the click changes some features”": bool(moved),
        "“the click changes features 128 samples away”": bool({10, 20} & set(moved)),
        "“the click changes the first or the last features”": bool({0, 30} & set(moved)),
        "“the click changes the features of all steps”": len(moved) == 31,
        "“a louder signal has other features”": bool(louder),
        "“the same signal has other features the second time”": bool(again),
    }


@public_check("CPCModel", **CPC_MODEL)
def change_the_third_step(student: Student) -> dict:
    """context gives (B, L, E); another z[:, 2] changes c[:, 2] and all contexts after it, and none before."""
    model, z = student.CPCModel(1, 8, 6), torch.cat([cpc_features(7, 8), -cpc_features(7, 8)])
    changed, other = z.clone(), z.clone()
    changed[:, 2] += 1
    other[0] += 1
    with torch.no_grad():
        c = model.context(z)
        moved = cpc_moved(c, model.context(changed))
        by_other = cpc_moved(c.flip(0), model.context(other).flip(0))
    return {
        "the shape of the contexts": str(tuple(c.shape)),
        "the list of steps at which another z[:, 2] changes c": str(moved),
        "the list of steps at which the first sequence changes the second one's c": str(by_other),
        "“all steps have the same context”": bool((c - c[:, :1]).abs().max() < 1e-5),
    }


@public_check("CPCModel", **CPC_MODEL)
def train_the_model(student: Student) -> dict:
    """Gradients reach the parameters of both networks, and the features that a context is made of."""
    model, z = student.CPCModel(1, 24, 6), cpc_features(5, 24).requires_grad_()
    loss = model.encode(cpc_signal(1, 5)).square().sum() + model.context(z).square().sum()
    if loss.requires_grad:
        loss.backward()
    return {
        "the number of parameters that no gradient reaches": sum(p.grad is None for p in model.parameters()),
        "“a gradient reaches the features”": z.grad is not None and bool(z.grad.any()),
    }


def cpc_two_sequences() -> tuple[Tensor, Tensor, Tensor]:
    """z_future (2, 2), c (2, 3) and W_k (2, 3), of small whole numbers."""
    z_future, c = torch.tensor([[1.0, 0.0], [2.0, -1.0]]), torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    return z_future, c, torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])


@public_check("cpc_scores", **CPC_SCORES)
def score_two_sequences(student: Student) -> dict:
    """Entry [i, j] is the product of z_future[j], W_k and c[i]."""
    return {"scores": student.cpc_scores(*cpc_two_sequences())}


@public_check("cpc_scores", **CPC_SCORES)
def score_in_two_dimensions(student: Student) -> dict:
    """Where all sizes are 2 and any transposition fits, the right one is taken."""
    z_future, c = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([[1.0, 1.0], [3.0, 0.0]])
    return {"scores": student.cpc_scores(z_future, c, torch.tensor([[0.0, 1.0], [2.0, 0.0]]))}


@public_check("cpc_scores", **CPC_SCORES)
def score_one_sequence(student: Student) -> dict:
    """One sequence, in float64, has scores (1, 1), whose gradient reaches all three inputs."""
    z_future, c, matrix = cpc_two_sequences()
    leaves = [given.double().requires_grad_() for given in (z_future[:1], c[:1], matrix)]
    scores = student.cpc_scores(*leaves)
    names = ("gradient of z_future", "gradient of c", "gradient of W_k")
    return {"scores": scores, **dict(zip(names, cpc_gradients(scores, *leaves), strict=True))}


def cpc_two_steps_ahead() -> tuple[Tensor, Tensor, Tensor]:
    """z (2, 4, 2), c (2, 4, 3) and W (2, 2, 3), of quarters."""
    z = torch.tensor([[[1, 0], [0, 1], [2, 1], [-1, 1]], [[0, 2], [1, 1], [0, -1], [1, 0]]]) / 2
    c = torch.tensor([[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], [[0, 1, 1], [2, 0, 0], [1, 0, 1], [0, 0, 2]]]) / 2
    return z, c, torch.tensor([[[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]], [[0.0, 2.0, 0.0], [1.0, 0.0, -1.0]]])


@public_check("cpc_loss", **CPC_LOSS)
def look_one_step_ahead(student: Student) -> dict:
    """For K = 1, z[b, t + 1] is the right one among the features of all sequences at that step."""
    z, c, matrices = cpc_two_steps_ahead()
    return {"loss": student.cpc_loss(z, c, matrices[:1])}


@public_check("cpc_loss", **CPC_LOSS)
def look_two_steps_ahead(student: Student) -> dict:
    """For K = 2 the loss is the mean of two means, each with its own matrix, and its gradient reaches all inputs."""
    leaves = [given.double().requires_grad_() for given in cpc_two_steps_ahead()]
    loss = student.cpc_loss(*leaves)
    names = ("gradient of z", "gradient of c", "gradient of W")
    return {"loss": loss, **dict(zip(names, cpc_gradients(loss, *leaves), strict=True))}


@public_check("cpc_loss", **CPC_LOSS)
def look_among_all(student: Student) -> dict:
    """With negatives="all" there are B (L - k) candidates; a guess among them costs the logarithm of their number."""
    z, c, matrices = cpc_two_steps_ahead()
    return {
        "loss": student.cpc_loss(z, c, matrices, negatives="all"),
        "loss of a guess": student.cpc_loss(z, c, 0 * matrices, negatives="all"),
    }


@public_check("cpc_loss", **CPC_LOSS)
def look_at_large_scores(student: Student) -> dict:
    """For scores of several hundred the loss is finite and right; for a single sequence it is 0."""
    z, c, matrices = cpc_two_steps_ahead()
    return {
        "loss / 100": student.cpc_loss(z, c, 400 * matrices) / 100,
        "loss of one sequence": student.cpc_loss(z[:1], c[:1], matrices),
    }
