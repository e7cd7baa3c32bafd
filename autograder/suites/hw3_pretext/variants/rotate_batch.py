"""Right answers to rotate_batch in other styles."""

import numpy as np
import torch


def flips_and_transposes(images):
    """Each turn from a transpose and flips."""
    upright = images.transpose(2, 3)
    copies = (images, upright.flip(2), images.flip(2, 3), upright.flip(3))
    turned = torch.stack(copies, dim=1).reshape(-1, *images.shape[1:])
    return turned, torch.tensor([0, 1, 2, 3], device=images.device).repeat(images.shape[0])


def with_numpy(images):
    """numpy's rot90, image after image."""
    turned = [np.rot90(image, k, axes=(1, 2)).copy() for image in images.cpu().numpy() for k in range(4)]
    return torch.from_numpy(np.stack(turned)).to(images.device), torch.from_numpy(
        np.tile(np.arange(4), len(images))
    ).to(images.device)


def two_loops(images):
    """Two loops and two lists."""
    turned, labels = [], []
    for image in images:
        for k in range(4):
            turned.append(torch.rot90(image, k, [1, 2]))
            labels.append(k)
    return torch.stack(turned), torch.tensor(labels, device=images.device)


def again_and_again(images):
    """Each copy is the one before it, turned once more."""
    copies = [images]
    for _ in range(3):
        copies.append(copies[-1].rot90(1, (-2, -1)))
    labels = torch.arange(4, device=images.device)[None].expand(len(images), 4)
    return torch.stack(copies, 1).flatten(0, 1), labels.reshape(-1)


def every_fourth_place(images):
    """An empty batch, of which every fourth place is filled; labels by the remainder."""
    turned = images.new_empty(4 * len(images), *images.shape[1:])
    for k in range(4):
        turned[k::4] = torch.rot90(images, k, (2, 3))
    return turned, torch.arange(4 * len(images), device=images.device) % 4


def clockwise_from_behind(images):
    """Four blocks, turned clockwise by 4 - k, and put in order afterwards."""
    blocks = torch.cat([images.rot90(-k, (2, 3)) for k in (0, 3, 2, 1)])
    order = torch.arange(len(blocks), device=images.device).view(4, -1).T.flatten()
    return blocks[order], torch.arange(4, device=images.device).repeat_interleave(len(images))[order]


def by_where_pixels_come_from(images):
    """Index tensors for all four orientations at once."""
    last = images.shape[-1] - 1
    r, c = torch.meshgrid(
        torch.arange(last + 1, device=images.device), torch.arange(last + 1, device=images.device), indexing="ij"
    )
    rows = torch.stack([r, c, last - r, last - c])
    columns = torch.stack([c, last - r, last - c, r])
    turned = images[:, :, rows, columns].movedim(2, 1)  # (B, 4, C, H, W)
    return turned.flatten(0, 1), torch.zeros(len(images), 4, dtype=torch.long, device=images.device).add(
        torch.arange(4, device=images.device)
    ).flatten()


def copies_first(images):
    """Four copies of each image, then those are turned in place that shall be."""
    turned = images.repeat_interleave(4, dim=0)
    labels = torch.arange(len(turned), device=images.device).remainder(4)
    for k in (1, 2, 3):
        turned[labels == k] = torch.rot90(turned[labels == k], k, dims=[2, 3])
    return turned, labels
