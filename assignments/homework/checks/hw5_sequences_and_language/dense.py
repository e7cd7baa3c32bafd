"""Public checks of the homework on sequences and language: dense descriptors."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw5_sequences_and_language.given import changes, gradients, turned

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
    given = *two_pictures(), matches.clone(), non_matches.clone()
    loss = student.pixelwise_contrastive_loss(*given, 3.0)
    changed = changes(given, (*two_pictures(), matches, non_matches))
    strided = student.pixelwise_contrastive_loss(*map(turned, given), 3.0)
    return {
        "the loss": loss,
        **changed,
        "the loss of inputs that lie in memory in another order": strided,
    }


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_wide_pictures(student: Student) -> dict:
    """In pictures of 2 rows and 3 columns with one number a pixel, a match costs 9 and a non-match 0.25."""
    desc_a, desc_b = picture([[0, 1, 2], [3, 4, 5]]), picture([[0, 10, 20], [7, 6.5, 50]])
    loss = student.pixelwise_contrastive_loss(desc_a, desc_b, pixels((1, 1, 1, 0)), pixels((1, 2, 1, 1)), 2.0)
    return {"the loss": loss}


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_the_margin(student: Student) -> dict:
    """A non-match that is exactly the margin apart costs nothing, and is not counted beside one that costs 1/4."""
    corners = torch.tensor([0.5, -0.5, 0.5, -0.5]).double()[
        :, None, None
    ]  # at distance 1 from 0, also if 1e-6 is added
    desc_a, desc_b = torch.zeros(4, 1, 2).double(), torch.cat([corners, corners / 2], dim=2)
    pairs = pixels((0, 0, 0, 0)), pixels((0, 1, 0, 1), (0, 1, 0, 0))
    return {"the loss": student.pixelwise_contrastive_loss(desc_a, desc_b, *pairs, 1.0)}


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_non_matches(student: Student) -> dict:
    """With a margin of 3.5, non-matches at distances 1 and 3 cost 6.25 and 0.25, those at 5, 6 and 10 nothing."""
    far = (1, 2, 1, 1), (2, 0, 0, 1), (2, 2, 2, 1)
    one, other = (0, 0, 0, 0), (0, 2, 1, 0)
    pairs = pixels(one, *far, other), pixels(one, one, other), pixels(*far), torch.zeros(0, 4, dtype=torch.long)
    names = (
        "the loss",
        "the loss with a non-match twice",
        "the loss with none within the margin",
        "the loss without non-matches",
    )
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
    return {"the loss": loss, "the gradient of desc_a": of_a, "the gradient of desc_b": of_b}


@public_check("pixelwise_contrastive_loss", **LOSS)
def on_equal_descriptors(student: Student) -> dict:
    """A match and a non-match with equal descriptors cost 0 and margin², 2.25; the gradient is finite."""
    desc = picture([[1.0, 1.0], [2.0, 0.0]]).requires_grad_()
    loss = student.pixelwise_contrastive_loss(
        desc, desc.detach().clone(), pixels((1, 0, 1, 0)), pixels((0, 0, 0, 1)), 1.5
    )
    rounded = round(float(torch.as_tensor(loss).detach()), 2)  # a little may be added under the root
    broken = not gradients(loss, desc)[0].isfinite().all()
    return {"the loss, to two digits,": rounded, "“the gradient is NaN or infinite”": broken}


@public_check("find_correspondence", **CORRESPONDENCE)
def in_a_picture_of_another_size(student: Student) -> dict:
    """In a picture of 2 rows and 4 columns (3, 0, 4) is nearest to itself, and (0, 0, 0) to what is short."""
    desc_a, points = torch.zeros(3, 3, 3), pixels((0, 1), (1, 0))
    desc_a[:, 0, 1] = torch.tensor([3.0, 0.0, 4.0])
    times = torch.tensor([[4.0, 0.5, 2.0, 0.1], [0.8, 3.0, 1.0, 0.4]])
    given = desc_a.clone(), torch.stack([3 * times, 0 * times, 4 * times]), points.clone()
    before = tuple(each.clone() for each in given)
    best, heat = student.find_correspondence(*given)
    strided = student.find_correspondence(*map(turned, before))
    return {
        "best": best,
        "“best is not long”": not isinstance(best, Tensor) or best.dtype != torch.long,
        "heat": heat,
        **changes(given, before),
        "best of inputs that lie in memory in another order": strided[0],
        "heat of inputs that lie in memory in another order": strided[1],
    }


@public_check("find_correspondence", **CORRESPONDENCE)
def in_the_picture_itself(student: Student) -> dict:
    """Each of 280 pixels finds itself, at a distance of 0 or nearly so; of two pixels that are equal one is found."""
    ramp = torch.linspace(0, 2000, 8 * 7 * 40).sin().reshape(8, 7, 40) * 2
    points = torch.cartesian_prod(torch.arange(7), torch.arange(40))
    best, heat = student.find_correspondence(ramp, ramp.clone(), torch.cat([points, points[:2]]))
    one_of_all, _ = student.find_correspondence(ramp, torch.ones(8, 2, 3), points[:2])
    own = heat[torch.arange(len(points)), points[:, 0], points[:, 1]]
    return {
        "best": best,
        "the shape of best where all pixels are equal": str(tuple(one_of_all.shape)),
        "“the heat holds NaN”": bool(heat.isnan().any()),
        "“some pixel is far from itself”": bool((own > 0.02).any()),
    }


@public_check("find_correspondence", **CORRESPONDENCE)
def in_a_picture_of_the_same_size(student: Student) -> dict:
    """The nearest, not the longest nor that of the same direction, for one point, in float64."""
    desc_a, desc_b = picture([[1, 2], [3, 0]], [[1, 0], [4, 0]]), picture([[9, 6], [0, 2]], [[0, 8], [1, 4]])
    best, heat = student.find_correspondence(desc_a.double(), desc_b.double(), pixels((1, 0)))
    return {"best": best, "heat": heat}
