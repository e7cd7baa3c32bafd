"""Public checks of the homework on pretext tasks: video."""

import torch
from torch import Tensor

from homework.checks import Student, public_check

ATTENTION = {
    "think": "with which features is one target place's own multiplied, and which of the weights then sum to 1?",
    "read": "Vondrick et al. (colorizing videos), 2018, eq. 2; notebook section 8.1",
}
COPY = {
    "think": "what does one place of the target frame take, from which places of which frames, and how much of each?",
    "read": "Vondrick et al. (colorizing videos), 2018, eq. 1; notebook section 8.2",
}
LOSS = {
    "think": "which probability of each pixel counts, and what is its logarithm when it is nothing?",
    "read": "Vondrick et al. (colorizing videos), 2018, section 3.2; notebook section 8.3",
}
LABELS = {
    "think": "which weights of one target place are kept, what do they sum to then, and what are they weights of?",
    "read": "Vondrick et al. (colorizing videos), 2018, section 3.4; notebook section 8.4",
}
POINTS = {
    "think": "which place of the target frame looks most at the point's place in the point's frame?",
    "read": "Vondrick et al. (colorizing videos), 2018, section 4.3; notebook section 8.5",
}


def frame_with_dot(row: int, column: int) -> Tensor:
    """Features (2, 2, 3) of a frame: (1, 0) everywhere but at the dot, which has (0, 1)."""
    frame = torch.zeros(2, 2, 3)
    frame[0] = 1
    frame[:, row, column] = torch.tensor([0.0, 1.0])
    return frame


def dot_has_moved() -> Tensor:
    """Attention (1, 2, 3, 1, 2, 3) of places that look at themselves, but for two.

    Row 1, column 0 looks at row 0, column 1, where the dot was; that place now looks at its neighbour on the right.
    """
    attention = torch.eye(6).reshape(2, 3, 2, 3)
    attention[1, 0], attention[0, 1] = 0, 0
    attention[1, 0, 0, 1] = attention[0, 1, 0, 2] = 1
    return attention[None, :, :, None]


def two_places(*weights: tuple[float, float, float, float]) -> Tensor:
    """Attention (1, 1, 2, 2, 1, 2) of two places, each with two weights on the first frame and two on the second."""
    return torch.tensor(weights).reshape(1, 1, 2, 2, 1, 2)


def is_reached(result: Tensor, given: Tensor) -> bool:
    """A gradient comes from the result back to what was given."""
    if not result.requires_grad:
        return False
    return torch.autograd.grad(result.square().sum(), given, retain_graph=True, allow_unused=True)[0] is not None


@public_check("pointer_attention", **ATTENTION)
def look_for_a_dot(student: Student) -> dict:
    """A dot has moved from row 0, column 1 to row 1, column 0, and that place looks at where it was."""
    refs, target = frame_with_dot(0, 1)[None, None], frame_with_dot(1, 0)[None]
    return {"the attention of 2 x 3 places": student.pointer_attention(refs, target, 0.25)}


@public_check("pointer_attention", **ATTENTION)
def look_at_two_frames(student: Student) -> dict:
    """Inner products log 1 ... log 4 give weights of 1/10 ... 4/10, and at half the temperature 1/30 ... 16/30."""
    refs = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).log().reshape(1, 2, 1, 1, 2)
    target = torch.tensor([1.0, -2.0]).reshape(1, 1, 1, 2)
    features = [each.double().requires_grad_() for each in (refs, target)]
    half = student.pointer_attention(*features, 0.5)
    return {
        "the attention at temperature 1": student.pointer_attention(refs, target, 1.0),
        "the attention at temperature 0.5": half,
        "a gradient reaches ref_features": is_reached(half, features[0]),
        "a gradient reaches target_features": is_reached(half, features[1]),
    }


@public_check("pointer_attention", **ATTENTION)
def look_at_a_low_temperature(student: Student) -> dict:
    """At temperature 0.005 the weights are finite, of a place that is near to all others and of one far from all."""
    refs = torch.tensor([1.0, 1.005]).reshape(1, 1, 1, 1, 2)
    target = torch.tensor([1.0, -1.0]).reshape(1, 1, 1, 2)
    return {"the attention at temperature 0.005": student.pointer_attention(refs, target, 0.005)}


@public_check("copy_colors", **COPY)
def copy_a_dot(student: Student) -> dict:
    """The dot's colour, 9, goes with it from row 0, column 1 to row 1, column 0."""
    colors = torch.tensor([[1.0, 9, 2], [3, 4, 5]])[None, None, None]
    return {"the copied colours": student.copy_colors(dot_has_moved(), colors)}


@public_check("copy_colors", **COPY)
def copy_from_two_frames(student: Student) -> dict:
    """In the first video one place takes a quarter of each colour, the other three quarters of one; in float64."""
    attention = torch.cat(
        [two_places((0.25, 0.25, 0.25, 0.25), (0, 0.25, 0.75, 0)), two_places((1, 0, 0, 0), (0, 0, 0, 1))]
    )
    attention = attention.double().requires_grad_()
    colors = torch.tensor([[[0.0, 4], [1, 1]], [[8, 4], [3, 7]]]).double()[None, :, :, None]  # (1, 2, 2, 1, 2)
    copied = student.copy_colors(attention, torch.cat([colors, colors + 10]))
    return {"the copied colours": copied, "a gradient reaches the attention": is_reached(copied, attention)}


@public_check("color_loss", **LOSS)
def lose_a_half_and_a_quarter(student: Student) -> dict:
    """Probabilities 1/2 and 1/4 of the true classes in one image, 1/2 and 1 in the other: log 2, log 4, log 2 and 0."""
    of_pixels = torch.tensor([[[0.5, 0.25, 0.25], [0.25, 0.75, 0]], [[0.5, 0.5, 0], [0, 0, 1.0]]])  # (2, 2, 3)
    copied = of_pixels.movedim(2, 1)[:, :, None].contiguous().requires_grad_()  # (2, 3, 1, 2)
    loss = student.color_loss(copied, torch.tensor([[[0, 0]], [[1, 2]]]))
    return {"the loss": loss, "a gradient reaches what was copied": is_reached(loss, copied)}


@public_check("color_loss", **LOSS)
def lose_next_to_everything(student: Student) -> dict:
    """True classes with probability 0, 0 and 0.000001 cost log 1000000 each, and one with 1 costs nothing."""
    of_true = torch.tensor([0, 0, 1e-6, 1], dtype=torch.float64)
    copied = torch.stack([of_true, 1 - of_true])[None, :, :, None]  # (1, 2, 4, 1)
    return {"the loss": student.color_loss(copied, torch.zeros(1, 4, 1, dtype=torch.long))}


@public_check("propagate_labels", **LABELS)
def move_a_mask(student: Student) -> dict:
    """The dot's mask goes with it from row 0, column 1 to row 1, column 0, and that of another place stays."""
    masks = torch.zeros(1, 1, 2, 2, 3)
    masks[0, 0, 0, 0, 1] = masks[0, 0, 1, 1, 1] = 1
    return {"the masks": student.propagate_labels(dot_has_moved(), masks, 1)}


@public_check("propagate_labels", **LABELS)
def keep_two_of_four_weights(student: Student) -> dict:
    """Of weights 0.5, 0.3, 0.12 and 0.08 in two frames, 0.5 and 0.3 are kept, and count as 5/8 and 3/8; in float64."""
    attention = two_places((0.5, 0.3, 0.12, 0.08), (0.2, 0.15, 0.6, 0.05)).double()
    masks = torch.tensor([[[1.0, 0.4], [0.2, 0]], [[0.8, 0.6], [0, 0.3]]]).double()[None, :, :, None]  # (1, 2, 2, 1, 2)
    return {f"the masks by {k} weights": student.propagate_labels(attention.clone(), masks, k) for k in (1, 2, 4)}


@public_check("propagate_keypoints", **POINTS)
def move_a_point(student: Student) -> dict:
    """The dot goes from row 0, column 1 to row 1, column 0; a point at row 1, column 2 stays."""
    return {"the places": student.propagate_keypoints(dot_has_moved(), torch.tensor([[[0, 0, 1], [0, 1, 2]]]))}


@public_check("propagate_keypoints", **POINTS)
def move_points_of_two_frames(student: Student) -> dict:
    """In the first video one place looks most at both points of the first frame, the other at those of the second."""
    one, other = (0.5, 0.3, 0.05, 0.15), (0.1, 0.2, 0.3, 0.4)
    attention = torch.cat([two_places(one, other), two_places(other, one)])
    points = torch.tensor([[[0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1]]]).expand(2, -1, -1)
    places = student.propagate_keypoints(attention, points)
    return {"the places": places, "they are long": getattr(places, "dtype", None) == torch.long}
