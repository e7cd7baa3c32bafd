"""Public checks of the homework on pretext tasks: the split-brain autoencoder."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw3_pretext.handed import gradient_of, scattered, state_of

SPLIT = {
    "think": "which dimension are the channels in, which of them is L, and does it keep its dimension?",
    "read": "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.6",
}
LOSS = {
    "think": "which prediction is compared with what, over how many numbers is each mean, and how are they joined?",
    "read": "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.7",
}
FEATURES = {
    "think": "which dimension holds the features, and whose come first?",
    "read": "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.8",
}


def lab_images(batch: int, height: int, width: int) -> Tensor:
    """Images (B, 3, H, W) whose channel c of image b holds 10 b + c everywhere: 10 b is L."""
    numbers = 10 * torch.arange(1.0, batch + 1)[:, None] + torch.arange(3.0)
    return numbers[:, :, None, None].expand(-1, -1, height, width).contiguous()


@public_check("split_channels", **SPLIT)
def split_two_images(student: Student) -> dict:
    """L is 10 and 20; a is 11 and 21, b is 12 and 22."""
    lab = scattered(lab_images(2, 3, 3))
    lightness, color = student.split_channels(lab)
    after = state_of(lab, lab_images(2, 3, 3))
    return {"l": lightness, "ab": color, "the state of lab after the call": after}


@public_check("split_channels", **SPLIT)
def split_one_pixel(student: Student) -> dict:
    """One image of one pixel gives (1, 1, 1, 1) and (1, 2, 1, 1); in float64."""
    lightness, color = student.split_channels(lab_images(1, 1, 1).double())
    return {"l": lightness, "ab": color}


def filled(channels: int, value: float) -> Tensor:
    """One image (1, channels, 1, 2) that is value all over."""
    return torch.full((1, channels, 1, 2), value)


@public_check("split_brain_loss", **LOSS)
def on_one_image(student: Student) -> dict:
    """The colour is off by 3 everywhere and L by 2: the loss is 9 + 4."""
    return {"loss": student.split_brain_loss(filled(2, 4.0), filled(2, 1.0), filled(1, 3.0), filled(1, 5.0))}


@public_check("split_brain_loss", **LOSS)
def on_predictions_that_are_trained(student: Student) -> dict:
    """a is off by 1 at one of two pixels, L by 1 / 2 everywhere: the loss is 1 / 4 + 1 / 4; both halves learn."""
    ab, lightness = filled(2, 2.0).double(), filled(1, 7.0).double()
    predicted_ab, predicted_l = ab.clone(), (lightness + 0.5).requires_grad_()
    predicted_ab[0, 0, 0, 1] += 1
    predicted_ab.requires_grad_()
    loss = student.split_brain_loss(predicted_ab, ab, predicted_l, lightness)
    if loss.requires_grad:
        loss.sum().backward()
    gradients = {"predicted_ab": predicted_ab, "predicted_l": predicted_l}
    kept = {f"gradient of {name}": torch.zeros_like(x) if x.grad is None else x.grad for name, x in gradients.items()}
    with_l_right = student.split_brain_loss(predicted_ab.detach(), ab, lightness, lightness)
    return {"loss": loss, "loss with L right": with_l_right, **kept}


@public_check("split_brain_loss", **LOSS)
def on_several_images(student: Student) -> dict:
    """Three images, each compared with its own: the colour is right, L is off by 1, 2 and 3; then all is right."""
    ab, lightness = torch.arange(12.0).reshape(3, 2, 1, 2), torch.tensor([10.0, 30, 70])[:, None, None, None]
    lightness = lightness.expand(3, 1, 1, 2)
    off = torch.tensor([1.0, 2, 3])[:, None, None, None]
    predicted_l = lightness.clone().requires_grad_()
    right = student.split_brain_loss(ab, ab, predicted_l, lightness)
    return {
        "loss": student.split_brain_loss(scattered(ab), ab, scattered(lightness + off), lightness),
        "loss with all right": right,
        "gradient of predicted_l with all right": gradient_of(right, predicted_l),
    }


@public_check("split_brain_features", **FEATURES)
def join_vectors(student: Student) -> dict:
    """(1, 2) and (3, 4) make (1, 2, 3, 4), image by image."""
    f1, f2 = torch.tensor([[1.0, 2], [5, 6]]), torch.tensor([[3.0, 4], [7, 8]])
    return {"features": student.split_brain_features(f1, f2)}


@public_check("split_brain_features", **FEATURES)
def join_maps(student: Student) -> dict:
    """Maps with 2 channels each make maps with 4 channels and the same pixels; in float64."""
    maps = torch.arange(32.0).reshape(2, 4, 2, 2).double()
    return {"features": student.split_brain_features(maps[:, :2], maps[:, 2:])}


@public_check("split_brain_features", **FEATURES)
def join_and_train(student: Student) -> dict:
    """A gradient goes back to both halves, of 1 and 2 numbers for one image."""
    f1, f2 = torch.tensor([[5.0]]).requires_grad_(), torch.tensor([[1.0, 2]]).requires_grad_()
    features = student.split_brain_features(f1, f2)
    weighted = features * torch.tensor([1.0, 2, 3])
    gradients = {"gradient of f1": gradient_of(weighted, f1), "gradient of f2": gradient_of(weighted, f2)}
    return {"features": features, **gradients}
