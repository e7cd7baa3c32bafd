"""Known mistakes in split_channels."""

import torch

from autograder.suites import mistake


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="l has lost its dimension for channels: an index drops it, a slice (lab[:, :1]) keeps it.",
)
def l_without_its_dimension(lab):
    return lab[:, 0], lab[:, 1:]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="The two results are exchanged: first l, then ab.",
)
def results_exchanged(lab):
    return lab[:, 1:], lab[:, :1]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You take the last channel for L. Lab is in this order: L, a, b.",
)
def last_channel_for_l(lab):
    return lab[:, 2:], lab[:, :2]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You split after two channels: L and a together, and b. chunk(2) does so with three channels.",
)
def split_after_two(lab):
    return lab.chunk(2, dim=1)


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You split the batch, not the channels: they are in dimension 1.",
)
def batch_split(lab):
    return lab[:1], lab[1:]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You take the channels to be in the last dimension. Here they are in dimension 1.",
)
def channels_taken_to_be_last(lab):
    return lab[..., :1], lab[..., 1:]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="l is the mean of all three channels. Lightness is a channel of its own, L.",
)
def mean_of_the_channels(lab):
    return lab.mean(dim=1, keepdim=True), lab[:, 1:]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You scale the channels. They come back as they are.",
)
def scaled(lab):
    return lab[:, :1] / 100, lab[:, 1:] / 110


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="a and b are exchanged.",
)
def a_and_b_exchanged(lab):
    return lab[:, :1], lab[:, [2, 1]]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="ab holds L as well: begin with channel 1. A half that sees what it is to predict learns to copy.",
)
def all_channels_for_ab(lab):
    return lab[:, :1], lab


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="b is missing: the end of a slice does not belong to it.",
)
def b_missing(lab):
    return lab[:, 0:1], lab[:, 1:2]


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You made (B, 2, H, W) by a reshape of channels in the last dimension, which mixes pixels. Slice, or permute.",
)
def reshaped(lab):
    batch, _, height, width = lab.shape
    return lab[:, :1], lab[:, 1:].permute(0, 2, 3, 1).reshape(batch, 2, height, width)


@mistake(
    "test_one_image_float64_other_memory_and_a_gpu_work",
    says="l and ab are always float32. Keep the dtype of lab.",
)
def always_float32(lab):
    return lab[:, :1].float(), lab[:, 1:].float()


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="squeeze drops every dimension of size 1: that of l's channel, and with one image the batch.",
)
def squeezed(lab):
    return lab[:, :1].squeeze(), lab[:, 1:].squeeze()


@mistake(
    "test_one_image_float64_other_memory_and_a_gpu_work",
    says="You bring the channels to the processor. They stay where lab is.",
)
def brought_to_the_processor(lab):
    return lab[:, :1].cpu(), lab[:, 1:].cpu()


@mistake(
    "test_lightness_comes_first_and_color_after_it",
    says="You scale the caller's lightness in place. lab stays as it was.",
)
def lab_changed(lab):
    l, ab = lab[:, :1], lab[:, 1:]  # noqa: E741
    given = l.clone(), ab.clone()
    l.div_(100)
    return given


@mistake(
    "test_one_image_float64_other_memory_and_a_gpu_work",
    says="numpy works on the processor only: images on a GPU raise an error in .numpy(). A slice is enough.",
)
def numpy_on_the_processor(lab):
    channels = lab.numpy()
    return torch.from_numpy(channels[:, :1].copy()), torch.from_numpy(channels[:, 1:].copy())
