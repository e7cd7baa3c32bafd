"""Right answers to crop_and_flip in other styles."""

import torch
import torch.nn.functional as F


def with_affine_grid(images, boxes, flips, size):
    """A 2 x 3 matrix for each image; the mirror is a minus in it."""
    batch, channels, height, width = images.shape
    top, left, box_height, box_width = boxes.T
    theta = torch.zeros(batch, 2, 3, dtype=images.dtype, device=images.device)
    theta[:, 0, 0] = box_width / width * (1 - 2 * flips.to(images.dtype))
    theta[:, 0, 2] = (2 * left + box_width) / width - 1
    theta[:, 1, 1] = box_height / height
    theta[:, 1, 2] = (2 * top + box_height) / height - 1
    grid = F.affine_grid(theta, (batch, channels, size, size), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def with_the_other_corners(images, boxes, flips, size):
    """align_corners=True with units that fit it, and a flip at the end."""
    height, width = images.shape[-2:]
    cells = torch.linspace(0.5, size - 0.5, size, dtype=images.dtype, device=images.device) / size
    rows = boxes[:, 0, None] + boxes[:, 2, None] * cells - 0.5
    columns = boxes[:, 1, None] + boxes[:, 3, None] * cells - 0.5
    rows, columns = rows * 2 / (height - 1) - 1, columns * 2 / (width - 1) - 1
    grid = torch.stack((columns[:, None].repeat(1, size, 1), rows[:, :, None].repeat(1, 1, size)), dim=3)
    views = F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)
    views[flips] = views[flips].flip(3)
    return views


def gather_four_neighbours(images, boxes, flips, size):
    """Index the four pixels around each place; no grid_sample."""
    height, width = images.shape[-2:]
    steps = torch.arange(0.5, size, dtype=images.dtype, device=images.device) / size
    y = boxes[:, 0:1] + steps * boxes[:, 2:3] - 0.5
    x = boxes[:, 1:2] + steps * boxes[:, 3:4] - 0.5
    x = torch.where(flips[:, None], x.flip(1), x)
    y, x = y.clamp(0, height - 1)[:, :, None], x.clamp(0, width - 1)[:, None, :]
    i, j = y.long(), x.long()
    down, right = (y - i)[..., None], (x - j)[..., None]
    i_next, j_next = (i + 1).clamp(max=height - 1), (j + 1).clamp(max=width - 1)
    pixels, image = images.permute(0, 2, 3, 1), torch.arange(len(images), device=images.device)[:, None, None]
    above = pixels[image, i, j] * (1 - right) + pixels[image, i, j_next] * right
    below = pixels[image, i_next, j] * (1 - right) + pixels[image, i_next, j_next] * right
    return (above * (1 - down) + below * down).permute(0, 3, 1, 2)


def _interpolation(starts, lengths, size, pixels):
    """(B, size, pixels): how much each pixel of a line counts at each place, a tent around every centre."""
    places = (
        starts[:, None] + (torch.arange(size, dtype=starts.dtype, device=starts.device) + 0.5) * lengths[:, None] / size
    )
    indices = (places - 0.5).clamp(0, pixels - 1)
    numbers = torch.arange(pixels, dtype=starts.dtype, device=starts.device)
    return (1 - (indices[:, :, None] - numbers).abs()).clamp(min=0)


def matrix_products(images, boxes, flips, size):
    """Two interpolation matrices an image, from both sides."""
    rows = _interpolation(boxes[:, 0], boxes[:, 2], size, images.shape[2])[:, None]
    columns = _interpolation(boxes[:, 1], boxes[:, 3], size, images.shape[3])[:, None]
    views = rows @ images @ columns.transpose(-1, -2)
    return torch.where(flips.view(-1, 1, 1, 1), torch.flip(views, dims=(3,)), views)


def einsum(images, boxes, flips, size):
    """The same with einsum; the mirror turns the columns' matrix round."""
    rows = _interpolation(boxes[:, 0], boxes[:, 2], size, images.shape[2])
    columns = _interpolation(boxes[:, 1], boxes[:, 3], size, images.shape[3])
    columns = torch.where(flips[:, None, None], columns.flip(1), columns)
    return torch.einsum("bih,bchw,bjw->bcij", rows, images, columns)


def one_image_at_a_time(images, boxes, flips, size):
    """A loop with meshgrid and grid_sample."""
    views = []
    for image, (top, left, height, width), flip in zip(images, boxes, flips):
        middles = (torch.arange(size, dtype=images.dtype, device=images.device) + 0.5) / size
        y, x = torch.meshgrid(top + middles * height, left + middles * width, indexing="ij")
        grid = torch.stack([x / image.shape[2], y / image.shape[1]], dim=-1) * 2 - 1
        view = F.grid_sample(image[None], grid[None], padding_mode="border", align_corners=False)[0]
        views.append(view.flip(-1) if flip else view)
    return torch.stack(views)


def float64_inside(images, boxes, flips, size):
    """float64 inside, the input's dtype outside; reflected borders, which are the same so close to the edge."""
    kind, (height, width) = images.dtype, images.shape[-2:]
    images, (top, left, tall, wide) = images.double(), boxes.double().unbind(1)
    steps = torch.linspace(-1, 1, 2 * size + 1, dtype=torch.float64, device=images.device)[1::2]
    y = ((2 * top + tall) / height - 1)[:, None] + steps * (tall / height)[:, None]
    x = ((2 * left + wide) / width - 1)[:, None] + steps * torch.where(flips, -wide, wide)[:, None] / width
    grid = torch.stack(torch.broadcast_tensors(x[:, None, :], y[:, :, None]), dim=-1)
    return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False).to(kind)


def padded_and_cut_by_hand(images, boxes, flips, size):
    """A border of one pixel around the images, then a loop over output pixels."""
    padded = F.pad(images, (1, 1, 1, 1), mode="replicate")
    views = images.new_zeros(len(images), images.shape[1], size, size)
    for b, (top, left, height, width) in enumerate(boxes.tolist()):
        for i in range(size):
            for j in range(size):
                y, x = top + (i + 0.5) * height / size + 0.5, left + (j + 0.5) * width / size + 0.5
                row, column = int(y), int(x)
                four = padded[b, :, row : row + 2, column : column + 2]
                down, right = y - row, x - column
                weights = four.new_tensor(
                    [[(1 - down) * (1 - right), (1 - down) * right], [down * (1 - right), down * right]]
                )
                views[b, :, i, size - 1 - j if flips[b] else j] = (weights * four).sum(dim=(1, 2))
    return views


@torch.no_grad()
def without_a_graph(images, boxes, flips, size):
    """Nothing is ever learned through an augmentation."""
    height, width = images.shape[-2:]
    top, left, tall, wide = boxes[:, :, None].unbind(1)
    middles = (torch.arange(size, dtype=boxes.dtype, device=images.device) + 0.5) / size
    x = (left + torch.where(flips[:, None], 1 - middles, middles) * wide) / width * 2 - 1
    y = (top + middles * tall) / height * 2 - 1
    grid = torch.stack(torch.broadcast_tensors(x[:, None, :], y[:, :, None]), dim=-1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)
