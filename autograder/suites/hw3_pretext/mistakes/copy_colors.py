"""Known mistakes in copy_colors."""

import torch

from autograder.suites import mistake


def _copy(attention, ref_colors):
    return torch.einsum("bijtkl,btckl->bcij", attention, ref_colors)


@mistake(
    "test_colors_move_with_what_they_belong_to",
    says="You sum over the target's places, so colours go the other way. Each target place sums over reference places.",
)
def summed_over_the_target(attention, ref_colors):
    return torch.einsum("bijtkl,btcij->bckl", attention, ref_colors)


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="You take the mean over frames, as if each had weights that sum to 1. They sum to 1 over all frames together, "
    "so add the frames up.",
)
def frames_averaged(attention, ref_colors):
    return _copy(attention, ref_colors) / ref_colors.shape[1]


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="Each frame's weights are scaled to sum to 1, and the frames are averaged. So a frame in which the place is "
    "not found counts as much as one in which it is.",
)
def frames_scaled_and_averaged(attention, ref_colors):
    return _copy(attention / attention.sum(dim=(4, 5), keepdim=True), ref_colors) / ref_colors.shape[1]


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="Only the first reference frame is used. The attention has weights for all of them.",
)
def only_the_first_frame(attention, ref_colors):
    return _copy(attention[:, :, :, :1], ref_colors[:, :1])


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="Only the last reference frame is used. The attention has weights for all of them.",
)
def only_the_last_frame(attention, ref_colors):
    return _copy(attention[:, :, :, -1:], ref_colors[:, -1:])


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="You average the colours over the frames first. Each frame's colours need that frame's weights.",
)
def colors_averaged_over_frames(attention, ref_colors):
    return _copy(attention.sum(dim=3, keepdim=True), ref_colors.mean(dim=1, keepdim=True))


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="The frames of the attention meet those of the colours in reverse order.",
)
def frames_reversed(attention, ref_colors):
    return _copy(attention, ref_colors.flip(1))


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="Each place copies the colour of the one place it looks at most. Copy the mean under all of its weights.",
)
def only_the_best_place(attention, ref_colors):
    best = attention.flatten(3).argmax(dim=3).flatten(1)[:, None]  # (B, 1, H W)
    colors = ref_colors.transpose(1, 2).flatten(2)  # (B, C, T H W)
    copied = colors.gather(2, best.expand(-1, colors.shape[1], -1))
    return copied.reshape(*colors.shape[:2], *attention.shape[1:3])


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="A softmax is taken of weights that are a softmax already, which makes them nearly equal.",
)
def softmax_again(attention, ref_colors):
    return _copy(attention.flatten(3).softmax(dim=3).view_as(attention), ref_colors)


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="You take the plain mean of the weighted colours. The weights already sum to 1: take the sum.",
)
def mean_of_weighted_colors(attention, ref_colors):
    return _copy(attention, ref_colors) / attention[0, 0, 0].numel()


@mistake(
    "test_colors_move_with_what_they_belong_to",
    says="Rows and columns of the reference frames are mixed up: weights and colours are put in a row differently.",
)
def references_column_by_column(attention, ref_colors):
    return _copy(attention.transpose(4, 5).reshape(attention.shape), ref_colors)


@mistake(
    "test_colors_move_with_what_they_belong_to",
    says="Rows and columns of the new frame are mixed up: H comes before W, as in the attention.",
)
def target_column_by_column(attention, ref_colors):
    copied = _copy(attention, ref_colors)
    return copied.transpose(2, 3).reshape(copied.shape)


@mistake(
    "test_colors_move_with_what_they_belong_to",
    says="The new frame has its rows and columns exchanged, (B, C, W, H). H comes first.",
)
def rows_and_columns_exchanged(attention, ref_colors):
    return _copy(attention, ref_colors).transpose(2, 3)


@mistake(
    "test_colors_move_with_what_they_belong_to",
    says="The channels come last. A frame has the shape (C, H, W), so they come before the rows.",
)
def channels_last(attention, ref_colors):
    return torch.einsum("bijtkl,btckl->bijc", attention, ref_colors)


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="A reshape has torn the colours apart: the channels are to be moved out of the way before places stand in a "
    "row.",
)
def reshaped_without_moving_the_channels(attention, ref_colors):
    videos, frames, channels, height, width = ref_colors.shape
    colors = ref_colors.reshape(videos, frames * height * width, channels)
    copied = attention.flatten(3).flatten(1, 2) @ colors  # (B, H W, C)
    return copied.transpose(1, 2).reshape(videos, channels, height, width)


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="A reshape has torn the result apart: (B, H W, C) needs C moved forward before it becomes (B, C, H, W).",
)
def result_reshaped(attention, ref_colors):
    copied = torch.einsum("bijtkl,btckl->bijc", attention, ref_colors)
    return copied.reshape(len(copied), -1, *attention.shape[1:3])


@mistake(
    "test_colors_are_mixed_by_the_weights",
    says="The videos of the batch are mixed: the first video's attention is used for all.",
)
def attention_of_the_first_video(attention, ref_colors):
    return _copy(attention[:1].expand_as(attention), ref_colors)


@mistake(
    "test_colors_move_with_what_they_belong_to",
    says="Each place takes the colours of its own row and column, wherever it looks. Take those of where it looks.",
)
def colors_of_the_same_place(attention, ref_colors):
    return torch.einsum("bijtkl,btcij->bcij", attention, ref_colors)


@mistake(
    "test_other_sizes_float64_and_gradients_work",
    says="No gradient reaches the attention: detach, no_grad, numpy or item() has cut the graph.",
)
def without_a_graph(attention, ref_colors):
    return _copy(attention.detach(), ref_colors)


@mistake(
    "test_other_sizes_float64_and_gradients_work",
    says="The result is made in float32 whatever comes in. Keep the dtype of the inputs.",
)
def always_float32(attention, ref_colors):
    return _copy(attention.float(), ref_colors.float())


@mistake(
    "test_other_sizes_float64_and_gradients_work",
    says="squeeze drops every dimension of size 1, so a single video, channel or place comes without its shape.",
)
def squeezed(attention, ref_colors):
    return _copy(attention, ref_colors).squeeze()


@mistake(
    "test_it_works_on_a_gpu",
    says="You put the colours into a tensor of the processor. On a GPU: attention.new_zeros(…).",
)
def copied_on_the_processor(attention, ref_colors):
    copied = torch.einsum("bijtkl,btckl->bcij", attention, ref_colors)
    result = torch.zeros(copied.shape, dtype=copied.dtype)
    for video, own in enumerate(copied):
        result[video] = own
    return result


@mistake(
    "test_other_sizes_float64_and_gradients_work",
    says="view wants numbers that lie in memory in one piece, in the order of the dimensions. reshape takes any.",
)
def view_of_the_attention(attention, ref_colors):
    videos, height, width = attention.shape[:3]
    looks = attention.view(videos, height * width, -1)
    colors = ref_colors.transpose(1, 2).reshape(videos, ref_colors.shape[2], -1)
    return (colors @ looks.transpose(1, 2)).reshape(videos, -1, height, width)


@mistake(
    "test_other_sizes_float64_and_gradients_work",
    says="You scale the attention in place. The caller needs it as it was.",
)
def attention_changed(attention, ref_colors):
    with torch.no_grad():
        attention /= attention.sum(dim=(3, 4, 5), keepdim=True) * 2
    return 2 * torch.einsum("bijtkl,btckl->bcij", attention, ref_colors)
