"""Probes of pixelwise_contrastive_loss."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_dense import draw_descriptors, draw_pixels, number
from .inputs_given import look_after, prepare, strided

Batch = tuple[Tensor, Tensor, Tensor, Tensor, float]


def square_pictures() -> Batch:
    """Two pictures (3, 4, 4), four matches, six non-matches, of which some are closer than the margin."""
    matches = number((0, 3, 1, 2), (2, 1, 3, 0), (3, 2, 0, 1), (1, 0, 2, 3))
    non_matches = number((0, 1, 3, 2), (3, 0, 1, 3), (2, 3, 0, 2), (1, 2, 2, 0), (0, 2, 1, 0), (3, 1, 2, 1))
    return draw_descriptors(310, 3, 4, 4), draw_descriptors(311, 3, 4, 4), matches, non_matches, 2.5


def on_square_pictures(student):
    return {"loss": student.pixelwise_contrastive_loss(*square_pictures())}


def leave_inputs(student):
    *given, margin = square_pictures()
    prepare(*given)
    loss = student.pixelwise_contrastive_loss(*given, margin)
    return {"loss": loss, **look_after(given)}


def in_another_order(student):
    """The numbers lie in memory in another order; then the second picture has the same descriptor everywhere."""
    *given, margin = square_pictures()
    desc_a, desc_b, *pairs = strided(*given)
    same = desc_b[:, :1, :1].clone().expand(desc_b.shape)
    return {
        "loss": student.pixelwise_contrastive_loss(desc_a, desc_b, *pairs, margin),
        "loss_of_expanded": student.pixelwise_contrastive_loss(desc_a, same, *pairs, margin),
    }


def wide_pictures() -> Batch:
    """Two pictures (2, 3, 5), two matches, four non-matches."""
    matches, non_matches = (
        number((2, 4, 1, 0), (0, 3, 2, 2)),
        number((1, 3, 0, 4), (2, 0, 1, 4), (0, 1, 2, 3), (1, 4, 1, 1)),
    )
    return draw_descriptors(312, 2, 3, 5), draw_descriptors(313, 2, 3, 5), matches, non_matches, 2.0


def on_wide_pictures(student):
    return {"loss": student.pixelwise_contrastive_loss(*wide_pictures())}


MARGIN = 1.2
MATCHES = number((0, 1, 1, 1), (1, 2, 3, 3), (0, 0, 1, 0), (2, 3, 2, 1))
OTHER_MATCHES = number((0, 0, 2, 2), (3, 1, 3, 2))
HARD = number((0, 1, 1, 1), (1, 2, 3, 0), (2, 2, 2, 3))  # closer than the margin, about half of it or nearly 0 apart
OTHER_HARD = number((1, 1, 2, 0))
EASY = number((0, 0, 3, 2), (3, 3, 0, 1), (0, 2, 3, 3), (1, 0, 3, 3))  # about twice the margin apart, or more


def symmetric_picture() -> Tensor:
    """(3, 4, 4): descriptors of pixels d diagonals apart are about d / 2 apart; row and column may be exchanged."""
    place = torch.arange(4.0)
    picture = 0.04 * draw(314, 3, 4, 4)
    picture[0] += (place[:, None] + place[None]) / 4
    return picture + picture.transpose(1, 2)


def on_one_picture(student):
    """The picture against itself: which pixel of a pair is in which picture, and by what order, makes no difference."""

    def loss(matches: Tensor, *non_matches: Tensor) -> Tensor:
        picture = symmetric_picture()
        return student.pixelwise_contrastive_loss(picture, picture.clone(), matches, torch.cat(non_matches), MARGIN)

    return {
        "loss": loss(MATCHES, HARD),
        "loss_of_other_matches": loss(OTHER_MATCHES, HARD),
        "loss_of_one": loss(MATCHES, HARD[:1]),
        "loss_of_another": loss(MATCHES, OTHER_HARD),
        "loss_with_easy_ones": loss(MATCHES, EASY, HARD, EASY[1:]),
        "loss_with_hard_ones_twice": loss(MATCHES, HARD, HARD),
    }


def on_the_margin(student):
    """Two non-matches, one half the margin apart and one exactly the margin, where every root is exact; float64."""
    corners = torch.tensor([0.5, -0.5, 0.5, -0.5], dtype=torch.float64)[:, None, None]  # at distance 1 from 0
    desc_a, desc_b = torch.zeros(4, 1, 2, dtype=torch.float64), torch.cat([corners, corners / 2], dim=2)
    match, hard, exact = number((0, 0, 0, 0)), number((0, 1, 0, 1)), number((0, 1, 0, 0))
    return {
        "loss": student.pixelwise_contrastive_loss(desc_a, desc_b, match, hard, 1.0),
        "loss_with_the_exact_one": student.pixelwise_contrastive_loss(
            desc_a, desc_b, match, torch.cat([hard, exact]), 1.0
        ),
    }


def on_easy_non_matches(student):
    picture = symmetric_picture().requires_grad_()
    loss = student.pixelwise_contrastive_loss(picture, symmetric_picture(), MATCHES, EASY, MARGIN)
    return {"loss": loss, **find_gradients(loss, {"picture": picture})}


def on_no_non_matches(student):
    picture, none = symmetric_picture(), torch.zeros(0, 4, dtype=torch.long)
    return {"loss": student.pixelwise_contrastive_loss(picture, picture.clone(), MATCHES, none, MARGIN)}


def differentiate(student):
    desc_a, desc_b, *pairs = square_pictures()
    desc_a.requires_grad_()
    desc_b.requires_grad_()
    loss = student.pixelwise_contrastive_loss(desc_a, desc_b, *pairs)
    return find_gradients(loss, {"desc_a": desc_a, "desc_b": desc_b})


def coincident_pairs() -> Batch:
    """Two pictures (3, 3, 3): the first match has equal descriptors, and so has the first non-match."""
    desc_a, desc_b = draw_descriptors(315, 3, 3, 3), draw_descriptors(316, 3, 3, 3)
    desc_b[:, 2, 0], desc_b[:, 0, 1] = desc_a[:, 0, 0], desc_a[:, 1, 2]
    matches, non_matches = number((0, 0, 2, 0), (2, 1, 1, 0)), number((1, 2, 0, 1), (0, 2, 1, 1), (1, 0, 2, 2))
    return desc_a, desc_b, matches, non_matches, 2.5


def on_coincident_pairs(student):
    desc_a, desc_b, *pairs = coincident_pairs()
    desc_a.requires_grad_()
    desc_b.requires_grad_()
    loss = student.pixelwise_contrastive_loss(desc_a, desc_b, *pairs)
    return {"loss": loss, **find_gradients(loss, {"desc_a": desc_a, "desc_b": desc_b})}


def one_of_each() -> Batch:
    """Pictures (1, 2, 2) with one number a pixel, one match and one non-match, close together."""
    desc_a, desc_b = torch.tensor([[[0.5, -1.0], [2.0, 0.0]]]), torch.tensor([[[1.0, 3.0], [-0.5, 1.5]]])
    return desc_a, desc_b, number((0, 1, 1, 0)), number((1, 0, 1, 1)), 1.25


def three_of_all() -> Batch:
    """Pictures (3, 3, 3), three matches, three non-matches."""
    matches, non_matches = (
        number((0, 1, 2, 0), (1, 2, 0, 1), (2, 2, 1, 0)),
        number((0, 2, 1, 1), (2, 0, 0, 1), (1, 0, 2, 1)),
    )
    return draw_descriptors(317, 3, 3, 3), draw_descriptors(318, 3, 3, 3), matches, non_matches, 3.0


def draw_pairs(seed: int, count: int) -> Tensor:
    """Pairs (count, 4) of pixels of two pictures of 3 by 301, of which a fifth comes twice."""
    pairs = torch.cat([draw_pixels(at, count, 3, 301) for at in (seed, seed + 1)], dim=1)
    return torch.cat([pairs[: count - count // 5], pairs[: count // 5]])


def large_pictures() -> Batch:
    """Two pictures (2, 3, 301), more matches than non-matches."""
    return (
        draw_descriptors(323, 2, 3, 301),
        draw_descriptors(324, 2, 3, 301),
        draw_pairs(319, 307),
        draw_pairs(321, 260),
        1.5,
    )


def on_other_sizes(student):
    return {
        "loss_of_one_of_each": student.pixelwise_contrastive_loss(*one_of_each()),
        "loss_of_three_of_all": student.pixelwise_contrastive_loss(*three_of_all()),
        "loss_of_large_pictures": student.pixelwise_contrastive_loss(*large_pictures()),
    }


def in_float64(student):
    desc_a, desc_b, *pairs = square_pictures()
    return {"loss": student.pixelwise_contrastive_loss(desc_a.double(), desc_b.double(), *pairs)}


def far_and_near() -> dict[str, Batch]:
    """Descriptors hundreds apart; all within a large margin; all equal, where a non-match costs the margin squared."""
    desc_a, desc_b, matches, non_matches, _ = square_pictures()
    return {
        "far": (300 * desc_a, 300 * desc_b, matches, non_matches, 700.0),
        "all_hard": (desc_a, desc_b, matches, non_matches, 40.0),
        "all_equal": (torch.ones(3, 4, 4), torch.ones(3, 4, 4), matches, non_matches, 0.5),
    }


def on_far_and_near(student):
    return {name: student.pixelwise_contrastive_loss(*batch) for name, batch in far_and_near().items()}


def on_a_gpu(student):
    return on_gpu(student, in_another_order)
