"""Known mistakes in relative_patches."""

import torch

from autograder.suites import mistake


def _cut(images, corners, patch):
    squares = zip(images, corners.tolist())
    return torch.stack([x[:, top : top + patch, left : left + patch] for x, (top, left) in squares])


def _middle(images, patch):
    """(1, 2)"""
    return torch.tensor([[(images.shape[2] - patch) // 2, (images.shape[3] - patch) // 2]], device=images.device)


def _label(positions):
    cells = 3 * positions[:, 0] + positions[:, 1]
    return cells - (cells > 4).long()


def _patches(images, patch, middle, moves):
    """The patch in the middle and the one that is moved from there."""
    middle = middle.expand(len(images), 2)
    return _cut(images, middle, patch), _cut(images, middle + moves, patch)


def _right(images, positions, patch, gap, jitter):
    moves = (positions - 1) * (patch + gap) + jitter
    return *_patches(images, patch, _middle(images, patch), moves), _label(positions)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="You read positions as column and row. The row comes first, for the patch and for the label.",
)
def columns_before_rows(images, positions, patch, gap, jitter):
    return _right(images, positions.flip(1), patch, gap, jitter)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="The label is right, but the patch is cut with row and column swapped: the first number moves it down.",
)
def cut_with_row_and_column_swapped(images, positions, patch, gap, jitter):
    return *_right(images, positions.flip(1), patch, gap, jitter)[:2], _label(positions)


@mistake(
    "test_labels_count_the_neighbours",
    says="Your labels count column by column. They go row by row: 3 times the row plus the column, less the middle.",
)
def labels_column_by_column(images, positions, patch, gap, jitter):
    return *_right(images, positions, patch, gap, jitter)[:2], _label(positions.flip(1))


@mistake(
    "test_labels_count_the_neighbours",
    says="Your labels run from 0 to 8: the middle is counted. It is never asked for, and what follows it moves up.",
)
def middle_counted(images, positions, patch, gap, jitter):
    return *_right(images, positions, patch, gap, jitter)[:2], 3 * positions[:, 0] + positions[:, 1]


@mistake(
    "test_labels_count_the_neighbours",
    says="You subtract one from every label. Only the cells behind the middle move up.",
)
def one_less_for_all(images, positions, patch, gap, jitter):
    return *_right(images, positions, patch, gap, jitter)[:2], 3 * positions[:, 0] + positions[:, 1] - 1


@mistake(
    "test_labels_count_the_neighbours",
    says="Your labels count from 1 to 8. Classes are 0 ... 7.",
)
def labels_from_one(images, positions, patch, gap, jitter):
    return *_right(images, positions, patch, gap, jitter)[:2], _label(positions) + 1


@mistake(
    "test_labels_count_the_neighbours",
    says="Your labels go round the middle like a clock's hand. They go row by row.",
)
def labels_around_the_middle(images, positions, patch, gap, jitter):
    numbers = torch.tensor([[0, 1, 2], [7, 8, 3], [6, 5, 4]], device=images.device)
    return *_right(images, positions, patch, gap, jitter)[:2], numbers[positions[:, 0], positions[:, 1]]


@mistake(
    "test_labels_count_the_neighbours",
    says="Your labels tell where the middle lies as the neighbour sees it. They tell where the neighbour lies.",
)
def labels_of_the_other_direction(images, positions, patch, gap, jitter):
    return *_right(images, positions, patch, gap, jitter)[:2], 7 - _label(positions)


@mistake(
    "test_labels_count_the_neighbours",
    says="Your labels are floats. Class numbers are long, which is what the cross entropy takes.",
)
def labels_are_floats(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return centers, neighbors, labels.float()


@mistake(
    "test_labels_count_the_neighbours",
    says="You return the cell itself, row and column. The label is one number, 0 ... 7.",
)
def positions_returned(images, positions, patch, gap, jitter):
    return *_right(images, positions, patch, gap, jitter)[:2], positions


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="Your neighbour lies on the opposite side: for row 0 it must lie above, so row - 1 steps downwards.",
)
def opposite_side(images, positions, patch, gap, jitter):
    return *_right(images, 2 - positions, patch, gap, jitter)[:2], _label(positions)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="Left and right have changed places: column 0 lies to the left of the middle.",
)
def mirrored(images, positions, patch, gap, jitter):
    sides = torch.stack([positions[:, 0], 2 - positions[:, 1]], dim=1)
    return *_right(images, sides, patch, gap, jitter)[:2], _label(positions)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="You step by the gap alone. From one patch to the next it is a patch and a gap, or they overlap.",
)
def steps_of_the_gap_alone(images, positions, patch, gap, jitter):
    return *_patches(images, patch, _middle(images, patch), (positions - 1) * gap + jitter), _label(positions)


@mistake(
    "test_a_gap_moves_the_neighbour_away",
    says="The gap is not used. From one patch to the next it is patch + gap pixels.",
)
def gap_ignored(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, 0, jitter)


@mistake(
    "test_a_gap_moves_the_neighbour_away",
    says="The gap counts twice, once for each patch. It is the number of pixels between two patches.",
)
def gap_counted_twice(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, 2 * gap, jitter)


@mistake(
    "test_a_gap_moves_the_neighbour_away",
    says="Only half of the gap is counted. It lies between two patches, whole.",
)
def half_a_gap(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap // 2, jitter)


@mistake(
    "test_a_gap_moves_the_neighbour_away",
    says="The gap moves the neighbour down and to the right wherever it lies. It moves away from the middle.",
)
def gap_always_down_and_right(images, positions, patch, gap, jitter):
    moves = (positions - 1) * patch + (positions != 1) * gap + jitter
    return *_patches(images, patch, _middle(images, patch), moves), _label(positions)


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="Jitter is not used.",
)
def jitter_ignored(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap, torch.zeros_like(jitter))


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="Both patches are moved by the jitter, so nothing has changed between them. It moves the neighbour.",
)
def both_jittered(images, positions, patch, gap, jitter):
    middle = _middle(images, patch) + jitter
    return *_patches(images, patch, middle, (positions - 1) * (patch + gap)), _label(positions)


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="You move the patch in the middle. Jitter belongs to the neighbour.",
)
def center_jittered(images, positions, patch, gap, jitter):
    _, neighbors, labels = _right(images, positions, patch, gap, torch.zeros_like(jitter))
    return _cut(images, _middle(images, patch) + jitter, patch), neighbors, labels


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="You read the jitter as right and down. Down comes first, as the row does.",
)
def jitter_right_and_down(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap, jitter.flip(1))


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="You subtract the jitter. Positive numbers move the neighbour down and to the right.",
)
def jitter_subtracted(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap, -jitter)


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="You cut negative jitter off at 0. It moves the neighbour up and to the left.",
)
def jitter_never_negative(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap, jitter.clamp(min=0))


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="The jitter moves the neighbour away from the middle, or towards it. It means down and right, on every side.",
)
def jitter_away_from_the_middle(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap, jitter * (positions - 1).sign())


@mistake(
    "test_jitter_moves_the_neighbour_alone",
    says="The first image's jitter moves all neighbours. Each has its own.",
)
def first_jitter_for_all(images, positions, patch, gap, jitter):
    return _right(images, positions, patch, gap, jitter[:1])


@mistake(
    "test_the_center_lies_in_the_middle",
    says="Your patch begins at the image's middle pixel. The patch's own middle belongs there, so it begins half a "
    "patch earlier.",
)
def begins_at_the_middle_pixel(images, positions, patch, gap, jitter):
    middle = torch.tensor([[images.shape[2] // 2, images.shape[3] // 2]], device=images.device)
    return *_patches(images, patch, middle, (positions - 1) * (patch + gap) + jitter), _label(positions)


@mistake(
    "test_the_center_lies_in_the_middle",
    says="Height and width are swapped where you look for the middle; it shows as soon as images are not square.",
)
def height_and_width_swapped(images, positions, patch, gap, jitter):
    moves = (positions - 1) * (patch + gap) + jitter
    return *_patches(images, patch, _middle(images, patch).flip(1), moves), _label(positions)


@mistake(
    "test_the_center_lies_in_the_middle",
    says="You take the image for a square: its height gives the middle row and the middle column.",
)
def taken_for_a_square(images, positions, patch, gap, jitter):
    moves = (positions - 1) * (patch + gap) + jitter
    return *_patches(images, patch, _middle(images, patch)[:, :1], moves), _label(positions)


@mistake(
    "test_the_middle_is_rounded_down",
    says="You halve the image and the patch apart, H // 2 - patch // 2, and so round twice. It is (H - patch) // 2.",
)
def halved_apart(images, positions, patch, gap, jitter):
    middle = torch.tensor(
        [[images.shape[2] // 2 - patch // 2, images.shape[3] // 2 - patch // 2]], device=images.device
    )
    return *_patches(images, patch, middle, (positions - 1) * (patch + gap) + jitter), _label(positions)


@mistake(
    "test_the_middle_is_rounded_down",
    says="You round the middle up where one pixel is left over. (H - patch) // 2 rounds down.",
)
def rounded_up(images, positions, patch, gap, jitter):
    middle = _middle(images, patch - 1)
    return *_patches(images, patch, middle, (positions - 1) * (patch + gap) + jitter), _label(positions)


@mistake(
    "test_the_middle_is_rounded_down",
    says="round goes to the nearest even number when it is in doubt. (H - patch) // 2 rounds down.",
)
def rounded_to_even(images, positions, patch, gap, jitter):
    middle = torch.tensor([[round((size - patch) / 2) for size in images.shape[2:]]], device=images.device)
    return *_patches(images, patch, middle, (positions - 1) * (patch + gap) + jitter), _label(positions)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="You lay the grid into the image's upper left corner. Its middle patch is the one in the image's middle.",
)
def grid_in_the_corner(images, positions, patch, gap, jitter):
    centers = _cut(images, _middle(images, patch).expand(len(images), 2), patch)
    return centers, _cut(images, positions * (patch + gap) + jitter, patch), _label(positions)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="The first image's cell is used for all of them. Each image has its own.",
)
def first_cell_for_all(images, positions, patch, gap, jitter):
    return _right(images, positions[:1], patch, gap, jitter)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="You return the neighbors first. The order is centers, neighbors, labels.",
)
def neighbors_first(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return neighbors, centers, labels


@mistake(
    "test_labels_count_the_neighbours",
    says="You return the labels first. The order is centers, neighbors, labels.",
)
def labels_first(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return labels, centers, neighbors


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="All patches are cut from the first image of the batch. Each image gives its own.",
)
def first_image_for_all(images, positions, patch, gap, jitter):
    return _right(images[:1].expand_as(images), positions, patch, gap, jitter)


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="Your patches have their channels last. Return (B, C, patch, patch), channels second as in images.",
)
def channels_last(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return centers.movedim(1, 3), neighbors.movedim(1, 3), labels


@mistake(
    "test_each_cell_gives_its_neighbour",
    says="Rows and columns of each patch are swapped: the pictures lie on their side, mirrored.",
)
def patches_transposed(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return centers.transpose(2, 3), neighbors.transpose(2, 3), labels


@mistake(
    "test_one_image_and_every_dtype_work",
    says="squeeze drops every dimension of size 1: a single image or a single channel disappears.",
)
def squeezed(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return centers.squeeze(), neighbors.squeeze(), labels


@mistake(
    "test_one_image_and_every_dtype_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(images, positions, patch, gap, jitter):
    return _right(images.float(), positions, patch, gap, jitter)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You subtract 1 from positions in place: the caller's cells have changed. Make a new tensor.",
)
def positions_changed_in_place(images, positions, patch, gap, jitter):
    labels = _label(positions)
    positions -= 1
    moves = positions * (patch + gap) + jitter
    return *_patches(images, patch, _middle(images, patch), moves), labels


@mistake(
    "test_inputs_are_left_unchanged",
    says="You add to jitter in place: the caller's jitter has changed. Make a new tensor.",
)
def jitter_changed_in_place(images, positions, patch, gap, jitter):
    jitter += (positions - 1) * (patch + gap)
    return *_patches(images, patch, _middle(images, patch), jitter), _label(positions)


@mistake(
    "test_it_works_on_a_gpu",
    says="Your table of labels lies on the processor, and so do the labels that come out of it. On a GPU: device=…",
)
def labels_on_the_processor(images, positions, patch, gap, jitter):
    table = {(0, 0): 0, (0, 1): 1, (0, 2): 2, (1, 0): 3, (1, 2): 4, (2, 0): 5, (2, 1): 6, (2, 2): 7}
    labels = torch.tensor([table[row, column] for row, column in positions.tolist()])
    middle = torch.tensor([[(images.shape[2] - patch) // 2, (images.shape[3] - patch) // 2]], device=images.device)
    moved = middle + (positions - 1) * (patch + gap) + jitter
    return _cut(images, middle.expand_as(moved), patch), _cut(images, moved, patch), labels


@mistake(
    "test_it_works_on_a_gpu",
    says="Your table of labels lies on the processor, and is indexed with positions on a GPU: device=positions.device.",
)
def table_on_the_processor(images, positions, patch, gap, jitter):
    table = torch.tensor([0, 1, 2, 3, -1, 4, 5, 6, 7])
    centers, neighbors, _ = _right(images, positions, patch, gap, jitter)
    return centers, neighbors, table[3 * positions[:, 0] + positions[:, 1]]


@mistake(
    "test_a_gap_moves_the_neighbour_away",
    says="The gap is added once, whatever the cell. It belongs to the step, patch + gap, which goes either way.",
)
def gap_added_to_all(images, positions, patch, gap, jitter):
    moves = (positions - 1) * patch + gap + jitter
    return *_patches(images, patch, _middle(images, patch), moves), _label(positions)


@mistake(
    "test_one_image_and_every_dtype_work",
    says="You make room for the neighbours in float32, whatever the images are. Keep the dtype: images.new_zeros(…).",
)
def neighbors_in_float32(images, positions, patch, gap, jitter):
    centers, neighbors, labels = _right(images, positions, patch, gap, jitter)
    return centers, neighbors.float(), labels
