"""Public checks of the homework on sequences and language: dense descriptors."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw5_sequences_and_language.clip import gradients

LOSS = {
    "think": "which two descriptors does a pair name, what does it cost, and by how many is each kind's sum divided?",
    "read": "Dense Object Nets (Florence et al., 2018), eq. 1 and 2, section 3.2; notebook section 3.1",
}
CORRESPONDENCE = {
    "think": "which picture is searched for what, by which distance, and how long is one of its rows?",
    "read": "Dense Object Nets (Florence et al., 2018), section 3.1; notebook section 3.2",
}


def picture(*channels: list[list[float]]) -> Tensor:
    """Descriptors (D, H, W)."""
    return torch.tensor(channels, dtype=torch.float32)


def pixels(*numbers: tuple[int, ...]) -> Tensor:
    """Pixels by row and column, or pairs of pixels."""
    return torch.tensor(numbers, dtype=torch.long)


def along(lengths: Tensor) -> Tensor:
    """Descriptors (3, H, W) of these lengths (H, W), which all point the same way."""
    return torch.stack([lengths / 3, 2 * lengths / 3, 2 * lengths / 3])


def two_pictures() -> tuple[Tensor, Tensor]:
    """Descriptors (3, 3, 3) each, all in one direction: how far two are apart is the difference of their lengths."""
    first = torch.tensor([[0.0, 5.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    return along(first), along(torch.tensor([[1.0, 5.0, 2.0], [3.0, 10.0, 0.5], [4.0, 6.0, 1.5]]))


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_two_matches(student: Student) -> dict:
    """Matches at distances 2 and 4 cost 4 and 16; a non-match at 5 costs nothing where the margin is 3."""
    matches, non_matches = pixels((1, 0, 0, 2), (0, 1, 0, 0)), pixels((1, 2, 0, 1))
    desc_a, desc_b = two_pictures()
    loss = student.pixelwise_contrastive_loss(desc_a, desc_b, matches, non_matches, 3.0)
    unchanged = bool(torch.equal(desc_a, two_pictures()[0]) and matches[0, 3] == 2)
    return {"the loss": loss, "inputs unchanged": unchanged}


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_non_matches(student: Student) -> dict:
    """With a margin of 3.5, non-matches at distances 1 and 3 cost 6.25 and 0.25, those at 5, 6 and 10 nothing."""
    far = (1, 2, 1, 1), (2, 0, 0, 1), (2, 2, 2, 1)
    pairs = pixels((0, 0, 0, 0), *far, (0, 2, 1, 0)), pixels(*far), torch.zeros(0, 4, dtype=torch.long)
    names = "the loss", "the loss with none within the margin", "the loss without non-matches"
    return {
        name: student.pixelwise_contrastive_loss(*two_pictures(), pixels((1, 1, 1, 2)), non_matches, 3.5)
        for name, non_matches in zip(names, pairs, strict=True)
    }


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_descriptors_that_are_trained(student: Student) -> dict:
    """In float64 the gradients reach both pictures."""
    desc_a, desc_b = (each.double().requires_grad_() for each in two_pictures())
    pairs = pixels((0, 1, 0, 0), (1, 1, 1, 2)), pixels((0, 0, 0, 2), (0, 2, 1, 0), (1, 0, 0, 1))
    loss = student.pixelwise_contrastive_loss(desc_a, desc_b, *pairs, 4.0)
    of_a, of_b = gradients(loss, desc_a, desc_b)
    return {"the loss": loss, "gradient of desc_a": of_a, "gradient of desc_b": of_b}


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_equal_descriptors(student: Student) -> dict:
    """A match and a non-match with equal descriptors cost 0 and margin², 2.25; the gradient is finite."""
    desc = picture([[1.0, 1.0], [2.0, 0.0]]).requires_grad_()
    loss = student.pixelwise_contrastive_loss(
        desc, desc.detach().clone(), pixels((1, 0, 1, 0)), pixels((0, 0, 0, 1)), 1.5
    )
    rounded = round(float(torch.as_tensor(loss).detach()), 2)  # a little may be added under the root
    return {"the loss to two digits": rounded, "gradient is finite": bool(gradients(loss, desc)[0].isfinite().all())}


@public_check("find_correspondence", **CORRESPONDENCE)
def in_a_picture_of_another_size(student: Student) -> dict:
    """In a picture of 2 rows and 4 columns (3, 0, 4) is nearest to itself, and (0, 0, 0) to what is short."""
    desc_a, points = torch.zeros(3, 3, 3), pixels((0, 1), (1, 0))
    desc_a[:, 0, 1] = torch.tensor([3.0, 0.0, 4.0])
    times = torch.tensor([[4.0, 0.5, 2.0, 0.1], [0.8, 3.0, 1.0, 0.4]])
    best, heat = student.find_correspondence(desc_a, torch.stack([3 * times, 0 * times, 4 * times]), points)
    whole, unchanged = not best.is_floating_point(), bool(points[0, 1] == 1 and points[1, 1] == 0)
    return {"best": best, "best is whole": whole, "heat": heat, "points unchanged": unchanged}


@public_check("find_correspondence", **CORRESPONDENCE)
def in_a_picture_of_the_same_size(student: Student) -> dict:
    """The nearest, not the longest nor that of the same direction, for one point, in float64."""
    desc_a, desc_b = picture([[1, 2], [3, 0]], [[1, 0], [4, 0]]), picture([[9, 6], [0, 2]], [[0, 8], [1, 4]])
    best, heat = student.find_correspondence(desc_a.double(), desc_b.double(), pixels((1, 0)))
    return {"best": best, "heat": heat}
