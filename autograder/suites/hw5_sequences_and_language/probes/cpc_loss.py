"""Probes of cpc_loss."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_cpc import draw_sequences
from .inputs_given import look_after, prepare, strided

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


def of_one_number() -> Batch:
    """z and c (3, 2, 1) and W (1, 1, 1): the shortest sequences that there are."""
    return draw_sequences(760, 3, 2, (1, 1), most=1)


def long_sequences() -> Batch:
    """z (2, 259, 2), c (2, 259, 3) and W (1, 2, 3)."""
    return draw_sequences(770, 2, 259, (2, 3), most=1)


def many_sequences() -> Batch:
    """z (131, 3, 2), c (131, 3, 3) and W (2, 2, 3)."""
    return draw_sequences(780, 131, 3, (2, 3), most=2)


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
    }


def look_in_one_sequence(student):
    return {word: student.cpc_loss(*one_sequence(), word) for word in ("batch", "all")}


def look_at_one_number(student):
    return {word: student.cpc_loss(*of_one_number(), word) for word in ("batch", "all")}


def look_far(student):
    return {"batch": student.cpc_loss(*long_sequences()), "all": student.cpc_loss(*long_sequences(), "all")}


def look_among_many(student):
    return {"batch": student.cpc_loss(*many_sequences()), "all": student.cpc_loss(*many_sequences(), "all")}


def look_in_another_order(student):
    """The numbers lie in memory in another order; then all steps of a sequence have the same context."""
    z, c, matrices = strided(*look_three_steps_ahead())
    return {
        "batch": student.cpc_loss(z, c, matrices),
        "all": student.cpc_loss(z, c, matrices, "all"),
        "batch_of_expanded": student.cpc_loss(z, c[:, :1].expand(c.shape), matrices),
        "all_of_expanded": student.cpc_loss(z, c[:, :1].expand(c.shape), matrices, "all"),
    }


def with_twins() -> Batch:
    """As above, but two sequences have the same features at a step, and so have two steps of two others."""
    z, c, matrices = look_three_steps_ahead()
    z[1, 3], z[3, 5] = z[0, 3], z[2, 4]
    return z, c, matrices


def differentiate(student):
    """Gradients at scores of ordinary size, in float64."""
    seen = {}
    for word in ("batch", "all"):
        z, c, matrices = (given.double().requires_grad_() for given in with_twins())
        found = find_gradients(student.cpc_loss(z, c, matrices, word), {"z": z, "c": c, "W": matrices})
        seen |= {f"{name}_among_{word}": gradient for name, gradient in found.items()}
    return seen


def leave_inputs(student):
    given = prepare(*look_three_steps_ahead())
    return {"loss": student.cpc_loss(*given), **look_after(given)}


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


def on_a_gpu(student):
    return on_gpu(student, look_as_far_as_can_be)
