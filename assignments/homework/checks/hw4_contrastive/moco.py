"""Public checks of the homework on contrastive learning: the parts of MoCo."""

from typing import Any

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check
from homework.checks.features import rows
from homework.checks.hw4_contrastive.info_nce import gradients, graph, state, strided

MOMENTUM = {
    "think": "which encoder follows which, how far does it move, and which of its parameters does your loop reach?",
    "read": "MoCo (He et al., 2020), eq. 2; notebook section 2.1",
}
LOSS = {
    "think": "which candidate is the right one, who are the others, and whom does this loss train?",
    "read": "MoCo (He et al., 2020), eq. 1 and algorithm 1; notebook section 2.3",
}
STEP = {
    "think": "what has already changed at the moment you compute each thing?",
    "read": "MoCo (He et al., 2020), algorithm 1; notebook section 2.4",
}


def filled_encoder(weight: float, bias: float, scale: float) -> nn.Sequential:
    """Two linear layers and a nested layer norm between them, each kind of parameter filled with one number."""
    encoder = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.LayerNorm(2)), nn.Linear(2, 1))
    with torch.no_grad():
        for parameter, value in zip(encoder.parameters(), (weight, bias, scale, 0.0, weight, bias), strict=True):
            parameter.fill_(value)
    return encoder


def named(encoder: nn.Module) -> dict[str, Tensor]:
    return {f"parameter {name}": parameter.detach().clone() for name, parameter in encoder.named_parameters()}


@public_check("momentum_update", **MOMENTUM)
def update_a_quarter(student: Student) -> dict:
    """With m = 0.75 each parameter of encoder_k goes a quarter of the way to encoder_q's."""
    encoder_q, encoder_k = filled_encoder(8.0, 4.0, 2.0), filled_encoder(0.0, 0.0, 1.0)
    encoder_k.requires_grad_(False)
    parameters = list(encoder_k.parameters())
    student.momentum_update(encoder_q, encoder_k, 0.75)
    moved = not all(map(torch.equal, encoder_q.parameters(), filled_encoder(8.0, 4.0, 2.0).parameters()))
    frozen = not all(parameter.requires_grad for parameter in encoder_q.parameters())
    same = all(old is new for old, new in zip(parameters, encoder_k.parameters(), strict=True))
    unfrozen = any(parameter.requires_grad for parameter in encoder_k.parameters())
    return {
        **named(encoder_k),
        "encoder_q after the update": "changed" if moved else "frozen" if frozen else "as it was",
        "encoder_k after the update": "unfrozen" if unfrozen else "frozen",
        "what encoder_k holds after the update": "its own parameters" if same else "new parameters in place of its own",
    }


@public_check("momentum_update", **MOMENTUM)
def update_twice(student: Student) -> dict:
    """Updates add up, leave no graph on encoder_k, and the gradients and the modes of both encoders alone."""
    encoder_q, encoder_k = encoders = filled_encoder(1.0, 1.0, 3.0), filled_encoder(5.0, 3.0, 1.0)
    encoder_k.eval()
    for encoder in encoders:
        next(encoder.parameters()).grad = torch.ones(2, 2)
    student.momentum_update(encoder_q, encoder_k, 0.5)
    student.momentum_update(encoder_q, encoder_k, 0.5)
    left = [next(encoder.parameters()).grad for encoder in encoders]
    kept = all(gradient is not None and bool(gradient.all()) for gradient in left)
    recorded = not all(parameter.is_leaf for parameter in encoder_k.parameters())
    return {
        **named(encoder_k),
        "encoder_k": "hanging on the graph of the update" if recorded else "without a graph",
        "the gradient that was there before": "as it was" if kept else "gone",
        "the modes of encoder_q and encoder_k": " and ".join("train" if each.training else "eval" for each in encoders),
    }


@public_check("momentum_update", **MOMENTUM)
def update_to_the_ends(student: Student) -> dict:
    """m = 0 copies and shares nothing; shared, frozen and channels-last weights move, once each; in float64."""
    encoder_q, encoder_k = (
        nn.Sequential(nn.Conv2d(2, 2, 2, bias=False), nn.Linear(1, 1), nn.Linear(1, 1)) for _ in "qk"
    )
    for encoder, value in ((encoder_q, 8.0), (encoder_k, 0.0)):
        encoder[2].weight = encoder[1].weight
        encoder.to(memory_format=torch.channels_last)
        with torch.no_grad():
            for parameter in encoder.double().parameters():
                parameter.fill_(value)
        encoder[0].requires_grad_(False)
    student.momentum_update(encoder_q, encoder_k, 0.75)
    a_quarter = named(encoder_k)
    student.momentum_update(encoder_q, encoder_k, 0.0)
    with torch.no_grad():
        for parameter in encoder_q.parameters():
            parameter.fill_(1.0)
    return {**a_quarter, **{f"{name}, a copy": value for name, value in named(encoder_k).items()}}


def two_pairs() -> tuple[Tensor, Tensor, Tensor]:
    """query (2, 2), key (2, 2) and queue_keys (3, 2), the last of norm 1."""
    return rows((4, 3), (0, 3)), rows((3, 4), (1, 1)), rows((-1, 0), (0.6, -0.8), (0, 1))


@public_check("moco_loss", **LOSS)
def on_two_pairs(student: Student) -> dict:
    """The loss is InfoNCE of each query's own key against the keys of the queue, whatever the norms."""
    query, key, queue_keys = batch = two_pairs()
    loss = student.moco_loss(*batch, 0.5)
    after = state(batch, two_pairs())
    return {
        "the loss": loss,
        "the loss of longer keys": student.moco_loss(query, 10 * key, queue_keys, 0.2),
        "the loss of transposed features": student.moco_loss(*strided(*two_pairs()), 0.2),
        "query, key or queue_keys after the call": after,
    }


@public_check("moco_loss", **LOSS)
def on_features_that_ask_for_gradients(student: Student) -> dict:
    """The gradient reaches the query, and neither the key nor the queue."""
    given = tuple(tensor.double().requires_grad_() for tensor in two_pairs())
    loss = student.moco_loss(*given, 0.5)
    still = all(tensor.requires_grad for tensor in given)
    of_query, of_key, of_queue = gradients(loss, *(tensor.requires_grad_() for tensor in given))
    return {
        "the loss": loss,
        "the gradient of query": of_query,
        "the gradient of key": of_key,
        "the gradient of queue": of_queue,
        "key and queue_keys after the call": "as they were" if still else "changed: they ask for no gradient any more",
    }


@public_check("moco_loss", **LOSS)
def on_one_pair(student: Student) -> dict:
    """One pair and one key in the queue: at temperature 0.005 the loss is 200 times the difference of the cosines."""
    query = rows((3, 4)).requires_grad_()
    loss = student.moco_loss(query, rows((4, 3)), rows((0, 1)), 0.5)
    alone = student.moco_loss(query, rows((0, -5)), torch.zeros(0, 2), 0.5)
    return {
        "the loss": student.moco_loss(rows((3, 4)), rows((0, -5)), rows((0, 1)), 0.005),
        "the loss at temperature 0.5": loss,
        "the gradient of the query": gradients(loss, query)[0],
        "the loss with an empty queue": alone,
        "the graph of the loss with an empty queue": graph(alone),
    }


def filled_linear(*weight: tuple[float, float]) -> nn.Linear:
    """A linear encoder from 2 to 2 features without bias."""
    encoder = nn.Linear(2, 2, bias=False)
    with torch.no_grad():
        encoder.weight.copy_(rows(*weight))
    return encoder


def as_number(loss: float | Tensor | None) -> float:
    """The loss as a number, whatever it came as; what it came as is asked for apart."""
    return float("nan") if loss is None else float(loss.detach() if isinstance(loss, Tensor) else loss)


def kind_of(loss: object) -> str:
    """What the step gave back: one number without a graph, or something else."""
    if isinstance(loss, Tensor) and loss.requires_grad:
        return "a tensor with its graph, which stays in memory as long as the loss"
    if isinstance(loss, float) or (isinstance(loss, Tensor) and loss.dim() == 0):
        return "one number without a graph"
    return f"a tensor of shape {tuple(loss.shape)}" if isinstance(loss, Tensor) else f"a {type(loss).__name__}"


@public_check("moco_step", **STEP)
def take_two_steps(student: Student) -> dict:
    """Loss, update of q, momentum update of k, enqueue: twice, on two pairs, with a queue of 5.

    Before the first step another loss has left gradients on encoder_q.
    """
    encoder_q, encoder_k = filled_linear((1, 0), (0, 1)), filled_linear((0, 1), (1, 0.5))
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=0.5, momentum=0.5)
    encoder_q.weight.grad = torch.ones(2, 2)
    queue = student.MoCoQueue(2, 5)
    queue.enqueue(rows((1, 0), (0, -1), (-3, 4)))
    values: dict[str, Any] = {}
    for step, view in enumerate((rows((3, 4), (2, 0)), rows((1, -1), (0, 3))), start=1):
        loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, view, view + 0.5, 0.75, 0.5)
        values[f"the loss of step {step}"] = as_number(loss)
        values[f"encoder_q after step {step}"] = encoder_q.weight.detach().clone()
        values[f"encoder_k after step {step}"] = encoder_k.weight.detach().clone()
        values[f"the sum of the queue after step {step}"] = queue.keys().detach().sum(dim=0)
    return {**values, "what the step gives back": kind_of(loss)}


@public_check("moco_step", **STEP)
def take_a_step_with_a_frozen_key_encoder(student: Student) -> dict:
    """One pair: encoder_k stays frozen and without a graph, and moves all the same."""
    encoder_q, encoder_k = filled_linear((1, 2), (0, 1)), filled_linear((2, 1), (1, 0))
    encoder_k.requires_grad_(False)
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=1.0)
    queue = student.MoCoQueue(2, 2)
    queue.enqueue(rows((1, 1), (-1, 2)))
    loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, rows((1, 0)), rows((1, 1)), 0.5, 0.25)
    is_frozen = encoder_k.weight.is_leaf and not encoder_k.weight.requires_grad
    return {
        "the loss": as_number(loss),
        "the weight of encoder_k": encoder_k.weight.detach().clone(),
        "encoder_k after the step": "frozen" if is_frozen else "no longer frozen, or with a graph",
    }


class Scaled(nn.Module):
    """Twice its input in training, three times in evaluation; counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.calls = nn.Parameter(torch.eye(2)), 0

    def forward(self, view: Tensor) -> Tensor:
        self.calls += 1
        shift = 2.0 if self.training else 3.0
        return view @ self.weight + shift


@public_check("moco_step", **STEP)
def start_with_an_empty_queue(student: Student) -> dict:
    """With an empty queue the loss is 0, and the rest of the step is done; each encoder is called once, in its mode."""
    encoder_q, encoder_k = Scaled(), Scaled()
    with torch.no_grad():
        encoder_k.weight.mul_(torch.tensor([[0.5, 1.0], [1.0, 2.0]]))
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=0.5, weight_decay=1.0)
    queue, views = student.MoCoQueue(2, 3), (rows((3, 4), (2, 0)), rows((3, 5), (2, 1)))
    loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, *views, 0.5, 0.25)
    untrained = encoder_k.weight.grad is None
    return {
        "the loss with an empty queue": as_number(loss),
        "the weight of encoder_q": encoder_q.weight.detach().clone(),
        "the weight of encoder_k": encoder_k.weight.detach().clone(),
        "the sum of the queue": queue.keys().detach().sum(dim=0),
        "the calls of encoder_q and encoder_k": f"{encoder_q.calls} and {encoder_k.calls}",
        "the gradient on encoder_k": "none" if untrained else "there: only encoder_q is trained",
    }
