"""Known mistakes in propagate_keypoints."""

import torch

from autograder.suites import mistake


def _looks(attention, points):
    """How much each target place looks at each point, (B, P, H, W)."""
    frame, row, column = points.unbind(dim=2)
    return attention[torch.arange(len(points), device=points.device)[:, None], :, :, frame, row, column]


def _unravel(best, width):
    return torch.stack([best // width, best % width], dim=2)


def _find_best(looks):
    return _unravel(looks.flatten(2).argmax(dim=2), looks.shape[3])


def _where_points_look(attention, points):
    """The weights of the place that has a point's row and column in the target, (B, P, T, H, W)."""
    _, row, column = points.unbind(dim=2)
    return attention[torch.arange(len(points), device=points.device)[:, None], row, column]


@mistake(
    "test_a_point_moves_with_its_object",
    says="You take the place where the point's row and column look in the point's frame: where the point came from. "
    "Ask instead which target place looks at the point.",
)
def where_the_point_looks(attention, points):
    video, point = torch.meshgrid(
        *(torch.arange(size, device=points.device) for size in points.shape[:2]), indexing="ij"
    )
    return _find_best(_where_points_look(attention, points)[video, point, points[:, :, 0]])


@mistake(
    "test_a_point_moves_with_its_object",
    says="You take the place, of any frame, where the point's row and column look. Ask instead which target place "
    "looks at the point, in its frame.",
)
def where_the_point_looks_in_any_frame(attention, points):
    best = _where_points_look(attention, points).flatten(2).argmax(dim=2)
    places = attention.shape[4] * attention.shape[5]
    return _unravel(best % places, attention.shape[5])


@mistake(
    "test_a_point_moves_with_its_object",
    says="You return column and row. The row comes first.",
)
def column_before_row(attention, points):
    return _find_best(_looks(attention, points)).flip(2)


@mistake(
    "test_a_point_moves_with_its_object",
    says="You divide by the number of rows to find the row. As many places stand in a row as there are columns: divide "
    "by W.",
)
def divided_by_the_height(attention, points):
    looks = _looks(attention, points)
    return _unravel(looks.flatten(2).argmax(dim=2), looks.shape[2])


@mistake(
    "test_a_point_moves_with_its_object",
    says="The row is a quotient by H, the column a remainder by W. Both are by W.",
)
def row_by_the_height(attention, points):
    looks = _looks(attention, points)
    best = looks.flatten(2).argmax(dim=2)
    return torch.stack([best // looks.shape[2], best % looks.shape[3]], dim=2)


@mistake(
    "test_a_point_moves_with_its_object",
    says="The column is a remainder by H, the row a quotient by W. Both are by W.",
)
def column_by_the_height(attention, points):
    looks = _looks(attention, points)
    best = looks.flatten(2).argmax(dim=2)
    return torch.stack([best // looks.shape[3], best % looks.shape[2]], dim=2)


@mistake(
    "test_a_point_moves_with_its_object",
    says="Column and row of the points are read in the wrong order: a point is frame, row, column.",
)
def points_read_as_column_and_row(attention, points):
    frame, column, row = points.unbind(dim=2)
    video = torch.arange(len(points), device=points.device)[:, None]
    row, column = row % attention.shape[4], column % attention.shape[5]
    return _find_best(attention[video, :, :, frame, row, column])


@mistake(
    "test_each_point_belongs_to_its_frame",
    says="The frame of a point is not used: all points are looked for in the first reference frame.",
)
def always_the_first_frame(attention, points):
    return _find_best(_looks(attention, points * torch.tensor([0, 1, 1], device=points.device)))


@mistake(
    "test_each_point_belongs_to_its_frame",
    says="The frame of a point is not used: all points are looked for in the last reference frame.",
)
def always_the_last_frame(attention, points):
    return _find_best(_looks(attention[:, :, :, -1:], points * torch.tensor([0, 1, 1], device=points.device)))


@mistake(
    "test_each_point_belongs_to_its_frame",
    says="You sum over the reference frames, as if the point were at the same place in all of them. It belongs to one.",
)
def frames_summed(attention, points):
    return _find_best(
        _looks(attention.sum(dim=3, keepdim=True), points * torch.tensor([0, 1, 1], device=points.device))
    )


@mistake(
    "test_each_point_belongs_to_its_frame",
    says="The frames are counted from the end. Frame 0 is the first one.",
)
def frames_counted_from_the_end(attention, points):
    return _find_best(_looks(attention.flip(3), points))


@mistake(
    "test_each_point_belongs_to_its_frame",
    says="The weights on a point are compared after each target place's were scaled to sum to 1 in that frame. Compare "
    "them as they are.",
)
def scaled_in_each_frame(attention, points):
    return _find_best(_looks(attention / attention.sum(dim=(4, 5), keepdim=True), points))


@mistake(
    "test_a_point_moves_with_its_object",
    says="You average all places by how much they look at the point, and round. Those that look from the other end of "
    "the frame pull the mean away: take the place that looks most.",
)
def mean_place(attention, points):
    looks = _looks(attention, points)
    looks = looks / looks.sum(dim=(2, 3), keepdim=True)
    row = (looks.sum(dim=3) * torch.arange(looks.shape[2], device=points.device)).sum(dim=2)
    column = (looks.sum(dim=2) * torch.arange(looks.shape[3], device=points.device)).sum(dim=2)
    return torch.stack([row, column], dim=2).round().long()


@mistake(
    "test_a_point_moves_with_its_object",
    says="Row and column are found apart, each from sums of the attention. The row that looks most in sum need not "
    "hold the place that looks most.",
)
def row_and_column_apart(attention, points):
    looks = _looks(attention, points)
    return torch.stack([looks.sum(dim=3).argmax(dim=2), looks.sum(dim=2).argmax(dim=2)], dim=2)


@mistake(
    "test_a_point_moves_with_its_object",
    says="All points are looked for in the first video. Each video has an attention of its own.",
)
def always_the_first_video(attention, points):
    return _find_best(_looks(attention[:1].expand_as(attention), points))


@mistake(
    "test_a_point_moves_with_its_object",
    says="You look for the first point of each video, and give its place to all of its points.",
)
def always_the_first_point(attention, points):
    return _find_best(_looks(attention, points[:, :1].expand_as(points)))


@mistake(
    "test_a_point_moves_with_its_object",
    says="You return the place that looks at the point least.",
)
def least_attention(attention, points):
    looks = _looks(attention, points)
    return _unravel(looks.flatten(2).argmin(dim=2), looks.shape[3])


@mistake(
    "test_a_point_moves_with_its_object",
    says="You return the number of each place, counted row by row. Make a row and a column of it.",
)
def number_of_the_place(attention, points):
    return _looks(attention, points).flatten(2).argmax(dim=2)


@mistake(
    "test_a_point_moves_with_its_object",
    says="Points come back with their frame. The target is one frame: only row and column are asked for.",
)
def with_the_frame(attention, points):
    return torch.cat([points[:, :, :1], _find_best(_looks(attention, points))], dim=2)


@mistake(
    "test_a_point_moves_with_its_object",
    says="The points stay where they were.",
)
def points_stay(attention, points):
    return points[:, :, 1:].clone()


@mistake(
    "test_other_sizes_work",
    says="The places are floating-point numbers. They are indices, long: divide with // rather than /.",
)
def as_floats(attention, points):
    return _find_best(_looks(attention, points)).float()


@mistake(
    "test_other_sizes_work",
    says="squeeze drops every dimension of size 1, so a single video or point comes without its shape.",
)
def squeezed(attention, points):
    return _find_best(_looks(attention, points)).squeeze()


@mistake(
    "test_other_sizes_work",
    says="You look for the best row and the best column apart. If two places look equally, these are of two places.",
)
def max_row_and_max_column(attention, points):
    looks = _looks(attention, points)
    return torch.stack([looks.amax(dim=3).argmax(dim=2), looks.amax(dim=2).argmax(dim=2)], dim=2)


@mistake(
    "test_it_works_on_a_gpu",
    says="You put the places into a tensor of the processor. On a GPU: device=attention.device.",
)
def places_on_the_processor(attention, points):
    width = attention.shape[2]
    found = [
        [divmod(int(own[:, :, t, k, l].reshape(-1).argmax()), width) for t, k, l in of_video]  # noqa: E741
        for own, of_video in zip(attention, points.tolist(), strict=True)
    ]
    return torch.tensor(found)


@mistake(
    "test_other_sizes_work",
    says="Your places are int32. The contract wants long.",
)
def places_are_int32(attention, points):
    return _find_best(_looks(attention, points)).int()


@mistake(
    "test_a_point_moves_with_its_object",
    says="The points of the first video are followed in all. Each video has its own.",
)
def points_of_the_first_video(attention, points):
    return _find_best(_looks(attention, points[:1].expand_as(points)))


@mistake(
    "test_a_point_moves_with_its_object",
    says="/ gives fractions of rows. The row is the whole part: divide with //.",
)
def fractions_of_rows(attention, points):
    width, best = attention.shape[2], _looks(attention, points).flatten(2).argmax(dim=2)
    return torch.stack([best / width, best % width], dim=2)
