"""Public checks of the homework on pretext tasks: video."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw3_pretext.handed import dtype_of, gradient_of, scattered, state_of

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


def many_looks(videos: int, height: int, width: int, frames: int) -> Tensor:
    """Attention (B, H, W, T, H, W) whose weights all differ, and which does not lie in memory in one piece."""
    numbers = torch.arange(1.0, 1 + videos * frames * (height * width) ** 2) * 2.399
    looks = numbers.sin().reshape(videos, height, width, -1).mul(2).softmax(dim=3)
    return scattered(looks.reshape(videos, height, width, frames, height, width))


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
        "the gradient of ref_features": gradient_of(half.square(), features[0]),
        "the gradient of target_features": gradient_of(half.square(), features[1]),
    }


@public_check("pointer_attention", **ATTENTION)
def look_at_a_low_temperature(student: Student) -> dict:
    """At temperature 0.005 the weights are finite, of a place that is near to all others and of one far from all."""
    refs = torch.tensor([1.0, 1.005]).reshape(1, 1, 1, 1, 2)
    target = torch.tensor([1.0, -1.0]).reshape(1, 1, 1, 2)
    return {"the attention at temperature 0.005": student.pointer_attention(refs, target, 0.005)}


@public_check("pointer_attention", **ATTENTION)
def look_at_many_frames(student: Student) -> dict:
    """Two videos of five frames, 3 x 2 places, in any place in memory; what was given stays as it is."""
    refs, target = torch.arange(1.0, 181), torch.arange(1.0, 37)
    before = refs.mul(0.7).sin().reshape(2, 5, 3, 3, 2), target.sin().reshape(2, 3, 3, 2)
    given = [scattered(each) for each in before]
    return {
        "the attention": student.pointer_attention(*given, 0.7),
        "the state of ref_features after the call": state_of(given[0], before[0]),
        "the state of target_features after the call": state_of(given[1], before[1]),
    }


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
    gradient = gradient_of(copied * torch.tensor([1.0, -2.0]), attention)
    gradient = gradient - gradient.mean(dim=(3, 4, 5), keepdim=True)
    return {"the copied colours": copied, "the gradient of the attention, less its mean at each place,": gradient}


@public_check("copy_colors", **COPY)
def copy_from_many_frames(student: Student) -> dict:
    """One video of three frames, 3 x 2 places, four colour classes, in any place in memory; all stays as it is."""
    attention, colors = many_looks(1, 3, 2, 3), scattered(torch.arange(72.0).cos().reshape(1, 3, 4, 3, 2))
    before = attention.clone(), colors.clone()
    return {
        "the copied colours": student.copy_colors(attention, colors),
        "the state of attention after the call": state_of(attention, before[0]),
        "the state of ref_colors after the call": state_of(colors, before[1]),
    }


@public_check("color_loss", **LOSS)
def lose_a_half_and_a_quarter(student: Student) -> dict:
    """Probabilities 1/2 and 1/4 of the true classes in one image, 1/2 and 1 in the other: log 2, log 4, log 2 and 0."""
    of_pixels = torch.tensor([[[0.5, 0.25, 0.25], [0.25, 0.75, 0]], [[0.5, 0.5, 0], [0, 0, 1.0]]])  # (2, 2, 3)
    copied = of_pixels.movedim(2, 1)[:, :, None].contiguous().requires_grad_()  # (2, 3, 1, 2)
    loss = student.color_loss(copied, torch.tensor([[[0, 0]], [[1, 2]]]))
    return {"the loss": loss, "the gradient of what was copied": gradient_of(loss, copied)}


@public_check("color_loss", **LOSS)
def lose_next_to_everything(student: Student) -> dict:
    """True classes with probability 0 and 1e-7 cost log 1000000, and one with 1 nothing; the gradient is finite."""
    of_true = torch.tensor([0, 0, 1e-7, 1], dtype=torch.float64)
    before = torch.stack([of_true, 1 - of_true])[None, :, :, None]  # (1, 2, 4, 1)
    copied, classes = scattered(before), torch.zeros(1, 4, 1, dtype=torch.long)
    loss, after = student.color_loss(copied, classes), state_of(copied, before)
    trained = before.clone().requires_grad_()
    gradient = gradient_of(student.color_loss(trained, classes), trained)
    return {"the loss": loss, "the gradient of what was copied": gradient, "the state of copied after the call": after}


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


@public_check("propagate_labels", **LABELS)
def keep_two_where_one_has_all(student: Student) -> dict:
    """Of weights 1, 0, 0 and 0 the first has all, also if two or three count; not in one piece of memory."""
    before = two_places((0.5, 0.15, 0.1, 0.25), (1, 0, 0, 0))
    attention, masks = scattered(before), torch.tensor([[[1.0, 0], [0, 0.5]]])[:, :, None, None]  # (1, 2, 1, 1, 2)
    return {
        "the masks by two weights": student.propagate_labels(attention, masks, 2),
        "the masks by three weights": student.propagate_labels(attention, masks, 3),
        "the state of attention after the call": state_of(attention, before),
    }


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
    return {"the places": places, "the dtype of the places": dtype_of(places)}


@public_check("propagate_keypoints", **POINTS)
def follow_points_of_two_videos(student: Student) -> dict:
    """Two videos of two frames, 2 x 3 places, each with its own three points: row and column of who looks most."""
    attention = many_looks(2, 2, 3, 2)
    points = torch.tensor([[[0, 1, 2], [1, 0, 1], [1, 1, 0]], [[1, 0, 2], [0, 0, 0], [0, 1, 1]]])
    before = attention.clone(), points.clone()
    return {
        "the places": student.propagate_keypoints(attention, points),
        "the state of attention after the call": state_of(attention, before[0]),
        "the state of points after the call": state_of(points, before[1]),
    }
