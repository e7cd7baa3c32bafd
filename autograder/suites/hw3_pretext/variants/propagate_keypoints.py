"""Right answers to propagate_keypoints in other styles."""

import numpy as np
import torch


def one_point_at_a_time(attention, points):
    """Loops, unravel_index."""
    places = torch.zeros(points.shape[0], points.shape[1], 2, dtype=torch.long, device=attention.device)
    for video in range(points.shape[0]):
        for number, (frame, row, column) in enumerate(points[video]):
            looks = attention[video, :, :, frame, row, column]
            places[video, number] = torch.stack(torch.unravel_index(looks.argmax(), looks.shape))
    return places


def number_of_the_reference_place(attention, points):
    """Places in a row on both sides, gathered by the number of the point's place."""
    videos, height, width, frames = attention.shape[:4]
    number = (points[..., 0] * height + points[..., 1]) * width + points[..., 2]  # (B, P)
    looks = attention.reshape(videos, height * width, frames * height * width)
    looks = looks.gather(2, number[:, None, :].expand(-1, height * width, -1))  # (B, H W, P)
    best = looks.argmax(dim=1)
    return torch.stack([torch.div(best, width, rounding_mode="floor"), best.remainder(width)], dim=-1)


def max_column_within_the_max_row(attention, points):
    """The row with the largest weight, and in that row the column."""
    video = torch.arange(points.shape[0], device=points.device)[:, None].expand(points.shape[:2])
    looks = attention.permute(0, 3, 4, 5, 1, 2)[video, points[..., 0], points[..., 1], points[..., 2]]
    row = looks.amax(dim=3).argmax(dim=2)
    own = looks.gather(2, row[..., None, None].expand(-1, -1, 1, looks.shape[3]))[:, :, 0]
    return torch.stack([row, own.argmax(dim=2)], dim=2)


def by_numpy(attention, points):
    """numpy's unravel_index."""
    weights, found = attention.cpu().numpy(), []
    for own, video in zip(points.tolist(), weights, strict=True):
        found.append([np.unravel_index(video[:, :, t, k, l].argmax(), video.shape[:2]) for t, k, l in own])  # noqa: E741
    return torch.tensor(np.array(found), dtype=torch.long, device=attention.device)


def one_hot_points(attention, points):
    """Points as masks of one pixel, carried along by the attention; the largest entry is the place."""
    videos, count = points.shape[:2]
    masks = attention.new_zeros(videos, count, *attention.shape[3:])
    for video in range(videos):
        for number, (frame, row, column) in enumerate(points[video].tolist()):
            masks[video, number, frame, row, column] = 1
    looks = torch.einsum("bijtkl,bptkl->bpij", attention, masks)
    best = looks.flatten(2).max(dim=2).indices
    return torch.stack([best.div(looks.shape[3], rounding_mode="trunc"), best.fmod(looks.shape[3])], dim=2)


def equal_to_the_maximum(attention, points):
    """nonzero of the place that equals the maximum."""
    rows = []
    for video, own in zip(attention, points, strict=True):
        looks = [video[..., frame, row, column] for frame, row, column in own]
        rows.append(torch.stack([torch.nonzero(each == each.max())[0] for each in looks]))
    return torch.stack(rows)
