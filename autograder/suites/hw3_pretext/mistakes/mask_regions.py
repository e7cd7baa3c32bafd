"""Known mistakes in mask_regions."""

import torch

from autograder.suites import mistake


def _mask(images, boxes):
    mask = torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.bool, device=images.device)
    for i, (top, left, height, width) in enumerate(boxes.tolist()):
        mask[i, :, max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)] = True
    return mask


def _hide(images, mask, fill):
    return torch.where(mask, fill[:, None, None], images)


def _answer(images, boxes, fill):
    mask = _mask(images, boxes)
    return _hide(images, mask, fill), mask


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="Rows and columns are exchanged: a box begins at row top and column left.",
)
def top_and_left_exchanged(images, boxes, fill):
    return _answer(images, boxes[:, [1, 0, 2, 3]], fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="Height and width are exchanged: a box is height rows tall and width columns wide.",
)
def height_and_width_exchanged(images, boxes, fill):
    return _answer(images, boxes[:, [0, 1, 3, 2]], fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="You read boxes as left, top, width, height. Here they are top, left, height, width.",
)
def columns_first(images, boxes, fill):
    return _answer(images, boxes[:, [1, 0, 3, 2]], fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="You read boxes as two corners: top, left, bottom, right. The last two numbers are height and width.",
)
def two_corners(images, boxes, fill):
    top, left, bottom, right = boxes.unbind(dim=1)
    return _answer(images, torch.stack([top, left, bottom - top, right - left], dim=1), fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="You take top and left for the middle of the box. They are its first row and column.",
)
def around_the_middle(images, boxes, fill):
    corners = boxes[:, :2] - boxes[:, 2:] // 2
    return _answer(images, torch.cat([corners, boxes[:, 2:]], dim=1), fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The box is one row and one column too large: its last row is top + height - 1.",
)
def one_too_many(images, boxes, fill):
    return _answer(images, boxes + torch.tensor([0, 0, 1, 1], device=images.device), fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The box's first row and column are missing: they belong to it (>=, not >).",
)
def first_row_and_column_missing(images, boxes, fill):
    return _answer(images, boxes + torch.tensor([1, 1, -1, -1], device=images.device), fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The box's last row and column are missing.",
)
def last_row_and_column_missing(images, boxes, fill):
    return _answer(images, boxes + torch.tensor([0, 0, -1, -1], device=images.device), fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="You hide the rows and the columns of the box in full, a cross. A pixel is hidden if its row and its column "
    "are both in the box.",
)
def rows_or_columns(images, boxes, fill):
    mask = torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.bool, device=images.device)
    for i, (top, left, height, width) in enumerate(boxes.tolist()):
        mask[i, :, top : top + height] = True
        mask[i, :, :, left : left + width] = True
    return _hide(images, mask, fill), mask


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The first image's box hides pixels of every image. Each has its own.",
)
def box_of_the_first_image(images, boxes, fill):
    return _answer(images, boxes[:1].expand_as(boxes), fill)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="All boxes hide pixels of every image (the index of the image is missing). Each has its own.",
)
def all_boxes_in_every_image(images, boxes, fill):
    mask = _mask(images, boxes).any(dim=0, keepdim=True).expand(len(images), -1, -1, -1)
    return _hide(images, mask, fill), mask


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The mask is the wrong way round: it is true where a pixel is hidden.",
)
def mask_of_the_visible(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return masked, ~mask


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The mask is given channel by channel. It has one channel, which stands for all of them.",
)
def mask_with_channels(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return masked, mask.expand_as(images)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The mask has no dimension for channels. Make it (B, 1, H, W), so that it fits to images.",
)
def mask_without_channels(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return masked, mask[:, 0]


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The mask holds floats, 0.0 and 1.0. Make it bool, so that it can index.",
)
def mask_of_floats(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return masked, mask.to(images.dtype)


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The mask holds integers, with which images[mask] picks images number 0 and 1. Make it bool.",
)
def mask_of_integers(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return masked, mask.long()


@mistake(
    "test_the_mask_is_true_in_the_box",
    says="The two results are exchanged: first the images, then the mask.",
)
def results_exchanged(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return mask, masked


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="You show what is in the box and hide the rest. It is the other way round.",
)
def rest_hidden(images, boxes, fill):
    mask = _mask(images, boxes)
    return _hide(images, ~mask, fill), mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="Hidden pixels are 0, and the fill is not used.",
)
def zero_for_the_fill(images, boxes, fill):
    mask = _mask(images, boxes)
    return images * ~mask, mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="Every channel shows the mean of the fills. Each has its own.",
)
def mean_of_the_fills(images, boxes, fill):
    mask = _mask(images, boxes)
    return torch.where(mask, fill.mean(), images), mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="Every channel shows the first channel's fill. Each has its own.",
)
def fill_of_the_first_channel(images, boxes, fill):
    mask = _mask(images, boxes)
    return torch.where(mask, fill[0], images), mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="The fills are given out image by image. Each belongs to a channel, in all images.",
)
def a_fill_for_each_image(images, boxes, fill):
    mask = _mask(images, boxes)
    own = fill[torch.arange(len(images), device=images.device) % len(fill)]
    return torch.where(mask, own[:, None, None, None], images), mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="The fill runs along the rows of the box: a tensor (C,) is laid along the last dimension. Make it (C, 1, 1).",
)
def fill_along_the_rows(images, boxes, fill):
    mask, masked = _mask(images, boxes), images.clone()
    for i, (top, left, height, width) in enumerate(boxes.tolist()):
        shown = fill[torch.arange(width, device=images.device) % len(fill)]
        masked[i, :, top : top + height, left : left + width] = shown
    return masked, mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="Hidden pixels show the mean of their own image, which tells something of what is hidden. Use the fill.",
)
def mean_of_the_image(images, boxes, fill):
    mask = _mask(images, boxes)
    return torch.where(mask, images.mean(dim=(2, 3), keepdim=True), images), mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="You add the fill to the pixels, which are still there. It takes their place.",
)
def fill_added(images, boxes, fill):
    mask = _mask(images, boxes)
    return images + mask * fill[:, None, None], mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="The mask is right, but the images come back with nothing hidden in them.",
)
def nothing_hidden(images, boxes, fill):
    return images.clone(), _mask(images, boxes)


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="Only the first channel is hidden; the others give the pixel away.",
)
def first_channel_only(images, boxes, fill):
    mask, masked = _mask(images, boxes), images.clone()
    masked[:, :1] = _hide(images, mask, fill)[:, :1]
    return masked, mask


@mistake(
    "test_the_box_is_hidden_and_nothing_else",
    says="You write the fill into the caller's own images. Clone them first.",
)
def images_overwritten(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    images.copy_(masked)
    return images, mask


@mistake(
    "test_boxes_reach_the_edges",
    says="The masked images are always float32. Keep the dtype of the images.",
)
def always_float32(images, boxes, fill):
    return _answer(images.float(), boxes, fill.float())


@mistake(
    "test_boxes_reach_the_edges",
    says="squeeze drops every dimension of size 1: with one image there is no batch left.",
)
def squeezed(images, boxes, fill):
    masked, mask = _answer(images, boxes, fill)
    return masked.squeeze(), mask


@mistake(
    "test_it_works_on_a_gpu",
    says="You make the mask on the processor. On a GPU: device=images.device.",
)
def mask_on_the_processor(images, boxes, fill):
    mask = torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.bool)
    for i, (top, left, height, width) in enumerate(boxes.tolist()):
        mask[i, :, top : top + height, left : left + width] = True
    masked = images.clone()
    for i, (top, left, height, width) in enumerate(boxes.tolist()):
        masked[i, :, top : top + height, left : left + width] = fill[:, None, None]
    return masked, mask
