"""Known mistakes in crop_and_flip."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _middles(images, size):
    """(size,) in (0, 1)."""
    return (torch.arange(size, dtype=images.dtype, device=images.device) + 0.5) / size


def _places(images, boxes, flips, size):
    """y and x in pixels, (B, size) each."""
    middles = _middles(images, size)
    y = boxes[:, :1] + middles * boxes[:, 2:3]
    x = boxes[:, 1:2] + torch.where(flips[:, None], 1 - middles, middles) * boxes[:, 3:]
    return y, x


def _as_grid(y, x):
    size = y.shape[1]
    return torch.stack([x[:, None].expand(-1, size, -1), y[:, :, None].expand(-1, -1, size)], dim=-1)


def _look(images, y, x, mode="bilinear", padding_mode="border", align_corners=False):
    """grid_sample at places in pixels."""
    height, width = images.shape[-2:]
    grid = _as_grid(2 * y / height - 1, 2 * x / width - 1)
    return F.grid_sample(images, grid, mode=mode, padding_mode=padding_mode, align_corners=align_corners)


def _crop(images, boxes, flips, size):
    return _look(images, *_places(images, boxes, flips, size))


def _whole(box):
    return [int(round(edge)) for edge in box.tolist()]


def _cut_and_resize(images, boxes, flips, size, **how):
    views = []
    for image, box, flip in zip(images, boxes, flips):
        top, left, height, width = _whole(box)
        cut = image[None, :, top : top + height, left : left + width]
        view = F.interpolate(cut, (size, size), mode="bilinear", align_corners=False, **how)
        views.append(view.flip(-1) if flip else view)
    return torch.cat(views)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="grid_sample runs with align_corners=True, but your places are those of align_corners=False, where -1 and 1 "
    "are the image's edges and not the outermost pixel centres.",
)
def align_corners(images, boxes, flips, size):
    return _look(images, *_places(images, boxes, flips, size), align_corners=True)


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="You spread the places from the centre of the box's first pixel to that of its last one, as "
    "align_corners=True does. The docstring cuts the box into size equal cells and looks at the middle of each.",
)
def from_corner_to_corner(images, boxes, flips, size):
    steps = torch.linspace(0, 1, size, dtype=images.dtype, device=images.device)
    y = boxes[:, :1] + 0.5 + steps * (boxes[:, 2:3] - 1)
    x = boxes[:, 1:2] + 0.5 + torch.where(flips[:, None], 1 - steps, steps) * (boxes[:, 3:] - 1)
    return _look(images, y, x)


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="You spread the places from one edge of the box to the other. The first place lies half a cell inside the "
    "box, and so does the last one.",
)
def from_edge_to_edge(images, boxes, flips, size):
    steps = torch.linspace(0, 1, size, dtype=images.dtype, device=images.device)
    y = boxes[:, :1] + steps * boxes[:, 2:3]
    x = boxes[:, 1:2] + torch.where(flips[:, None], 1 - steps, steps) * boxes[:, 3:]
    return _look(images, y, x)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The half is missing: output pixel i looks at the middle of its cell, (i + 1/2) height / size from the top.",
)
def without_the_half(images, boxes, flips, size):
    starts = torch.arange(size, dtype=images.dtype, device=images.device) / size
    y = boxes[:, :1] + starts * boxes[:, 2:3]
    x = boxes[:, 1:2] + torch.where(flips[:, None], starts.flip(0), starts) * boxes[:, 3:]
    return _look(images, y, x)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="Your places count from the image's corner, but are used as indices, which count from the first pixel's "
    "centre: everything is shifted by half a pixel.",
)
def places_used_as_indices(images, boxes, flips, size):
    y, x = _places(images, boxes, flips, size)
    return _look(images, y + 0.5, x + 0.5)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The grid holds (y, x). grid_sample wants x, the column, first.",
)
def x_and_y_swapped(images, boxes, flips, size):
    height, width = images.shape[-2:]
    y, x = _places(images, boxes, flips, size)
    grid = _as_grid(2 * y / height - 1, 2 * x / width - 1).flip(-1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="Rows and columns are swapped while the grid is built: the crops come out transposed.",
)
def transposed(images, boxes, flips, size):
    return _crop(images, boxes, flips, size).transpose(2, 3)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="You divide rows by the image's width and columns by its height; it shows as soon as images are not square.",
)
def height_and_width_of_the_image_swapped(images, boxes, flips, size):
    height, width = images.shape[-2:]
    y, x = _places(images, boxes, flips, size)
    grid = _as_grid(2 * y / width - 1, 2 * x / height - 1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="Your grid runs from 0 to 1 over the image. grid_sample's runs from -1 to 1.",
)
def grid_from_0_to_1(images, boxes, flips, size):
    height, width = images.shape[-2:]
    y, x = _places(images, boxes, flips, size)
    return F.grid_sample(images, _as_grid(y / height, x / width), padding_mode="border", align_corners=False)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="You divide by H - 1 and W - 1, which belongs to align_corners=True. With align_corners=False, -1 and 1 are "
    "the image's edges, H and W pixels apart.",
)
def divided_by_one_less(images, boxes, flips, size):
    height, width = images.shape[-2:]
    y, x = _places(images, boxes, flips, size)
    grid = _as_grid(2 * y / (height - 1) - 1, 2 * x / (width - 1) - 1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="You read the box as left, top, width, height. It is top, left, height, width.",
)
def box_as_left_top_width_height(images, boxes, flips, size):
    return _crop(images, boxes[:, [1, 0, 3, 2]], flips, size)


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="The box's height and width are swapped: the third number is the height.",
)
def box_height_and_width_swapped(images, boxes, flips, size):
    return _crop(images, boxes[:, [0, 1, 3, 2]], flips, size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The box's top and left are swapped: the first number is the top.",
)
def top_and_left_swapped(images, boxes, flips, size):
    return _crop(images, boxes[:, [1, 0, 2, 3]], flips, size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="You read the box as top, left, bottom, right. Its last two numbers are a height and a width.",
)
def box_as_two_corners(images, boxes, flips, size):
    return _crop(images, torch.cat([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], dim=1), flips, size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="You take top and left for the box's centre. They are its upper left corner.",
)
def box_around_its_corner(images, boxes, flips, size):
    return _crop(images, torch.cat([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]], dim=1), flips, size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The whole batch is cut by the first box. Each image has a box of its own.",
)
def first_box_for_all(images, boxes, flips, size):
    return _crop(images, boxes[:1].expand_as(boxes), flips, size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The boxes are not used: every image is shown whole.",
)
def boxes_ignored(images, boxes, flips, size):
    views = F.interpolate(images, (size, size), mode="bilinear", align_corners=False)
    return torch.where(flips[:, None, None, None], views.flip(-1), views)


@mistake(
    "test_only_the_chosen_results_are_mirrored",
    says="No result is mirrored.",
)
def flips_ignored(images, boxes, flips, size):
    return _crop(images, boxes, torch.zeros_like(flips), size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="Every result is mirrored, also where flips says no.",
)
def all_mirrored(images, boxes, flips, size):
    return _crop(images, boxes, torch.ones_like(flips), size)


@mistake(
    "test_only_the_chosen_results_are_mirrored",
    says="The whole batch is mirrored as soon as one image shall be. Each image has a draw of its own.",
)
def all_mirrored_if_any(images, boxes, flips, size):
    return _crop(images, boxes, flips.any().expand_as(flips), size)


@mistake(
    "test_only_the_chosen_results_are_mirrored",
    says="The first image's draw decides for all. Each image has a draw of its own.",
)
def first_flip_for_all(images, boxes, flips, size):
    return _crop(images, boxes, flips[:1].expand_as(flips), size)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The wrong ones are mirrored: torch.where takes its second argument where the condition holds.",
)
def the_others_mirrored(images, boxes, flips, size):
    return _crop(images, boxes, ~flips, size)


@mistake(
    "test_only_the_chosen_results_are_mirrored",
    says="You mirror the image, and then cut: the box now shows another part of it. Cut first.",
)
def mirrored_before_the_crop(images, boxes, flips, size):
    images = torch.where(flips[:, None, None, None], images.flip(-1), images)
    return _crop(images, boxes, torch.zeros_like(flips), size)


@mistake(
    "test_only_the_chosen_results_are_mirrored",
    says="You mirror upside down. Left and right change places along the last dimension, the columns.",
)
def mirrored_upside_down(images, boxes, flips, size):
    views = _crop(images, boxes, torch.zeros_like(flips), size)
    return torch.where(flips[:, None, None, None], views.flip(-2), views)


@mistake(
    "test_only_the_chosen_results_are_mirrored",
    says="You turn results by half a turn. Mirroring left to right leaves the rows where they are.",
)
def turned_round(images, boxes, flips, size):
    views = _crop(images, boxes, torch.zeros_like(flips), size)
    return torch.where(flips[:, None, None, None], views.flip(-1, -2), views)


@mistake(
    "test_the_image_goes_on_beyond_its_border",
    says="Beyond the border your image is black: grid_sample pads with zeros unless you ask for padding_mode='border'.",
)
def black_beyond_the_border(images, boxes, flips, size):
    return _look(images, *_places(images, boxes, flips, size), padding_mode="zeros")


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="You take the nearest pixel. Interpolate between the four centres around the place.",
)
def nearest_pixel(images, boxes, flips, size):
    return _look(images, *_places(images, boxes, flips, size), mode="nearest")


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="You interpolate with cubic polynomials. Bilinear is what the docstring asks for.",
)
def bicubic(images, boxes, flips, size):
    return _look(images, *_places(images, boxes, flips, size), mode="bicubic")


@mistake(
    "test_a_box_may_end_between_pixels",
    says="You round the boxes to whole pixels. Take the places as the formula gives them.",
)
def boxes_rounded(images, boxes, flips, size):
    return _crop(images, boxes.round(), flips, size)


@mistake(
    "test_a_box_may_end_between_pixels",
    says="You cut the boxes' numbers off to whole pixels. Take the places as the formula gives them.",
)
def boxes_truncated(images, boxes, flips, size):
    return _crop(images, boxes.long().to(boxes.dtype), flips, size)


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="You cut the box out first and resize the piece, so the pixels around the box are lost. A place next to the "
    "box's border lies between a pixel inside and one outside.",
)
def cut_then_resized(images, boxes, flips, size):
    return _cut_and_resize(images, boxes, flips, size)


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="You resize with antialiasing, which averages over more than four pixels. The docstring asks for none.",
)
def antialiased(images, boxes, flips, size):
    return _cut_and_resize(images, boxes, flips, size, antialias=True)


@mistake(
    "test_each_image_is_cut_by_its_own_box",
    says="The result has its channels last. Return (B, C, size, size), channels second as in images.",
)
def channels_last(images, boxes, flips, size):
    return _crop(images, boxes, flips, size).movedim(1, -1)


@mistake(
    "test_one_image_one_pixel_and_float64_work",
    says="squeeze drops every dimension of size 1: a single image or a single channel disappears.",
)
def squeezed(images, boxes, flips, size):
    return _crop(images, boxes, flips, size).squeeze()


@mistake(
    "test_one_image_one_pixel_and_float64_work",
    says="You divide by size - 1, which is 0 when the result is a single pixel. Cut the box into size cells instead.",
)
def divided_by_size_minus_one(images, boxes, flips, size):
    steps = torch.arange(size, dtype=images.dtype, device=images.device) / (size - 1)
    y = boxes[:, :1] + 0.5 + steps * (boxes[:, 2:3] - 1)
    x = boxes[:, 1:2] + 0.5 + torch.where(flips[:, None], 1 - steps, steps) * (boxes[:, 3:] - 1)
    return _look(images, y, x)


@mistake(
    "test_one_image_one_pixel_and_float64_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(images, boxes, flips, size):
    return _crop(images.float(), boxes.float(), flips, size)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You mirror images in place: the caller's pictures have changed. Make a new tensor.",
)
def mirrored_in_place(images, boxes, flips, size):
    boxes = boxes.clone()
    boxes[flips, 1] = images.shape[-1] - boxes[flips, 1] - boxes[flips, 3]
    with torch.no_grad():
        images[flips] = images[flips].flip(-1)
    return _crop(images, boxes, torch.zeros_like(flips), size)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You rescale the boxes in place: the caller's boxes are in other units now. Make a new tensor.",
)
def boxes_rescaled_in_place(images, boxes, flips, size):
    height, width = images.shape[-2:]
    boxes /= torch.tensor([height, width, height, width], dtype=boxes.dtype, device=boxes.device)
    y, x = _places(images, boxes, flips, size)
    return F.grid_sample(images, _as_grid(2 * y - 1, 2 * x - 1), padding_mode="border", align_corners=False)


@mistake(
    "test_it_works_on_a_gpu",
    says="The places at which you look are made on the processor. On a GPU they are refused: device=images.device.",
)
def places_on_the_processor(images, boxes, flips, size):
    middles = (torch.arange(size, dtype=images.dtype) + 0.5) / size
    y = boxes[:, :1] + middles * boxes[:, 2:3]
    x = boxes[:, 1:2] + torch.where(flips[:, None], 1 - middles, middles) * boxes[:, 3:]
    return _look(images, y, x)


@mistake(
    "test_one_image_one_pixel_and_float64_work",
    says="view asks that numbers lie side by side in memory. An expanded or channels-last image's do not: use reshape.",
)
def view_of_any_memory(images, boxes, flips, size):
    batch, channels, height, width = images.shape
    return _crop(images.view(batch * channels, height * width).view(images.shape), boxes, flips, size)


@mistake(
    "test_a_box_of_whole_pixels_is_resized",
    says="Three channels are fixed in your code. Images have C channels.",
)
def three_channels_only(images, boxes, flips, size):
    views = torch.zeros(len(images), 3, size, size, dtype=images.dtype, device=images.device)
    for number in range(len(images)):
        views[number] = _crop(
            images[number : number + 1], boxes[number : number + 1], flips[number : number + 1], size
        )[0]
    return views
