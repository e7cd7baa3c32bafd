"""Right answers to shuffle_tiles in other styles."""

import math

import numpy as np
import torch
import torch.nn.functional as F


def loops(images, permutations, choice):
    """Loops over images and places."""
    side = int(permutations.shape[1] ** 0.5 + 0.5)
    h, w = images.shape[2] // side, images.shape[3] // side
    shuffled = []
    for image, number in zip(images, choice):
        tiles = []
        for tile in permutations[number].tolist():
            row, column = divmod(tile, side)
            tiles.append(image[:, row * h : (row + 1) * h, column * w : (column + 1) * w])
        shuffled.append(torch.stack(tiles))
    return torch.stack(shuffled)


def chunks(images, permutations, choice):
    """chunk into rows of tiles, then into tiles; index_select for each image."""
    side = math.isqrt(permutations.size(1))
    tiles = [tile for strip in images.chunk(side, dim=2) for tile in strip.chunk(side, dim=3)]
    tiles = torch.stack(tiles, dim=1)
    return torch.stack([own.index_select(0, permutations[c]) for own, c in zip(tiles, choice.tolist())])


def windows(images, permutations, choice):
    """Tensor.unfold makes the windows, gather picks them."""
    batch, channels, height, width = images.shape
    n = permutations.shape[1]
    side = math.isqrt(n)
    h, w = height // side, width // side
    tiles = images.unfold(2, h, h).unfold(3, w, w).reshape(batch, channels, n, h, w).transpose(1, 2)
    index = permutations[choice].view(batch, n, 1, 1, 1).expand(batch, n, channels, h, w)
    return tiles.gather(1, index)


def columns_of_unfold(images, permutations, choice):
    """F.unfold, whose columns are the tiles; in float64, which holds every byte and float32."""
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[1])
    h, w = height // side, width // side
    columns = F.unfold(images.double(), (h, w), stride=(h, w))  # (B, C h w, n)
    columns = torch.stack([columns[b][:, permutations[choice[b]]] for b in range(batch)])
    return columns.transpose(1, 2).reshape(batch, -1, channels, h, w).to(images.dtype)


def with_numpy(images, permutations, choice):
    """numpy's split and take_along_axis."""
    side = math.isqrt(permutations.shape[1])
    strips = np.split(images.cpu().numpy(), side, axis=2)
    tiles = np.stack([tile for strip in strips for tile in np.split(strip, side, axis=3)], axis=1)
    order = permutations.cpu().numpy()[choice.cpu().numpy()][:, :, None, None, None]
    return torch.from_numpy(np.take_along_axis(tiles, order, axis=1)).to(images.device)


def placed_by_the_inverse(images, permutations, choice):
    """Each tile is put where the inverse permutation sends it."""
    n = permutations.shape[1]
    side = math.isqrt(n)
    h, w = images.shape[2] // side, images.shape[3] // side
    inverse = permutations.argsort(dim=1)[choice]
    shuffled = images.new_zeros(len(images), n, images.shape[1], h, w)
    rows = torch.arange(len(images))
    for tile in range(n):
        r, c = tile // side, tile % side
        shuffled[rows, inverse[:, tile]] = images[:, :, r * h : r * h + h, c * w : c * w + w]
    return shuffled


def rows_and_columns_of_tiles(images, permutations, choice):
    """Six dimensions, indexed by each place's row and column of tiles."""
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[-1])
    grid = images.reshape(batch, channels, side, height // side, side, -1).permute(0, 2, 4, 1, 3, 5)
    order = permutations[choice]
    return grid[torch.arange(batch).unsqueeze(1), order // side, order % side]


def one_hot_product(images, permutations, choice):
    """Permutation matrices; float64 inside, which holds every byte and float32."""
    batch, channels, height, width = images.shape
    n = permutations.shape[1]
    side = math.isqrt(n)
    tiles = images.double().view(batch, channels, side, height // side, side, width // side)
    tiles = tiles.permute(0, 2, 4, 1, 3, 5).reshape(batch, n, -1)
    matrices = torch.eye(n, dtype=torch.float64, device=images.device)[permutations][choice]  # (B, n, n)
    return (matrices @ tiles).view(batch, n, channels, height // side, width // side).to(images.dtype)
