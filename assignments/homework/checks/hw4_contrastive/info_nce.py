"""Public checks of the homework on contrastive learning: cosines, InfoNCE, and what it bounds."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.features import rows

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


def gradients(loss: Tensor, *inputs: Tensor) -> list[Tensor]:
    """What the loss says each input should do; zeros where no path leads to it."""
    if not loss.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    found = torch.autograd.grad(loss, inputs, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


def graph(loss: object) -> str:
    """Whether a loss can be differentiated."""
    return (
        "there" if isinstance(loss, Tensor) and loss.requires_grad else "missing: backward finds nothing to go through"
    )


def state(given: tuple[Tensor, ...], originals: tuple[Tensor, ...]) -> str:
    """What a call has made of the tensors that it was given."""
    for tensor, original in zip(given, originals, strict=True):
        if tensor.shape != original.shape or not torch.equal(tensor.detach(), original):
            return "changed: other numbers stand there than before the call"
        if tensor.requires_grad:
            return "changed: it asks for gradients, and did not before the call"
    return "as it was"


def strided(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The same numbers (rows, columns), column by column in memory."""
    return tuple(tensor.T.contiguous().T for tensor in tensors)


def vectors() -> tuple[Tensor, Tensor]:
    """a (3, 2) with norms 5, 2, 5 and b (2, 2) with norms 1, 10."""
    return rows((3, 4), (0, 2), (-5, 0)), rows((1, 0), (6, 8))


@public_check("cosine_similarity_matrix", **COSINE)
def on_vectors_of_whole_length(student: Student) -> dict:
    """Entry (i, j) is the cosine of the angle between row i of a and row j of b."""
    a, b = vectors()
    similarity = student.cosine_similarity_matrix(a, b)
    return {
        "similarity": similarity,
        "a or b after the call": state((a, b), vectors()),
        "the similarity of transposed vectors": student.cosine_similarity_matrix(*strided(*vectors())),
    }


@public_check("cosine_similarity_matrix", **COSINE)
def on_one_vector(student: Student) -> dict:
    """One vector against one other gives a matrix of shape (1, 1), however short they are."""
    return {
        "similarity": student.cosine_similarity_matrix(rows((3, 0, 4)), rows((0, 0, 7))),
        "the similarity of short ones": student.cosine_similarity_matrix(rows((0.003, 0, 0.004)), rows((0, 0, 0.007))),
    }


@public_check("cosine_similarity_matrix", **COSINE)
def on_float64_vectors(student: Student) -> dict:
    """The result keeps the dtype of the inputs and can be differentiated."""
    a, b = rows((3, 4), (0, 2)).double().requires_grad_(), rows((1, 0), (1, 1)).double().requires_grad_()
    similarity = student.cosine_similarity_matrix(a, b)
    gradient_a, gradient_b = gradients(similarity[0].sum(), a, b)
    return {"similarity": similarity, "the gradient of a": gradient_a, "the gradient of b": gradient_b}


def two_queries() -> tuple[Tensor, Tensor, Tensor]:
    """query (2, 2), positive (2, 2), negatives (3, 2)."""
    return rows((3, 4), (0, 2)), rows((4, 3), (0, 5)), rows((-2, 0), (0, 0.5), (6, -8))


@public_check("info_nce", **INFO_NCE)
def on_two_equal_candidates(student: Student) -> dict:
    """When positive and only negative are alike, the loss is that of a guess, log 2; without negatives it is 0."""
    query = rows((1, 0)).requires_grad_()
    loss = student.info_nce(query, rows((1, 3)), rows((2, 6)), 0.5)
    alone = student.info_nce(query, rows((0, 3)), torch.zeros(0, 2), 0.5)
    return {
        "the loss": loss,
        "the gradient of a single query": gradients(loss, query)[0],
        "the loss without negatives": alone,
        "the graph of the loss without negatives": graph(alone),
    }


@public_check("info_nce", **INFO_NCE)
def on_two_queries(student: Student) -> dict:
    """The loss is the mean over the batch of -log softmax, the positive at index 0."""
    batch = two_queries()
    loss = student.info_nce(*batch, 0.5)
    return {
        "the loss": loss,
        "query, positive or negatives after the call": state(batch, two_queries()),
        "the loss at temperature 0.1": student.info_nce(*two_queries(), 0.1),
        "the loss of transposed features": student.info_nce(*strided(*two_queries()), 0.1),
    }


@public_check("info_nce", **INFO_NCE)
def on_an_easy_and_a_hopeless_query(student: Student) -> dict:
    """At temperature 0.005 the loss is finite and right, and so is its gradient; and where no candidate is near."""
    query = rows((1, 2), (1, 0.5)).requires_grad_()
    loss = student.info_nce(query, rows((3, 7), (-2, -1.5)), rows((4, 1.5), (0, -1)), 0.005)
    far = student.info_nce(rows((1, 0)), rows((-1, 9)), rows((-1, 8), (-3, 4)), 0.005)
    return {
        "the loss": loss,
        "a hundredth of the gradient": gradients(loss, query)[0] / 100,
        "the loss with no candidate near": far,
    }


@public_check("info_nce", **INFO_NCE)
def on_features_that_are_trained(student: Student) -> dict:
    """The loss keeps the dtype of the inputs, and its gradient reaches all three of them."""
    features = [tensor.double().requires_grad_() for tensor in two_queries()]
    loss = student.info_nce(*features, 0.5)
    names = ("the gradient of query", "the gradient of positive", "the gradient of negatives")
    return {"the loss": loss, **dict(zip(names, gradients(loss, *features), strict=True))}


def as_number(bound: object) -> object:
    """A float or a 0-d tensor as a float; anything else as words."""
    if isinstance(bound, Tensor):
        return float(bound) if bound.dim() == 0 else f"a tensor of shape {tuple(bound.shape)}"
    return float(bound) if isinstance(bound, float | int) else f"a {type(bound).__name__}"


@public_check("mutual_information_bound", **BOUND)
def on_losses(student: Student) -> dict:
    """The bound is 0 for a guess, log N for a loss of 0, and negative for a loss worse than guessing."""
    losses = {"guess": 2.0794415, "perfect": 0.0, "worse": 3.0, "half known": 1.5}  # log 8 = 2.079
    given = {name: torch.tensor(loss) for name, loss in losses.items()}
    bounds = {
        f"the bound ({name})": as_number(student.mutual_information_bound(loss, 8)) for name, loss in given.items()
    }
    before = tuple(map(torch.tensor, losses.values()))
    return {
        **bounds,
        "the bound of a loss that is a float": as_number(student.mutual_information_bound(1.5, 20)),
        "the loss after the call": state(tuple(given.values()), before),
    }
