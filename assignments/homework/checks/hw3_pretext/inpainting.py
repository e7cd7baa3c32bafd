"""Public checks of the homework on pretext tasks: hidden boxes, and the error on what was hidden."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw3_pretext.handed import dtype_of, gradient_of, scattered, state_of

MASK = {
    "think": "which of a box's four numbers count rows and which columns, and what does a hidden pixel show?",
    "read": "context encoders (Pathak et al., 2016), section 3.3; notebook section 6.1",
}
LOSS = {
    "think": "which numbers did the network have to paint, how many are they, and what becomes of each error?",
    "read": "context encoders (Pathak et al., 2016), eq. 1; notebook section 6.2",
}


def numbered_pixels(batch: int, channels: int) -> Tensor:
    """Images (B, C, 3, 4): pixel (row, column) of image b, channel c holds 100 (b + 1) + 10 row + column + c / 2."""
    sizes = (batch, channels, 3, 4)
    image, channel, row, column = torch.meshgrid(*(torch.arange(float(size)) for size in sizes), indexing="ij")
    return 100 * (image + 1) + 10 * row + column + channel / 2


@public_check("mask_regions", **MASK)
def hide_two_boxes(student: Student) -> dict:
    """Two rows and one column of the first image are hidden, one row and three columns of the second."""
    images, boxes = numbered_pixels(2, 2), torch.tensor([[1, 2, 2, 1], [0, 1, 1, 3]])
    masked, mask = student.mask_regions(images, boxes, torch.tensor([-1.0, -2.0]))
    return {
        "masked": masked,
        "mask": mask,
        "the dtype of the mask": dtype_of(mask),
        "the state of images after the call": state_of(images, numbered_pixels(2, 2)),
    }


@public_check("mask_regions", **MASK)
def hide_a_corner(student: Student) -> dict:
    """The last two rows and columns of one image are hidden; in float64, and not in one piece of memory."""
    images, fill = scattered(numbered_pixels(1, 1).double()), torch.tensor([0.5], dtype=torch.float64)
    masked, mask = student.mask_regions(images, torch.tensor([[1, 2, 2, 2]]), fill)
    return {"masked": masked, "mask": mask}


def painted() -> tuple[Tensor, Tensor, Tensor]:
    """Three images (3, 2, 1, 3) of zeros: one pixel of the first is hidden, all of the second, none of the third."""
    prediction = torch.tensor([[[[3.0, 9, 9]], [[1, 9, 9]]], [[[-2, 0, 0]], [[0, 0, 0]]], [[[9, 9, 9]], [[9, 9, 9]]]])
    mask = torch.tensor([[True, False, False], [True, True, True], [False, False, False]])[:, None, None]
    return prediction, torch.zeros_like(prediction), mask


@public_check("inpainting_loss", **LOSS)
def on_four_hidden_pixels(student: Student) -> dict:
    """Eight numbers were hidden, and painted 3, 1, -2 and five times 0, where all should be 0: the loss is 14 / 8."""
    return {"loss": student.inpainting_loss(*painted())}


@public_check("inpainting_loss", **LOSS)
def on_a_prediction_that_is_trained(student: Student) -> dict:
    """Hidden numbers are pulled towards the image, all others are not pulled at; in float64."""
    prediction, images, mask = painted()
    source = prediction.double().requires_grad_()
    loss = student.inpainting_loss(source * 1, images.double(), mask)
    return {"loss": loss, "gradient": gradient_of(loss, source)}


@public_check("inpainting_loss", **LOSS)
def on_inputs_that_stay(student: Student) -> dict:
    """With one pixel hidden in one image, the loss is its squared error; prediction and mask stay as they are."""
    prediction, images, mask = torch.tensor([[[[5.0, 2.0]]]]), torch.ones(1, 1, 1, 2), torch.tensor([[[[False, True]]]])
    loss = student.inpainting_loss(prediction, images, mask)
    return {
        "loss": loss,
        "the state of the prediction after the call": state_of(prediction, torch.tensor([[[[5.0, 2.0]]]])),
        "the state of the mask after the call": state_of(mask, torch.tensor([[[[False, True]]]])),
    }


@public_check("inpainting_loss", **LOSS)
def on_what_is_painted_rightly(student: Student) -> dict:
    """Where all that was hidden is painted rightly, the loss is 0 and pulls at nothing."""
    images = scattered(torch.arange(12.0).reshape(1, 3, 2, 2))
    prediction, mask = images.clone().requires_grad_(), torch.tensor([[[[True, True], [False, False]]]])
    loss = student.inpainting_loss(prediction, images, mask)
    return {"loss": loss, "gradient": gradient_of(loss, prediction)}
