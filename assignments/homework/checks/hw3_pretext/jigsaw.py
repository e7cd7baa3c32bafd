"""Public checks of the homework on pretext tasks: jigsaw puzzles."""

import random

import numpy as np
import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw3_pretext.handed import dtype_of, scattered, state_of
from homework.checks.hw3_pretext.patches import name_pixels

PERMUTATIONS = {
    "think": "which permutation is furthest from the nearest of those that you have, and where do you start?",
    "read": "Noroozi and Favaro, 2016, algorithm 1; the docstring of jigsaw_permutations",
}
SHUFFLE = {
    "think": "where in the image lies tile number p[j], and in which place of the result does it stand?",
    "read": "Noroozi and Favaro, 2016, section 3; the docstring of shuffle_tiles",
}


def nearest(chosen: Tensor) -> Tensor:
    """How many places each row but the first has unlike the row above it that is most alike."""
    return torch.stack([(chosen[:i] != chosen[i]).sum(dim=1).min() for i in range(1, len(chosen))])


def word(is_same: bool) -> str:
    return "as before" if is_same else "another than before"


@public_check("jigsaw_permutations", **PERMUTATIONS)
def choose_orders_of_five_and_six(student: Student) -> dict:
    """Five orders of five tiles can differ everywhere; a sixth one cannot, but in four places. Six of six can again."""
    five = student.jigsaw_permutations(5, 6, np.random.default_rng(5))
    six = student.jigsaw_permutations(6, 6, np.random.default_rng(11))
    return {
        "each row of five, sorted,": five.sort(dim=1).values,
        "the number of places unlike the nearest row above, of five,": nearest(five),
        "the number of places unlike the nearest row above, of six,": nearest(six),
        "the dtype of the permutations": dtype_of(five),
    }


@public_check("jigsaw_permutations", **PERMUTATIONS)
def choose_all_orders_of_three(student: Student) -> dict:
    """All six orders of three tiles, each once: two differ from the first everywhere, then come those in between."""
    chosen = student.jigsaw_permutations(3, 6, np.random.default_rng(4))
    in_order = chosen[(chosen * torch.tensor([9, 3, 1])).sum(dim=1).argsort()]
    return {"the list of rows, sorted,": in_order, "the number of places unlike the nearest row above": nearest(chosen)}


@public_check("jigsaw_permutations", **PERMUTATIONS)
def choose_by_the_generator(student: Student) -> dict:
    """In 100 draws each order of three tiles comes first; the same seed gives the same set, whatever else was drawn."""
    rng = np.random.default_rng(6)
    first = torch.cat([student.jigsaw_permutations(3, 1, rng) for _ in range(100)])
    before = torch.get_rng_state(), str(np.random.get_state()), random.getstate()
    one, again = (student.jigsaw_permutations(6, 2, np.random.default_rng(5)) for _ in range(2))
    return {
        "the list of orders that come first": first.unique(dim=0),
        "what the same seed gives": "the same set" if torch.equal(one, again) else "another set",
        "the state of torch's global generator": word(torch.equal(before[0], torch.get_rng_state())),
        "the state of numpy's global generator": word(before[1] == str(np.random.get_state())),
        "the state of Python's global generator": word(before[2] == random.getstate()),
    }


@public_check("shuffle_tiles", **SHUFFLE)
def shuffle_four_tiles(student: Student) -> dict:
    """Tiles of one pixel, numbered 0 1 above 2 3: with the order 1 2 3 0 tile 1 comes first."""
    image = torch.arange(4.0).reshape(1, 1, 2, 2)
    return {"the row of tiles": student.shuffle_tiles(image, torch.tensor([[1, 2, 3, 0]]), torch.tensor([0]))}


@public_check("shuffle_tiles", **SHUFFLE)
def shuffle_two_images(student: Student) -> dict:
    """Two images of 4 x 6 pixels, by permutation 2 and by permutation 0, in tiles of 2 x 3 pixels."""
    images, choice = name_pixels(2, 4, 6), torch.tensor([2, 0])
    permutations = torch.tensor([[3, 2, 0, 1], [0, 1, 2, 3], [1, 3, 0, 2]])
    before = permutations.clone()
    tiles = student.shuffle_tiles(images, permutations, choice)
    return {
        "the batch of tiles": tiles,
        "the state of images after the call": state_of(images, name_pixels(2, 4, 6)),
        "the state of permutations after the call": state_of(permutations, before),
    }


@public_check("shuffle_tiles", **SHUFFLE)
def shuffle_nine_tiles(student: Student) -> dict:
    """A picture of 6 x 3 pixels in uint8, in nine tiles of two pixels, one above the other."""
    image = torch.arange(18).reshape(1, 1, 6, 3).to(torch.uint8)
    order = torch.tensor([[4, 0, 8, 1, 2, 3, 7, 5, 6]])
    tiles = student.shuffle_tiles(image, order, torch.tensor([0]))
    return {"the row of tiles": tiles, "the dtype of the tiles": dtype_of(tiles)}


@public_check("shuffle_tiles", **SHUFFLE)
def shuffle_sixteen_tiles(student: Student) -> dict:
    """Sixteen tiles of one image, four channels, in float64, which does not lie in memory in one piece."""
    image = scattered(torch.arange(128, dtype=torch.float64).reshape(1, 1, 8, 16).expand(1, 4, 8, 16) + 1e-9)
    return {"the row of tiles": student.shuffle_tiles(image, torch.arange(15, -1, -1)[None], torch.tensor([0]))}
