"""Right answers to relative_patches in other styles."""

import torch
import torch.nn.functional as F


def index_tensors(images, positions, patch, gap, jitter):
    """All pixels by one index for each dimension."""
    height, width = images.shape[2:]
    top = torch.full((len(images),), (height - patch) // 2, device=images.device)
    left = torch.full((len(images),), (width - patch) // 2, device=images.device)
    image = torch.arange(len(images), device=images.device).view(-1, 1, 1, 1)
    channel = torch.arange(images.shape[1], device=images.device).view(1, -1, 1, 1)
    down, right = (
        torch.arange(patch, device=images.device).view(1, 1, -1, 1),
        torch.arange(patch, device=images.device).view(1, 1, 1, -1),
    )

    def cut(rows, columns):
        return images[image, channel, rows.view(-1, 1, 1, 1) + down, columns.view(-1, 1, 1, 1) + right]

    rows = top + (positions[:, 0] - 1) * (patch + gap) + jitter[:, 0]
    columns = left + (positions[:, 1] - 1) * (patch + gap) + jitter[:, 1]
    numbers = torch.tensor([0, 1, 2, 3, -1, 4, 5, 6, 7], device=images.device)
    return cut(top, left), cut(rows, columns), numbers[3 * positions[:, 0] + positions[:, 1]]


def one_image_at_a_time(images, positions, patch, gap, jitter):
    """A loop with three lists; the label by counting the cells before it."""
    centers, neighbors, labels = [], [], []
    for b in range(images.size(0)):
        row, column = int(positions[b, 0]), int(positions[b, 1])
        y, x = (images.size(2) - patch) // 2, (images.size(3) - patch) // 2
        centers.append(images[b, :, y : y + patch, x : x + patch])
        y = y + (row - 1) * (patch + gap) + int(jitter[b, 0])
        x = x + (column - 1) * (patch + gap) + int(jitter[b, 1])
        neighbors.append(images[b, :, y : y + patch, x : x + patch])
        label = row * 3 + column
        labels.append(label if label < 4 else label - 1)
    return torch.stack(centers), torch.stack(neighbors), torch.tensor(labels, device=images.device)


def windows(images, positions, patch, gap, jitter):
    """Views of all windows, of which each image's own is picked."""
    every = images.unfold(2, patch, 1).unfold(3, patch, 1)  # (B, C, H - patch + 1, W - patch + 1, patch, patch)
    y, x = (every.shape[2] - 1) // 2, (every.shape[3] - 1) // 2
    rows, columns = (torch.tensor([y, x], device=images.device) + (positions - 1) * (patch + gap) + jitter).T
    cell = positions @ torch.tensor([3, 1], device=images.device)
    neighbors = every[torch.arange(len(images), device=images.device), :, rows, columns]
    return every[:, :, y, x].clone(), neighbors, torch.where(cell > 4, cell - 1, cell)


def gather(images, positions, patch, gap, jitter):
    """gather rows, then columns."""
    batch, channels, height, width = images.shape
    steps = torch.arange(patch, device=images.device)
    start = torch.tensor([[(height - patch) // 2, (width - patch) // 2]], device=images.device)

    def cut(corner):
        rows = (corner[:, :1] + steps)[:, None, :, None].expand(batch, channels, patch, width)
        columns = (corner[:, 1:] + steps)[:, None, None, :].expand(batch, channels, patch, patch)
        return images.gather(2, rows).gather(3, columns)

    corner = start.expand(batch, 2)
    moved = corner + (positions - 1) * (patch + gap) + jitter
    labels = 3 * positions[:, 0] + positions[:, 1] - (positions[:, 0] * 3 + positions[:, 1]).gt(4).to(torch.int64)
    return cut(corner), cut(moved), labels


def whole_grid_first(images, positions, patch, gap, jitter):
    """The grid's own upper left corner first, then cells counted from it; a dictionary of labels."""
    top = (images.shape[-2] - patch) // 2 - (patch + gap)
    left = (images.shape[-1] - patch) // 2 - (patch + gap)
    cells = [(r, c) for r in range(3) for c in range(3) if (r, c) != (1, 1)]
    numbers = {cell: number for number, cell in enumerate(cells)}

    def at(image, row, column, down=0, right=0):
        y, x = top + row * (patch + gap) + down, left + column * (patch + gap) + right
        return image.narrow(1, y, patch).narrow(2, x, patch)

    chosen = [tuple(cell) for cell in positions.tolist()]
    moves = [tuple(move) for move in jitter.tolist()]
    neighbors = [at(image, *cell, *move) for image, cell, move in zip(images, chosen, moves)]
    labels = torch.tensor([numbers[cell] for cell in chosen], device=images.device)
    return torch.stack([at(image, 1, 1) for image in images]), torch.stack(neighbors), labels


def cropped_by_padding(images, positions, patch, gap, jitter):
    """Negative padding cuts; labels by a mask without the middle."""
    height, width = images.shape[-2:]

    def cut(image, y, x):
        return F.pad(image, (-x, x + patch - width, -y, y + patch - height))

    y, x = height - patch >> 1, width - patch >> 1
    step, cells = patch + gap, torch.arange(9, device=images.device)
    labels = [int((cells[cells != 4] == 3 * r + c).nonzero()) for r, c in positions.tolist()]
    neighbors = [
        cut(image, y + (r - 1) * step + dy, x + (c - 1) * step + dx)
        for image, (r, c), (dy, dx) in zip(images, positions.tolist(), jitter.tolist())
    ]
    return cut(images, y, x), torch.stack(neighbors), torch.tensor(labels, device=images.device)


def corners_as_lists(images, positions, patch, gap, jitter):
    """The corners of all patches as lists, and a slice for each."""
    middle = positions.new_tensor([(images.shape[2] - patch) // 2, (images.shape[3] - patch) // 2])
    corners = middle + (positions - 1) * (patch + gap) + jitter
    cells = 3 * positions[:, 0] + positions[:, 1]

    def cut(corners):
        squares = zip(images, corners.tolist(), strict=True)
        return torch.stack([image[:, top : top + patch, left : left + patch] for image, (top, left) in squares])

    return cut(middle.expand_as(corners)), cut(corners), cells - (cells > 4).long()
