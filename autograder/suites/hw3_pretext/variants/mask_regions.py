"""Right answers to mask_regions in other styles."""

import numpy as np
import torch


def slice_by_slice(images, boxes, fill):
    """A clone, and a slice for each image."""
    masked = images.clone()
    mask = torch.zeros(images.shape[0], 1, images.shape[2], images.shape[3], dtype=torch.bool, device=images.device)
    for i in range(len(images)):
        top, left, height, width = boxes[i]
        masked[i, :, top : top + height, left : left + width] = fill.view(-1, 1, 1)
        mask[i, 0, top : top + height, left : left + width] = True
    return masked, mask


def mixed_by_the_mask(images, boxes, fill):
    """(1 - m) images + m fill, with a mask of floats on the way."""
    mask = torch.zeros_like(images[:, :1])
    for one, (top, left, height, width) in zip(mask, boxes.tolist(), strict=True):
        one[:, top : top + height, left : left + width] = 1
    return (1 - mask) * images + mask * fill[None, :, None, None], mask > 0.5


def by_index_grids(images, boxes, fill):
    """A grid of rows and columns; masked_fill channel by channel."""
    rows, columns = torch.meshgrid(
        *(torch.arange(size, device=images.device) for size in images.shape[2:]), indexing="ij"
    )
    top, left, height, width = (boxes[:, i, None, None] for i in range(4))
    mask = ((rows - top).ge(0) & (rows - top).lt(height) & (columns >= left) & (columns <= left + width - 1))[:, None]
    channels = [images[:, c : c + 1].masked_fill(mask, value) for c, value in enumerate(fill.tolist())]
    return torch.cat(channels, dim=1), mask


def in_numpy(images, boxes, fill):
    """numpy, channels last on the way."""
    pixels = images.permute(0, 2, 3, 1).cpu().numpy().copy()
    mask = np.zeros((*pixels.shape[:3], 1), dtype=bool)
    for i, (top, left, height, width) in enumerate(boxes.cpu().numpy()):
        pixels[i, top : top + height, left : left + width] = fill.cpu().numpy()
        mask[i, top : top + height, left : left + width] = True
    return torch.from_numpy(pixels).to(images.device).permute(0, 3, 1, 2), torch.from_numpy(mask).to(
        images.device
    ).permute(0, 3, 1, 2)


def pixel_by_pixel(images, boxes, fill):
    """One pixel after the other; the mask has strides of its own."""
    masked = images.detach().clone()
    batch, _, rows, columns = images.shape
    mask = torch.zeros(batch, rows, columns, device=images.device).bool()
    for i, (top, left, height, width) in enumerate(boxes.tolist()):
        for pixel in range(height * width):
            row, column = top + pixel // width, left + pixel % width
            masked[i, :, row, column] = fill
            mask[i, row, column] = True
    return masked, mask.unsqueeze(1)


def by_outer_product(images, boxes, fill):
    """Rows and columns as 0 and 1, multiplied; where with the fill laid out in full."""
    top, left, height, width = boxes.T
    y, x = torch.arange(images.size(2), device=images.device), torch.arange(images.size(3), device=images.device)
    in_rows = (y[None] >= top[:, None]) * (y[None] < (top + height)[:, None])
    in_columns = (x[None] >= left[:, None]) * (x[None] < (left + width)[:, None])
    mask = torch.einsum("bh,bw->bhw", in_rows.float(), in_columns.float()).bool()[:, None, :, :]
    return torch.where(mask.expand_as(images), fill.reshape(1, -1, 1, 1).expand_as(images), images), mask
