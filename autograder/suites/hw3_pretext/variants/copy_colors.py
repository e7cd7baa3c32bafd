"""Right answers to copy_colors in other styles."""

import torch


def matrices(attention, ref_colors):
    """Places in a row, one product of matrices a video."""
    videos, height, width = attention.shape[:3]
    colors = ref_colors.permute(0, 1, 3, 4, 2).reshape(videos, -1, ref_colors.shape[2])  # (B, T H W, C)
    copied = torch.bmm(attention.reshape(videos, height * width, -1), colors)  # (B, H W, C)
    return copied.permute(0, 2, 1).reshape(videos, -1, height, width)


def colors_on_the_left(attention, ref_colors):
    """(C, T H W) times the transposed weights."""
    colors = ref_colors.transpose(1, 2).flatten(2)
    return (colors @ attention.flatten(3).flatten(1, 2).mT).unflatten(2, attention.shape[1:3])


def products_summed(attention, ref_colors):
    """All products by broadcasting, then a sum."""
    return (attention[:, None] * ref_colors.transpose(1, 2)[:, :, None, None]).sum(dim=(4, 5, 6))


def frame_by_frame(attention, ref_colors):
    """One frame after the other is added."""
    copied = 0
    for frame in range(ref_colors.shape[1]):
        copied = copied + torch.einsum("bijkl,bckl->bcij", attention[:, :, :, frame], ref_colors[:, frame])
    return copied


def by_tensordot(attention, ref_colors):
    """tensordot, video by video."""
    videos = zip(attention, ref_colors, strict=True)
    copied = [torch.tensordot(weights, colors, dims=([2, 3, 4], [0, 2, 3])) for weights, colors in videos]
    return torch.stack(copied).permute(0, 3, 1, 2)


def divided_by_the_sum(attention, ref_colors):
    """A weighted mean in the letter: divided by the sum of the weights, which is 1."""
    total = torch.einsum("bijtkl,btckl->bcij", attention, ref_colors)
    return total / attention.sum(dim=(3, 4, 5))[:, None]


def one_place_at_a_time(attention, ref_colors):
    """Loops over videos and places."""
    colors = ref_colors.movedim(2, 1).flatten(2)  # (B, C, T H W)
    videos = [
        torch.stack([torch.stack([(own * weights.flatten()).sum(1) for weights in row]) for row in looks])
        for looks, own in zip(attention, colors, strict=True)
    ]
    return torch.stack(videos).movedim(3, 1)
