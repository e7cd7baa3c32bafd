"""Known mistakes in shuffle_tiles."""

import math

import torch

from autograder.suites import mistake


def _parts(images, permutations):
    """(B, C, rows of tiles, h, columns of tiles, w)"""
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[1])
    return images.reshape(batch, channels, side, height // side, side, width // side)


def _tiles(images, permutations):
    return _parts(images, permutations).permute(0, 2, 4, 1, 3, 5).flatten(1, 2)


def _take(tiles, order):
    """(B, n, …) and (B, n) -> (B, n, …)"""
    return tiles[torch.arange(len(tiles), device=tiles.device)[:, None], order]


def _right(images, permutations, choice):
    return _take(_tiles(images, permutations), permutations[choice])


@mistake(
    "test_place_j_holds_tile_p_j",
    says="You use the inverse permutation: tile j goes to place p[j]. The contract puts tile p[j] into place j.",
)
def inverse_permutation(images, permutations, choice):
    return _take(_tiles(images, permutations), permutations[choice].argsort(dim=1))


@mistake(
    "test_place_j_holds_tile_p_j",
    says="Tiles are not shuffled at all.",
)
def not_shuffled(images, permutations, choice):
    return _tiles(images, permutations)


@mistake(
    "test_place_j_holds_tile_p_j",
    says="The permutation is applied twice.",
)
def shuffled_twice(images, permutations, choice):
    return _take(_right(images, permutations, choice), permutations[choice])


@mistake(
    "test_place_j_holds_tile_p_j",
    says="The order is read backwards. Place 0 holds tile p[0].",
)
def order_read_backwards(images, permutations, choice):
    return _right(images, permutations.flip(1), choice)


@mistake(
    "test_tiles_are_numbered_row_by_row",
    says="Your tiles are numbered column by column, downwards. Tile 1 lies to the right of tile 0.",
)
def tiles_column_by_column(images, permutations, choice):
    tiles = _parts(images, permutations).permute(0, 4, 2, 1, 3, 5).flatten(1, 2)
    return _take(tiles, permutations[choice])


@mistake(
    "test_tiles_are_numbered_row_by_row",
    says="Your tiles are numbered from the lower row upwards. Row 0 is the upper one.",
)
def tiles_from_below(images, permutations, choice):
    tiles = _parts(images, permutations).flip(2).permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
    return _take(tiles, permutations[choice])


@mistake(
    "test_tiles_come_out_whole",
    says="Rows and columns in each tile are swapped: the pieces lie on their side, mirrored.",
)
def tiles_transposed(images, permutations, choice):
    return _right(images, permutations, choice).transpose(3, 4)


@mistake(
    "test_tiles_come_out_whole",
    says="Height and width are swapped where you cut: a tile has H / side rows and W / side columns.",
)
def height_and_width_swapped(images, permutations, choice):
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[1])
    tiles = images.reshape(batch, channels, side, width // side, side, height // side)
    return _take(tiles.permute(0, 2, 4, 1, 3, 5).flatten(1, 2), permutations[choice])


@mistake(
    "test_tiles_come_out_whole",
    says="You reshape to (B, n, C, h, w) at once: that cuts the numbers as they lie in memory, and mixes rows, tiles "
    "and channels. Split H and W first, and permute.",
)
def reshaped_at_once(images, permutations, choice):
    batch, channels, height, width = images.shape
    n = permutations.shape[1]
    side = math.isqrt(n)
    tiles = images.reshape(batch, n, channels, height // side, width // side)
    return _take(tiles, permutations[choice])


@mistake(
    "test_tiles_come_out_whole",
    says="You reshape to (B, C, n, h, w) at once: each piece is a strip of the image's rows as they lie in memory. "
    "Split H and W first, and permute.",
)
def strips_of_memory(images, permutations, choice):
    batch, channels, height, width = images.shape
    n = permutations.shape[1]
    side = math.isqrt(n)
    tiles = images.reshape(batch, channels, n, height // side, width // side).transpose(1, 2)
    return _take(tiles, permutations[choice])


@mistake(
    "test_tiles_come_out_whole",
    says="The channels were not brought behind the tiles before you flattened: pieces mix tiles and channels.",
)
def channels_left_in_front(images, permutations, choice):
    batch, channels, height, width = images.shape
    n = permutations.shape[1]
    side = math.isqrt(n)
    tiles = _parts(images, permutations).permute(0, 1, 2, 4, 3, 5).reshape(batch, n, channels, height // side, -1)
    return _take(tiles, permutations[choice])


@mistake(
    "test_tiles_come_out_whole",
    says="H and W are split the wrong way round: each piece takes every third row and column. The rows of a tile stand "
    "side by side, so the grid's side comes before h, and before w.",
)
def every_third_row(images, permutations, choice):
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[1])
    parts = images.reshape(batch, channels, height // side, side, width // side, side)
    return _take(parts.permute(0, 3, 5, 1, 2, 4).flatten(1, 2), permutations[choice])


@mistake(
    "test_tiles_come_out_whole",
    says="You return (B, C, n, h, w). The tiles come before the channels: (B, n, C, h, w).",
)
def channels_before_tiles(images, permutations, choice):
    return _right(images, permutations, choice).transpose(1, 2)


@mistake(
    "test_tiles_come_out_whole",
    says="Your tiles have their channels last. Return (B, n, C, h, w).",
)
def channels_last(images, permutations, choice):
    return _right(images, permutations, choice).movedim(2, 4)


@mistake(
    "test_tiles_come_out_whole",
    says="You return all tiles as one batch, (B n, C, h, w). The tiles of an image have a dimension of their own.",
)
def tiles_in_one_batch(images, permutations, choice):
    return _right(images, permutations, choice).flatten(0, 1)


@mistake(
    "test_tiles_come_out_whole",
    says="You put the tiles together again, (B, C, H, W). The network takes them one by one: (B, n, C, h, w).",
)
def put_together_again(images, permutations, choice):
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[1])
    tiles = _right(images, permutations, choice).unflatten(1, (side, side))
    return tiles.permute(0, 3, 1, 4, 2, 5).reshape(batch, channels, height, width)


@mistake(
    "test_each_image_has_its_own_order",
    says="All images get the first image's permutation. Each has its own choice.",
)
def first_choice_for_all(images, permutations, choice):
    return _right(images, permutations, choice[:1].expand_as(choice))


@mistake(
    "test_each_image_has_its_own_order",
    says="choice is not used: all images get permutation 0.",
)
def choice_ignored(images, permutations, choice):
    return _right(images, permutations, torch.zeros_like(choice))


@mistake(
    "test_each_image_has_its_own_order",
    says="choice is not used: image b gets permutation b. It gets permutation choice[b].",
)
def permutation_b_for_image_b(images, permutations, choice):
    return _right(images, permutations, torch.arange(len(images), device=images.device) % len(permutations))


@mistake(
    "test_each_image_has_its_own_order",
    says="choice says which permutation an image gets. You use it to pick the image.",
)
def choice_picks_the_image(images, permutations, choice):
    order = permutations[torch.arange(len(images), device=images.device) % len(permutations)]
    return _take(_tiles(images, permutations)[choice % len(images)], order)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="Your grid has always 3 x 3 tiles. Its side is the root of the permutations' length.",
)
def always_nine_tiles(images, permutations, choice):
    return _take(_tiles(images, torch.zeros(1, 9, device=images.device)), permutations[choice])


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="squeeze drops every dimension of size 1: a single image, a single channel or a single pixel disappears.",
)
def squeezed(images, permutations, choice):
    return _right(images, permutations, choice).squeeze()


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(images, permutations, choice):
    return _right(images.float(), permutations, choice)


@mistake(
    "test_tiles_come_out_whole",
    says="You return the label as well. It is choice, which the caller has; return the tiles alone.",
)
def label_returned_too(images, permutations, choice):
    return _right(images, permutations, choice), choice


@mistake(
    "test_inputs_are_left_unchanged",
    says="You write into a view of images: the caller's pictures are puzzles now. Make a new tensor.",
)
def shuffled_in_place(images, permutations, choice):
    shuffled, parts = _right(images, permutations, choice), _parts(images, permutations)
    for place in range(permutations.shape[1]):
        row, column = divmod(place, parts.shape[2])
        parts[:, :, row, :, column] = shuffled[:, place]
    return shuffled


@mistake(
    "test_inputs_are_left_unchanged",
    says="You sort permutations in place: the caller's orders are lost. Make a new tensor.",
)
def permutations_sorted_in_place(images, permutations, choice):
    shuffled = _right(images, permutations, choice)
    permutations[:] = permutations.sort(dim=1).values
    return shuffled


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor for the shuffled tiles on the processor, and the result stays there: images.new_empty.",
)
def result_on_the_processor(images, permutations, choice):
    tiles = _tiles(images, permutations)
    result = torch.empty(tiles.shape, dtype=tiles.dtype)
    for index, order in enumerate(permutations[choice].tolist()):
        result[index] = tiles[index, order]
    return result


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="The grid is always 3 x 3. Its side is the square root of the number of tiles.",
)
def always_three_by_three(images, permutations, choice):
    height, width = images.shape[2] // 3, images.shape[3] // 3
    shuffled = []
    for image, order in zip(images, permutations[choice].tolist(), strict=True):
        rows = [image[:, i * height : (i + 1) * height] for i in range(3)]
        tiles = [row[:, :, j * width : (j + 1) * width] for row in rows for j in range(3)]
        shuffled.append(torch.stack([tiles[k] for k in order]))
    return torch.stack(shuffled)


@mistake(
    "test_tiles_come_out_whole",
    says="Your tiles are square, as high as wide. An image may be longer than wide, and so are its tiles.",
)
def square_tiles(images, permutations, choice):
    side = math.isqrt(permutations.shape[1])
    height = images.shape[2] // side
    shuffled = []
    for image, order in zip(images, permutations[choice].tolist(), strict=True):
        rows = [image[:, i * height : (i + 1) * height] for i in range(side)]
        tiles = [row[:, :, j * height : (j + 1) * height] for row in rows for j in range(side)]
        shuffled.append(torch.stack([tiles[k] for k in order]))
    return torch.stack(shuffled)
