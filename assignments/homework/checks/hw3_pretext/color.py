"""Public checks of the homework on pretext tasks: colour."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw3_pretext.handed import dtype_of, gradient_of, scattered, state_of

QUANTIZE = {
    "think": "how far is a pixel's colour from each center, and at which place is its answer?",
    "read": "Zhang et al. (colorization), 2016, section 2.1; notebook section 7.1",
}
SOFT_ENCODE = {
    "think": "which classes get a weight, how does it fall with their distance, and what do all of a pixel's sum to?",
    "read": "Zhang et al. (colorization), 2016, section 2.1; notebook section 7.2",
}
REBALANCING = {
    "think": "what is mixed with what, what becomes of the mixture, and under what is the mean 1?",
    "read": "Zhang et al. (colorization), 2016, eq. 4; notebook section 7.3",
}
COLORIZATION_LOSS = {
    "think": "which classes count in a pixel's cross entropy, which one says its weight, and what is divided by what?",
    "read": "Zhang et al. (colorization), 2016, eq. 2 and 3; notebook section 7.4",
}
ANNEALED_MEAN = {
    "think": "what does the temperature divide, what sums to 1, and over what is the mean?",
    "read": "Zhang et al. (colorization), 2016, eq. 5; notebook section 7.5",
}


def row_of_colors(*colors: tuple[float, float]) -> Tensor:
    """One image of one row, (1, 2, 1, W)."""
    return torch.tensor(colors, dtype=torch.float32).T[None, :, None].contiguous()


def pixels(*rows: Sequence[float]) -> Tensor:
    """One image of one row, (1, Q, 1, W): one list for each pixel, with a number for each class."""
    return torch.tensor(rows, dtype=torch.float32).T[None, :, None].contiguous()


@public_check("quantize_ab", **QUANTIZE)
def quantize_four_colors(student: Student) -> dict:
    """Of (0, 0), (30, 0) and (0, 40), (20, 3) is nearest to the second, (3, 25) to the third, (-90, 9) to the first."""
    ab, centers = row_of_colors((20, 3), (3, 25), (-90, 9), (18, 18)), torch.tensor([[0.0, 0], [30, 0], [0, 40]])
    classes = student.quantize_ab(ab, centers)
    return {
        "the classes": classes,
        "the state of ab after the call": state_of(ab, row_of_colors((20, 3), (3, 25), (-90, 9), (18, 18))),
        "the state of centers after the call": state_of(centers, torch.tensor([[0.0, 0], [30, 0], [0, 40]])),
    }


@public_check("quantize_ab", **QUANTIZE)
def quantize_along_a_line(student: Student) -> dict:
    """As the crow flies, (0, 0) is nearer to (6, 6), 8.5 away, than to (0, 10), and nearer to that than to (8, 8)."""
    ab = row_of_colors((0, 0))
    return {
        "the class between (0, 10) and (6, 6)": student.quantize_ab(ab, torch.tensor([[0.0, 10], [6, 6]])),
        "the class between (0, 10) and (8, 8)": student.quantize_ab(ab, torch.tensor([[0.0, 10], [8, 8]])),
    }


@public_check("quantize_ab", **QUANTIZE)
def quantize_where_pixels_are(student: Student) -> dict:
    """An image of 3 x 2 pixels, float64, each one on a center: the classes are 0 1 / 2 2 / 1 0, long."""
    centers = torch.tensor([[10.0, 10], [-20, -20], [50, 50]]).double()
    ab = centers[torch.tensor([[0, 1], [2, 2], [1, 0]])].permute(2, 0, 1)[None].contiguous()  # (1, 2, 3, 2)
    classes = student.quantize_ab(ab, centers)
    return {"the classes": classes, "the dtype of the classes": dtype_of(classes)}


@public_check("quantize_ab", **QUANTIZE)
def quantize_close_and_many(student: Student) -> dict:
    """Centers that are half a unit apart, then 300 of them; of two colours that do not lie in one piece of memory."""
    ab = scattered(row_of_colors((0.3, 0), (149.4, 0)))
    return {
        "the classes of three": student.quantize_ab(ab, torch.tensor([[0.0, 0], [0.5, 0], [1, 0]])),
        "the classes of 300": student.quantize_ab(ab, torch.arange(300)[:, None] * torch.tensor([0.5, 0])),
    }


@public_check("soft_encode_ab", **SOFT_ENCODE)
def soft_encode_two_of_three(student: Student) -> dict:
    """With k = 2, a colour that is 50 away from two centers has 1/2 of each, and nothing of a third, 72 away."""
    ab, centers = row_of_colors((30, 40), (80, 60)), torch.tensor([[90.0, 80], [0, 0], [60, 0]])
    code = student.soft_encode_ab(ab, centers, 2, 25.0)
    return {
        "the code": code,
        "the state of ab after the call": state_of(ab, row_of_colors((30, 40), (80, 60))),
        "the state of centers after the call": state_of(centers, torch.tensor([[90.0, 80], [0, 0], [60, 0]])),
    }


@public_check("soft_encode_ab", **SOFT_ENCODE)
def soft_encode_a_tie(student: Student) -> dict:
    """Of three classes that are equally near, two have 1/2 each with k = 2, whichever; not in one piece of memory."""
    ab, centers = scattered(row_of_colors((0, 0))), scattered(torch.tensor([[3.0, 4], [-5, 0], [0, 5], [8, 8]]))
    code = student.soft_encode_ab(ab, centers, 2, 6.0)
    return {"the code, sorted,": code.sort(dim=1).values}


@public_check("soft_encode_ab", **SOFT_ENCODE)
def soft_encode_one_sigma_away(student: Student) -> dict:
    """Classes 0, sigma and 2 sigma away weigh 1 : exp(-1/2) : exp(-2), in float64."""
    centers = torch.tensor([[8.0, 10], [8, 0], [8, 5]]).double()
    return {"the code": student.soft_encode_ab(row_of_colors((8, 0), (8, 10)).double(), centers, 3, 5.0)}


@public_check("soft_encode_ab", **SOFT_ENCODE)
def soft_encode_far_away(student: Student) -> dict:
    """Far from all centers too, two that are equally far have 1/2 each; with k = 1 the nearest has 1."""
    ab, centers = row_of_colors((0, 0)), torch.tensor([[60.0, 80], [-110, 0], [-80, 60]])
    return {
        "the code with k = 3": student.soft_encode_ab(ab, centers, 3, 2.0),
        "the code with k = 1": student.soft_encode_ab(ab + 20, centers, 1, 2.0),
    }


@public_check("class_rebalancing", **REBALANCING)
def rebalance_four_classes(student: Student) -> dict:
    """Prior 1/2, 1/2, 0, 0 and lam = 1/2 mix to 3/8, 3/8, 1/8, 1/8: weights 1, 1, 3, 3. With lam = 1/5: 1, 1, 9, 9."""
    prior = torch.tensor([0.5, 0.5, 0, 0])
    weights = student.class_rebalancing(prior, 0.5)
    return {
        "the weights": weights,
        "the weights with lam = 1/5": student.class_rebalancing(scattered(torch.tensor([0.5, 0.5, 0, 0])), 0.2),
        "the weights of one class": student.class_rebalancing(torch.ones(1), 0.5),
        "the state of the prior after the call": state_of(prior, torch.tensor([0.5, 0.5, 0, 0])),
    }


@public_check("class_rebalancing", **REBALANCING)
def rebalance_two_classes(student: Student) -> dict:
    """Prior 3/4, 1/4: the rare class weighs more, but their mean over pixels is 1; lam = 1 makes all weights 1."""
    prior = torch.tensor([0.75, 0.25]).double()
    weights = student.class_rebalancing(prior, 0.5)
    mean = (prior * weights).sum()
    return {"the weights": weights, "their mean": mean, "with lam = 1": student.class_rebalancing(prior, 1.0)}


@public_check("colorization_loss", **COLORIZATION_LOSS)
def colorization_of_even_logits(student: Student) -> dict:
    """Equal logits cost log 2 whatever the target; two images of one pixel, of weights 1 and 3, cost 2 log 2."""
    logits, weights = torch.zeros(2, 2, 1, 1), torch.tensor([1.0, 3.0])
    target = torch.tensor([[0.75, 0.25], [0.25, 0.75]])[:, :, None, None]
    loss = student.colorization_loss(scattered(logits), scattered(target), weights)
    return {"the loss": loss, "the state of weights after the call": state_of(weights, torch.tensor([1.0, 3.0]))}


@public_check("colorization_loss", **COLORIZATION_LOSS)
def colorization_and_its_pull(student: Student) -> dict:
    """Three pixels of different weight; each logit is pulled by its probability less its target, in float64."""
    rows = [0.0, math.log(3), 0], [2, 0, 1], [1, -1, 0]
    logits = pixels(*rows).double().requires_grad_()
    target = pixels([0.2, 0, 0.8], [0.5, 0.3, 0.2], [0.1, 0.6, 0.3]).double()
    loss = student.colorization_loss(logits * 1, target, torch.tensor([0.5, 2, 4]).double())
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.sum().backward()
    return {"the loss": loss, "the pull": torch.zeros_like(logits) if logits.grad is None else logits.grad}


@public_check("colorization_loss", **COLORIZATION_LOSS)
def colorization_when_certain(student: Student) -> dict:
    """Logits 200 and -200, and a target of 1/4 and 3/4: the loss is 3/4 of 400."""
    logits, target = pixels([200.0, -200, 0]).requires_grad_(), pixels([0.25, 0.75, 0])
    loss = student.colorization_loss(logits, target, torch.ones(3))
    after = state_of(logits, pixels([200.0, -200, 0]).requires_grad_())
    return {"the loss": loss, "the pull": gradient_of(loss, logits), "the state of logits after the call": after}


@public_check("annealed_mean", **ANNEALED_MEAN)
def anneal_three_to_one(student: Student) -> dict:
    """Probabilities 3/4 and 1/4 of (40, 0) and (20, 80) give (35, 20); at temperature 1/2 they are 9/10 and 1/10."""
    logits, centers = pixels([math.log(3), 0]), torch.tensor([[40.0, 0], [20, 80]])
    mean = student.annealed_mean(logits, centers, 1.0)
    return {
        "the colour": mean,
        "the colour at temperature 1/2": student.annealed_mean(pixels([math.log(3), 0]), centers, 0.5),
        "the state of logits after the call": state_of(logits, pixels([math.log(3), 0])),
        "the state of centers after the call": state_of(centers, torch.tensor([[40.0, 0], [20, 80]])),
    }


@public_check("annealed_mean", **ANNEALED_MEAN)
def anneal_an_image(student: Student) -> dict:
    """Three classes, two pixels beside each other, float64, any memory: each pixel has its own distribution."""
    logits = scattered(pixels([0.0, 2, 1], [1, -1, 0]).double())
    return {"the colours": student.annealed_mean(logits, torch.tensor([[10.0, 1], [-30, 2], [20, -5]]).double(), 2.0)}


@public_check("annealed_mean", **ANNEALED_MEAN)
def anneal_to_one_color(student: Student) -> dict:
    """At temperature 0.005 the class with the largest logit decides, high or low as they are; two share if they tie."""
    logits, centers = pixels([4.5, 5, 4.75], [-20, -24, -22], [3, 1, 3]), torch.tensor([[10.0, 1], [-30, 2], [20, -5]])
    return {"the colours": student.annealed_mean(logits, centers, 0.005)}
