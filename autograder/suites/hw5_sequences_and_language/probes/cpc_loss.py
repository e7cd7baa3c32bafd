"""Probes of cpc_loss."""

import torch
from torch import Tensor

from .inputs import draw
from .inputs_cpc import draw_sequences, find_gradients

Batch = tuple[Tensor, Tensor, Tensor]


def look_one_step_ahead() -> Batch:
    """z (3, 4, 5), c (3, 4, 2) and W (1, 5, 2)."""
    return draw_sequences(700, 3, 4, (5, 2), most=1)


def look_three_steps_ahead() -> Batch:
    """z (4, 6, 2), c (4, 6, 3) and W (3, 2, 3)."""
    return draw_sequences(710, 4, 6, (2, 3), most=3)


def as_far_as_can_be() -> Batch:
    """z (2, 4, 3), c (2, 4, 2) and W (3, 3, 2): from the first step to the last."""
    return draw_sequences(720, 2, 4, (3, 2), most=3)


def one_sequence() -> Batch:
    """z (1, 4, 3), c (1, 4, 2) and W (2, 3, 2)."""
    return draw_sequences(730, 1, 4, (3, 2), most=2)


def four_of_all() -> Batch:
    """z and c (4, 4, 4) and W (3, 4, 4), float64."""
    return tuple(given.double() for given in draw_sequences(740, 4, 4, (4, 4), most=3))


def at_every_step_the_same() -> Batch:
    """z and c (3, 4, 3), W (2, 3, 3), with scores in the hundreds: neither steps nor directions make a difference.

    For the first sequence the right candidate is the worst one by far, for the other two the best.
    """
    vectors = 16 * torch.eye(3) + draw(750, 3, 3) / 10
    steps = vectors[:, None].expand(3, 4, 3)
    return steps.clone(), steps.clone(), torch.diag(torch.tensor([-1.0, 1.0, 1.0])).expand(2, 3, 3).clone()


def compare_with_the_batch(student):
    one, three = look_one_step_ahead(), look_three_steps_ahead()
    return {"one_step": student.cpc_loss(*one), "three_steps": student.cpc_loss(*three)}


def compare_with_all(student):
    one, three = look_one_step_ahead(), look_three_steps_ahead()
    return {"one_step": student.cpc_loss(*one, negatives="all"), "three_steps": student.cpc_loss(*three, "all")}


def look_as_far_as_can_be(student):
    return {"batch": student.cpc_loss(*as_far_as_can_be()), "all": student.cpc_loss(*as_far_as_can_be(), "all")}


def guess(student):
    """All scores are 0; then there is nothing to choose from."""
    z, c, matrices = look_three_steps_ahead()
    return {
        "batch": student.cpc_loss(z, c, 0 * matrices, "batch"),
        "all": student.cpc_loss(z, c, 0 * matrices, "all"),
        "one_sequence": student.cpc_loss(*one_sequence(), "batch"),
    }


def compare_four_of_all(student):
    words = ("".join(letters) for letters in ("batch", "all"))  # equal to the words of the contract, and not the same
    return {word: student.cpc_loss(*four_of_all(), word) for word in words}


def at_large_scores(student):
    """Losses and gradients; those of z and of c in one, as both are equal and the same at every step."""
    z, c, matrices = (given.requires_grad_() for given in at_every_step_the_same())
    loss = student.cpc_loss(z, c, matrices)
    seen = {"batch": loss, "all": student.cpc_loss(*at_every_step_the_same(), "all")}
    gradients = find_gradients(loss, {"z": z, "c": c, "W": matrices})
    seen |= {f"reaches_{name}": f"gradient_of_{name}" in gradients for name in ("z", "c", "W")}
    return {**seen, **fold(**gradients)} if len(gradients) == 3 else seen


def fold(gradient_of_z: Tensor, gradient_of_c: Tensor, gradient_of_W: Tensor) -> dict[str, Tensor]:
    """Summed so that it is all one at which step a thing is, and which of z and c it is."""
    both, matrix = (gradient_of_z + gradient_of_c).sum(dim=1), gradient_of_W.sum(dim=0)
    return {"gradient_of_both": both, "gradient_of_matrix": matrix + matrix.T}
