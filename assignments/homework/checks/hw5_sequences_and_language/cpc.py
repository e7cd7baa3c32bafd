"""Public checks of contrastive predictive coding: the model, its scores and its loss."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw5_sequences_and_language.given import changes, gradients, shape, turned

CPC_MODEL = {
    "think": "how many samples does each stride step over, and which dimension is the time for each of your layers?",
    "read": "CPC (van den Oord et al., 2018), section 2.2 and figure 1; notebook section 1.1",
}
CPC_SCORES = {
    "think": "whose candidates stand in row i, and what is done to a context before it meets a future?",
    "read": "CPC (van den Oord et al., 2018), eq. 3; notebook section 1.2",
}
CPC_LOSS = {
    "think": "for one context and one k: which are the candidates, which one is right, and which matrix compares them?",
    "read": "CPC (van den Oord et al., 2018), eq. 3 and 4; notebook section 1.3",
}


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
    model, two = student.CPCModel(2, 24, 6), torch.cat([cpc_signal(2, 5), -cpc_signal(2, 5)])
    given = two.clone()
    with torch.no_grad():
        z = model.encode(given)
        alone, longer = model.encode(cpc_signal(2, 5)), model.encode(cpc_signal(2, 10))
        strided = model.encode(turned(two))
    told = "the shape of the features of 2 signals with 160 samples"
    if shape(z) != "(2, 5, 24)":
        return {told: shape(z)}
    return {
        told: shape(z),
        "the shape of the features of 1 signal with 320 samples": shape(longer),
        "“some features are above 0”": bool((z > 0).any()),
        "“some features are below 0”": bool((z < 0).any()),
        "“a signal alone has other features than in a batch”": bool(cpc_moved(z, alone)),
        "“a signal that lies in memory in another order has other features”": bool(cpc_moved(z, strided)),
        **changes((given,), (two,)),
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
        at_an_end = x.clone()
        at_an_end[:, :, :32] += 5
        of_an_end = cpc_moved(z, model.encode(at_an_end))
        samples = x.repeat(32, 1, 1)
        samples[torch.arange(32), 0, 480 + torch.arange(32)] += 50
        each = (model.encode(samples) - z).abs().flatten(1).amax(dim=1)  # (32,)
    return {
        "“the click changes some features”": bool(moved),
        "“the click changes features 128 samples away”": bool({10, 20} & set(moved)),
        "“the click changes the first or the last features”": bool({0, 30} & set(moved)),
        "“the click changes the features of all steps”": len(moved) == 31,
        "“a click at the beginning changes the first features”": 0 in of_an_end,
        "“a click at the beginning changes the last features”": 30 in of_an_end,
        "the number of samples of a window that no feature notices": int((each < 1e-5).sum()),
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
        if shape(c) != "(2, 7, 6)":
            return {"the shape of the contexts": shape(c)}
        moved = cpc_moved(c, model.context(changed))
        by_other = cpc_moved(c.flip(0), model.context(other).flip(0))
        settled = model.context(cpc_features(1, 8).expand(1, 400, 8))[:, 200:]
    return {
        "the shape of the contexts": shape(c),
        "the list of steps at which another z[:, 2] changes c": str(moved),
        "the list of steps at which the first sequence changes the second one's c": str(by_other),
        "“all steps have the same context”": bool((c - c[:, :1]).abs().max() < 1e-5),
        "“after 200 steps with the same feature the context still jumps”": bool(
            (settled - settled[:, :1]).abs().max() > 1e-3
        ),
    }


@public_check("CPCModel", **CPC_MODEL)
def train_the_model(student: Student) -> dict:
    """Gradients reach the parameters of both networks, and the features that a context is made of; float64 stays it."""
    model, z = student.CPCModel(1, 24, 6).double(), cpc_features(5, 24).double().requires_grad_()
    parameters = list(model.parameters())
    features, contexts = model.encode(cpc_signal(1, 5).double()), model.context(z)
    reached = [[bool(each.any()) for each in gradients(found, *parameters)] for found in (features, contexts)]
    weights = [
        [p.numel() for p, is_reached in zip(parameters, own, strict=True) if is_reached and p.squeeze().dim() > 1]
        for own in reached
    ]
    of_grus = [3 * 6 * (24 + 6 + 2 * 6 * more) for more in range(4)]
    beside = min((sum(weights[1]) - own for own in of_grus), key=abs)
    return {
        "the number of parameters that no gradient reaches": sum(not any(pair) for pair in zip(*reached, strict=True)),
        "“a gradient reaches the features”": bool(gradients(contexts, z)[0].any()),
        "the dtype of features and contexts in float64": f"{features.dtype}, {contexts.dtype}",
        "the number of weight tensors of the encoder": len(weights[0]),
        "the number of weights that the context network has more than a GRU": beside,
    }


def cpc_two_sequences() -> tuple[Tensor, Tensor, Tensor]:
    """z_future (2, 2), c (2, 3) and W_k (2, 3), of small whole numbers."""
    z_future, c = torch.tensor([[1.0, 0.0], [2.0, -1.0]]), torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    return z_future, c, torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])


@public_check("cpc_scores", **CPC_SCORES)
def score_two_sequences(student: Student) -> dict:
    """Entry [i, j] is the product of z_future[j], W_k and c[i]."""
    given = cpc_two_sequences()
    table = student.cpc_scores(*given)
    return {
        "the table of scores": table,
        **changes(given, cpc_two_sequences()),
        "the table of scores of thousands, over 1,000": student.cpc_scores(*(20 * each for each in given)) / 1000,
        "the table of scores of inputs that lie in memory in another order": student.cpc_scores(*map(turned, given)),
    }


@public_check("cpc_scores", **CPC_SCORES)
def score_in_two_dimensions(student: Student) -> dict:
    """Where all sizes are 2 and any transposition fits, the right one is taken."""
    z_future, c = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([[1.0, 1.0], [3.0, 0.0]])
    return {"the table of scores": student.cpc_scores(z_future, c, torch.tensor([[0.0, 1.0], [2.0, 0.0]]))}


@public_check("cpc_scores", **CPC_SCORES)
def score_one_sequence(student: Student) -> dict:
    """One sequence, in float64, has scores (1, 1), whose gradient reaches all three inputs."""
    z_future, c, matrix = cpc_two_sequences()
    leaves = [given.double().requires_grad_() for given in (z_future[:1], c[:1], matrix)]
    scores = student.cpc_scores(*leaves)
    names = ("the gradient of z_future", "the gradient of c", "the gradient of W_k")
    return {"the table of scores": scores, **dict(zip(names, gradients(scores, *leaves), strict=True))}


def cpc_two_steps_ahead() -> tuple[Tensor, Tensor, Tensor]:
    """z (2, 4, 2), c (2, 4, 3) and W (2, 2, 3), of quarters."""
    z = torch.tensor([[[1, 0], [0, 1], [2, 1], [-1, 1]], [[0, 2], [1, 1], [0, -1], [1, 0]]]) / 2
    c = torch.tensor([[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], [[0, 1, 1], [2, 0, 0], [1, 0, 1], [0, 0, 2]]]) / 2
    return z, c, torch.tensor([[[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]], [[0.0, 2.0, 0.0], [1.0, 0.0, -1.0]]])


@public_check("cpc_loss", **CPC_LOSS)
def look_one_step_ahead(student: Student) -> dict:
    """For K = 1, z[b, t + 1] is the right one among the features of all sequences at that step."""
    z, c, matrices = cpc_two_steps_ahead()
    return {
        "the loss": student.cpc_loss(z, c, matrices[:1]),
        **changes((z, c, matrices), cpc_two_steps_ahead()),
        "the loss of inputs that lie in memory in another order": student.cpc_loss(
            turned(z), turned(c), turned(matrices[:1])
        ),
    }


@public_check("cpc_loss", **CPC_LOSS)
def look_two_steps_ahead(student: Student) -> dict:
    """For K = 2 the loss is the mean of two means, each with its own matrix, and its gradient reaches all inputs."""
    leaves = [given.double().requires_grad_() for given in cpc_two_steps_ahead()]
    loss = student.cpc_loss(*leaves)
    names = ("the gradient of z", "the gradient of c", "the gradient of W")
    return {"the loss": loss, **dict(zip(names, gradients(loss, *leaves), strict=True))}


@public_check("cpc_loss", **CPC_LOSS)
def look_among_all(student: Student) -> dict:
    """With negatives="all" there are B (L - k) candidates; a guess among them costs the logarithm of their number."""
    z, c, matrices = cpc_two_steps_ahead()
    leaves = [given.double().requires_grad_() for given in cpc_two_steps_ahead()]
    names = ("the gradient of z", "the gradient of c", "the gradient of W")
    return {
        "the loss": student.cpc_loss(z, c, matrices, negatives="all"),
        **dict(zip(names, gradients(student.cpc_loss(*leaves, "all"), *leaves), strict=True)),
        "the loss of a guess": student.cpc_loss(z, c, 0 * matrices, negatives="all"),
        "the loss of one sequence": student.cpc_loss(z[:1], c[:1], matrices, negatives="all"),
    }


@public_check("cpc_loss", **CPC_LOSS)
def look_at_large_scores(student: Student) -> dict:
    """For scores of several hundred the loss is right; for a single sequence it is 0 with negatives="batch"."""
    z, c, matrices = cpc_two_steps_ahead()
    return {
        "the loss, over 100,": student.cpc_loss(z, c, 400 * matrices) / 100,
        "the loss of one sequence": student.cpc_loss(z[:1], c[:1], matrices),
    }
