"""Public checks of the homework on contrastive learning: InfoNCE, and the parts of MoCo."""

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check

COSINE = {
    "think": "over which dimension is the norm of one feature vector taken, and is each vector divided by its own?",
    "read": "SimCLR (Chen et al., 2020), section 2.1; notebook section 1.1",
}
INFO_NCE = {
    "think": "which 1 + K candidates does each query choose from, and which one of them is the right answer?",
    "read": "CPC (van den Oord et al., 2018), eq. 4; notebook section 1.2",
}
BOUND = {
    "think": "what is the loss of a model that guesses among N candidates, and how much does it then know?",
    "read": "CPC (van den Oord et al., 2018), section 2.3; notebook section 1.3",
}
MOMENTUM = {
    "think": "which encoder follows which, how far does it move, and which of its parameters does your loop reach?",
    "read": "MoCo (He et al., 2020), eq. 2; notebook section 2.1",
}
QUEUE = {
    "think": "if the keys came one by one, which of them would be in the queue now, and where would the next one go?",
    "read": "MoCo (He et al., 2020), section 3.2; notebook section 2.2",
}
LOSS = {
    "think": "which candidate is the right one, who are the others, and whom does this loss train?",
    "read": "MoCo (He et al., 2020), eq. 1 and algorithm 1; notebook section 2.3",
}
STEP = {
    "think": "what has already changed at the moment you compute each thing?",
    "read": "MoCo (He et al., 2020), algorithm 1; notebook section 2.4",
}


def rows(*values: tuple[float, ...]) -> Tensor:
    """Feature vectors (number of values, D), one a row."""
    return torch.tensor(values, dtype=torch.float32)


def gradients(loss: Tensor, *inputs: Tensor) -> list[Tensor]:
    """What the loss says each input should do; zeros where no path leads to it."""
    if not loss.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    found = torch.autograd.grad(loss, inputs, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


@public_check("cosine_similarity_matrix", **COSINE)
def on_vectors_of_whole_length(student: Student) -> dict:
    """Entry (i, j) is the cosine of the angle between row i of a and row j of b."""
    a, b = rows((3, 4), (0, 2), (-5, 0)), rows((1, 0), (6, 8))  # norms 5, 2, 5 and 1, 10
    return {"similarity": student.cosine_similarity_matrix(a, b), "a_unchanged": bool(a[0, 1] == 4)}


@public_check("cosine_similarity_matrix", **COSINE)
def on_one_vector(student: Student) -> dict:
    """One vector against one other gives a matrix of shape (1, 1)."""
    return {"similarity": student.cosine_similarity_matrix(rows((3, 0, 4)), rows((0, 0, 7)))}


@public_check("cosine_similarity_matrix", **COSINE)
def on_float64_vectors(student: Student) -> dict:
    """The result keeps the dtype of the inputs and can be differentiated."""
    a, b = rows((3, 4), (0, 2)).double().requires_grad_(), rows((1, 0), (1, 1)).double().requires_grad_()
    similarity = student.cosine_similarity_matrix(a, b)
    gradient_a, gradient_b = gradients(similarity[0].sum(), a, b)
    return {"similarity": similarity, "gradient_a": gradient_a, "gradient_b": gradient_b}


def two_queries() -> tuple[Tensor, Tensor, Tensor]:
    """query (2, 2), positive (2, 2), negatives (3, 2)."""
    return rows((3, 4), (0, 2)), rows((4, 3), (0, 5)), rows((-2, 0), (0, 0.5), (6, -8))


@public_check("info_nce", **INFO_NCE)
def on_two_equal_candidates(student: Student) -> dict:
    """When the positive and the only negative are alike, the loss is that of a guess, log 2."""
    return {"loss": student.info_nce(rows((1, 0)), rows((0, 3)), rows((0, 2)), 0.5)}


@public_check("info_nce", **INFO_NCE)
def on_two_queries(student: Student) -> dict:
    """The loss is the mean over the batch of -log softmax, the positive at index 0."""
    query, positive, negatives = two_queries()
    loss = student.info_nce(query, positive, negatives, 0.5)
    return {
        "loss": loss,
        "query_unchanged": bool(query[0, 1] == 4),
        "loss_at_0.1": student.info_nce(*two_queries(), 0.1),
    }


@public_check("info_nce", **INFO_NCE)
def on_an_easy_and_a_hopeless_query(student: Student) -> dict:
    """At temperature 0.005 the loss is finite and right, and so is its gradient."""
    query = rows((1, 2), (1, 0.5)).requires_grad_()
    loss = student.info_nce(query, rows((3, 7), (-2, -1.5)), rows((4, 1.5), (0, -1)), 0.005)
    return {"loss": loss, "gradient / 100": gradients(loss, query)[0] / 100}


@public_check("info_nce", **INFO_NCE)
def on_features_that_are_trained(student: Student) -> dict:
    """The loss keeps the dtype of the inputs, and its gradient reaches all three of them."""
    features = [tensor.double().requires_grad_() for tensor in two_queries()]
    loss = student.info_nce(*features, 0.5)
    names = ("gradient_of_query", "gradient_of_positive", "gradient_of_negatives")
    return {"loss": loss, **dict(zip(names, gradients(loss, *features), strict=True))}


@public_check("mutual_information_bound", **BOUND)
def on_losses(student: Student) -> dict:
    """The bound is 0 for a guess, log N for a loss of 0, and negative for a loss worse than guessing."""
    losses = {"guess": 2.0794415, "perfect": 0.0, "worse": 3.0, "half_known": 1.5}  # log 8 = 2.079
    return {name: float(student.mutual_information_bound(torch.tensor(loss), 8)) for name, loss in losses.items()}


def filled_encoder(weight: float, bias: float, scale: float) -> nn.Module:
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
    return {
        **named(encoder_k),
        "q_unchanged": all(map(torch.equal, encoder_q.parameters(), filled_encoder(8.0, 4.0, 2.0).parameters())),
        "q_trainable": all(parameter.requires_grad for parameter in encoder_q.parameters()),
        "k_same_objects": all(old is new for old, new in zip(parameters, encoder_k.parameters(), strict=True)),
    }


@public_check("momentum_update", **MOMENTUM)
def update_twice(student: Student) -> dict:
    """Updates add up, and leave no graph on encoder_k."""
    encoder_q, encoder_k = filled_encoder(1.0, 1.0, 3.0), filled_encoder(5.0, 3.0, 1.0)
    student.momentum_update(encoder_q, encoder_k, 0.5)
    student.momentum_update(encoder_q, encoder_k, 0.5)
    return {**named(encoder_k), "no_graph": all(parameter.is_leaf for parameter in encoder_k.parameters())}


def numbered_keys(first: int, last: int) -> Tensor:
    """Keys number first ... last of 12, (last - first + 1, 2): key n points to n o'clock and has norm n."""
    numbers = torch.arange(first, last + 1, dtype=torch.float32)
    angle = 2 * torch.pi * numbers / 12
    return numbers[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)


def hours(keys: Tensor) -> str:
    """The numbers of the keys in order, whichever slots they are kept in."""
    if keys.dim() != 2 or keys.shape[1] != 2:
        return f"a tensor of shape {tuple(keys.shape)}"
    found = [round(float(torch.atan2(*key)) * 6 / torch.pi - 1) % 12 + 1 if key.norm() > 0 else 0 for key in keys]
    return "keys " + ", ".join(map(str, sorted(found))) if found else "no key"


@public_check("MoCoQueue", **QUEUE)
def enqueue_pairs(student: Student) -> dict:
    """In a queue of 3, pairs of keys come in and the oldest make room, also at the end of the memory."""
    queue = student.MoCoQueue(2, 3)
    held = {"the new queue": hours(queue.keys())}
    for last in (2, 4, 6, 8):
        queue.enqueue(numbered_keys(last - 1, last))
        held[f"the queue after key {last}"] = hours(queue.keys())
    return held


@public_check("MoCoQueue", **QUEUE)
def enqueue_large_batches(student: Student) -> dict:
    """A batch may fill the queue exactly or be larger than it: its last keys stay."""
    queue, held = student.MoCoQueue(2, 3), {}
    for first, last in ((1, 3), (4, 4), (5, 9), (10, 10)):
        queue.enqueue(numbered_keys(first, last))
        held[f"the queue of 3 after key {last}"] = hours(queue.keys())
    return held


@public_check("MoCoQueue", **QUEUE)
def enqueue_an_encoders_output(student: Student) -> dict:
    """Keys are kept with norm 1 and without a graph; the caller's tensor stays its own."""
    queue, source = student.MoCoQueue(2, 4), rows((3, 4), (0, 2)).requires_grad_()
    keys = source * 1.0  # like an encoder's output, the result of an operation
    queue.enqueue(keys)
    stored = queue.keys()
    unchanged = bool(torch.equal(keys, source))
    keys.detach().zero_()
    return {
        "the sum of the kept keys": stored.detach().sum(dim=0),
        "kept without a graph": not stored.requires_grad,
        "input unchanged": unchanged,
        "the sum after the caller's tensor was reused": queue.keys().detach().sum(dim=0),
    }


@public_check("MoCoQueue", **QUEUE)
def restore(student: Student) -> dict:
    """A state_dict brings the queue back in another one, which then goes on where the first one was."""
    queue, fresh = student.MoCoQueue(2, 3), student.MoCoQueue(2, 3)
    for last in (2, 4):
        queue.enqueue(numbered_keys(last - 1, last))
    fresh.load_state_dict(queue.state_dict())
    held = {"the restored queue": hours(fresh.keys())}
    fresh.enqueue(numbered_keys(5, 5))
    return {**held, "the restored queue after one more key": hours(fresh.keys())}


def two_pairs() -> tuple[Tensor, Tensor, Tensor]:
    """query (2, 2), key (2, 2) and queue_keys (3, 2), the last of norm 1."""
    return rows((4, 3), (0, 3)), rows((3, 4), (1, 1)), rows((-1, 0), (0.6, -0.8), (0, 1))


@public_check("moco_loss", **LOSS)
def on_two_pairs(student: Student) -> dict:
    """The loss is InfoNCE of each query's own key against the keys of the queue, whatever the norms."""
    query, key, queue_keys = two_pairs()
    loss = student.moco_loss(query, key, queue_keys, 0.5)
    unchanged = bool(query[0, 0] == 4 and key[0, 0] == 3)
    return {
        "loss": loss,
        "loss of longer keys": student.moco_loss(query, 10 * key, queue_keys, 0.2),
        "unchanged": unchanged,
    }


@public_check("moco_loss", **LOSS)
def on_features_that_ask_for_gradients(student: Student) -> dict:
    """The gradient reaches the query, and neither the key nor the queue."""
    query, key, queue_keys = (tensor.double().requires_grad_() for tensor in two_pairs())
    loss = student.moco_loss(query, key, queue_keys, 0.5)
    of_query, of_key, of_queue = gradients(loss, query, key, queue_keys)
    return {"loss": loss, "gradient of query": of_query, "gradient of key": of_key, "gradient of queue": of_queue}


@public_check("moco_loss", **LOSS)
def on_one_pair(student: Student) -> dict:
    """One pair and one key in the queue, at temperature 0.005: the loss is 200 times the difference of the cosines."""
    return {"loss": student.moco_loss(rows((3, 4)), rows((0, -5)), rows((0, 1)), 0.005)}


def filled_linear(*weight: tuple[float, float]) -> nn.Module:
    """A linear encoder from 2 to 2 features without bias."""
    encoder = nn.Linear(2, 2, bias=False)
    with torch.no_grad():
        encoder.weight.copy_(rows(*weight))
    return encoder


def as_number(loss: float | Tensor | None) -> float:
    """The loss as a number, whatever it came as; that it is a float is asked for apart."""
    return float("nan") if loss is None else float(loss.detach() if isinstance(loss, Tensor) else loss)


@public_check("moco_step", **STEP)
def take_two_steps(student: Student) -> dict:
    """Loss, update of q, momentum update of k, enqueue: twice, on two pairs, with a queue of 5."""
    encoder_q, encoder_k = filled_linear((1, 0), (0, 1)), filled_linear((0, 1), (1, 0.5))
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=0.5, momentum=0.5)
    queue = student.MoCoQueue(2, 5)
    queue.enqueue(rows((1, 0), (0, -1), (-3, 4)))
    values = {}
    for step, view in enumerate((rows((3, 4), (2, 0)), rows((1, -1), (0, 3))), start=1):
        loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, view, view + 0.5, 0.75, 0.5)
        values[f"loss {step}"] = as_number(loss)
        values[f"encoder_q after step {step}"] = encoder_q.weight.detach().clone()
        values[f"encoder_k after step {step}"] = encoder_k.weight.detach().clone()
        values[f"the sum of the queue after step {step}"] = queue.keys().detach().sum(dim=0)
    return {**values, "the loss is a float": isinstance(loss, float)}


@public_check("moco_step", **STEP)
def take_a_step_with_a_frozen_key_encoder(student: Student) -> dict:
    """One pair: encoder_k stays frozen and without a graph, and moves all the same."""
    encoder_q, encoder_k = filled_linear((1, 2), (0, 1)), filled_linear((2, 1), (1, 0))
    encoder_k.requires_grad_(False)
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=1.0)
    queue = student.MoCoQueue(2, 2)
    queue.enqueue(rows((1, 1), (-1, 2)))
    loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, rows((1, 0)), rows((1, 1)), 0.5, 0.25)
    return {
        "loss": as_number(loss),
        "encoder_k": encoder_k.weight.detach().clone(),
        "encoder_k still frozen": encoder_k.weight.is_leaf and not encoder_k.weight.requires_grad,
    }
