"""Probes of shuffle_tiles: pixels are numbered, so each tile tells where it was cut out."""

from copy import deepcopy
from dataclasses import astuple, dataclass, replace

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_handed import in_other_memory, look_at
from .inputs_pixels import has_dtype, number_bytes, number_pixels


@dataclass(frozen=True)
class Puzzle:
    """The arguments of one call."""

    images: Tensor
    permutations: Tensor
    choice: Tensor


def in_order() -> Puzzle:
    """Images (4, 2, 6, 12) in nine tiles of 2 x 4 pixels, which stay where they are."""
    return Puzzle(number_pixels(4, 2, 6, 12), torch.arange(9)[None], torch.zeros(4, dtype=torch.long))


def in_one_other_order() -> Puzzle:
    """The same tiles in an order whose inverse is another one."""
    return replace(in_order(), permutations=torch.tensor([[4, 0, 7, 1, 8, 2, 3, 6, 5]]))


def in_own_orders() -> Puzzle:
    """Each image in another one of four orders; every order only swaps tiles, so it is its own inverse."""
    permutations = torch.tensor(
        [
            [1, 0, 2, 3, 4, 5, 6, 8, 7],
            [8, 1, 2, 3, 7, 5, 6, 4, 0],
            [0, 1, 6, 5, 4, 3, 2, 7, 8],
            [3, 4, 2, 0, 1, 5, 8, 7, 6],
        ]
    )
    return replace(in_order(), permutations=permutations, choice=torch.tensor([2, 0, 3, 1]))


def of_other_kinds() -> dict[str, Puzzle]:
    """Four tiles, images, channels and permutations; one tile, sixteen; one pixel a tile; other dtypes and memory."""
    orders = torch.tensor([[1, 2, 3, 0], [2, 3, 1, 0], [3, 0, 1, 2], [0, 2, 3, 1]])
    four = Puzzle(number_pixels(4, 4, 4, 6), orders, torch.tensor([3, 1, 1, 0]))
    pair = torch.tensor([3, 2])
    return {
        "four_of_everything": four,
        "one_image": Puzzle(number_pixels(1, 3, 4, 2), orders, pair[:1]),
        "one_tile": Puzzle(number_pixels(1, 1, 2, 3), torch.zeros(1, 1, dtype=torch.long), torch.zeros(1).long()),
        "one_pixel_a_tile": Puzzle(number_pixels(2, 3, 2, 2), orders, pair),
        "sixteen_tiles": Puzzle(number_pixels(2, 1, 12, 20), torch.arange(16).flip(0)[None], torch.zeros(2).long()),
        "channels_last": replace(four, images=four.images.contiguous(memory_format=torch.channels_last)),
        "float64": Puzzle(number_pixels(2, 1, 4, 4).double() + 1e-9, orders, pair),
        "uint8": Puzzle(number_bytes(2, 3, 4, 6), orders, pair),
        "scattered_in_memory": Puzzle(*map(in_other_memory, astuple(four))),
    }


def call(student, puzzle: Puzzle) -> Tensor:
    return student.shuffle_tiles(puzzle.images, puzzle.permutations, puzzle.choice)


def shuffle_nine_tiles(student):
    own = in_own_orders()
    shuffled = call(student, own)
    return {
        "in_order": call(student, in_order()),
        "in_one_other_order": call(student, in_one_other_order()),
        "in_own_orders": shuffled,
        "inputs_after": look_at(own.images, own.permutations, own.choice),
    }


def shuffle_other_kinds(student):
    seen = {}
    for name, puzzle in of_other_kinds().items():
        seen[name] = call(student, deepcopy(puzzle))
        seen[f"{name}_stays"] = has_dtype(seen[name], puzzle.images.dtype)
    return seen


def shuffle_by_own_orders(student):
    return {"shuffled": call(student, in_own_orders())}


def on_a_gpu(student):
    return on_gpu(student, shuffle_by_own_orders)
