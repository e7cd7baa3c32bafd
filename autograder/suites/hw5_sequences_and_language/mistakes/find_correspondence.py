"""Known mistakes in find_correspondence."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _wanted(desc_a, points):
    """(D, P)"""
    return desc_a[:, points[:, 0], points[:, 1]]


def _squares(wanted, desc_b):
    """(P, H', W')"""
    return (wanted[:, :, None, None] - desc_b[:, None]).square().sum(dim=0)


def _heat(desc_a, desc_b, points):
    return _squares(_wanted(desc_a, points), desc_b).sqrt()


def _products(desc_a, desc_b, points):
    return torch.einsum("dp,dhw->phw", _wanted(desc_a, points), desc_b)


def _place(number, width):
    return torch.stack([number // width, number % width], dim=1)


def _lowest(heat):
    return _place(heat.flatten(1).argmin(dim=1), heat.shape[2])


@mistake(
    "test_best_is_row_and_column_of_the_second_picture",
    says="You return column and row. The row comes first.",
)
def columns_first(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat).flip(1), heat


@mistake(
    "test_best_is_row_and_column_of_the_second_picture",
    says="You divide the pixel's number by the height. A row is as long as the picture is wide.",
)
def divided_by_the_height(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _place(heat.flatten(1).argmin(dim=1), heat.shape[1]), heat


@mistake(
    "test_best_is_row_and_column_of_the_second_picture",
    says="You divide the pixel's number by the width of the first picture. It is the second one that is searched.",
)
def divided_by_the_first_pictures_width(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _place(heat.flatten(1).argmin(dim=1), desc_a.shape[2]), heat


@mistake(
    "test_best_is_row_and_column_of_the_second_picture",
    says="The row is the remainder and the column the quotient, by the height. Number = row * width + column.",
)
def numbered_column_by_column(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    number, height = heat.flatten(1).argmin(dim=1), heat.shape[1]
    return torch.stack([number % height, number // height], dim=1), heat


@mistake(
    "test_best_is_row_and_column_of_the_second_picture",
    says="You return the pixel's number in the flattened picture. The contract asks for its row and column, (P, 2).",
)
def number_of_the_pixel(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return heat.flatten(1).argmin(dim=1), heat


@mistake(
    "test_best_is_row_and_column_of_the_second_picture",
    says="best comes out as (2, P): rows in one row and columns in another. The contract asks for one row a point.",
)
def best_transposed(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat).T, heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="best holds floats, which cannot be used as an index. // and % of whole numbers give whole numbers.",
)
def best_as_floats(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat).float(), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="You look for the largest distance. The nearest pixel has the smallest.",
)
def farthest_pixel(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(-heat), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="One pixel is found for all points together. Each point has a best pixel of its own.",
)
def one_for_all_points(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat.sum(dim=0, keepdim=True)).expand(len(points), -1), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="Row and column are searched for apart, by the mean distance along each. Look for the one lowest pixel.",
)
def row_and_column_apart(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return torch.stack([heat.mean(dim=2).argmin(dim=1), heat.mean(dim=1).argmin(dim=1)], dim=1), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="You search the first picture, where every point finds itself. Search the second one.",
)
def first_picture_searched(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_a, points)
    return _lowest(heat), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="The pictures are exchanged: you take the descriptors from the second one and search the first.",
)
def pictures_exchanged(desc_a, desc_b, points):
    heat = _heat(desc_b, desc_a, points.minimum(points.new_tensor(desc_b.shape[1:]) - 1))
    return _lowest(heat), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="The wanted descriptors are taken from the second picture. The points lie in the first one.",
)
def points_of_the_second_picture(desc_a, desc_b, points):
    heat = _heat(desc_b, desc_b, points.minimum(points.new_tensor(desc_b.shape[1:]) - 1))
    return _lowest(heat), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="The points are read as column and row. The row comes first.",
)
def points_read_column_first(desc_a, desc_b, points):
    heat = _heat(desc_a.transpose(1, 2), desc_b, points)
    return _lowest(heat), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="You compare by the product of the descriptors, which prefers long ones. The nearest one is asked for.",
)
def product_for_distance(desc_a, desc_b, points):
    products = _products(desc_a, desc_b, points)
    return _lowest(-products), products


@mistake(
    "test_the_nearest_pixel_is_found",
    says="The heat is right, but best is the pixel with the largest product. Take the one where the heat is lowest.",
)
def best_by_the_product(desc_a, desc_b, points):
    return _lowest(-_products(desc_a, desc_b, points)), _heat(desc_a, desc_b, points)


@mistake(
    "test_the_nearest_pixel_is_found",
    says="You compare by the cosine, as CLIP does. Here norms count: take the Euclidean distance.",
)
def cosine_for_distance(desc_a, desc_b, points):
    cosines = _products(F.normalize(desc_a, dim=0), F.normalize(desc_b, dim=0), points)
    return _lowest(-cosines), cosines


@mistake(
    "test_the_nearest_pixel_is_found",
    says="The descriptors are normalised before they are compared. Dense Object Nets compares them as they are.",
)
def descriptors_normalised(desc_a, desc_b, points):
    heat = _heat(F.normalize(desc_a, dim=0), F.normalize(desc_b, dim=0), points)
    return _lowest(heat), heat


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The heat is the squared distance. The contract asks for the distance: take the root.",
)
def squared_heat(desc_a, desc_b, points):
    heat = _squares(_wanted(desc_a, points), desc_b)
    return _lowest(heat), heat


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The squared differences are averaged over the channels. The Euclidean distance takes their sum.",
)
def mean_over_the_channels(desc_a, desc_b, points):
    heat = (_squares(_wanted(desc_a, points), desc_b) / len(desc_a)).sqrt()
    return _lowest(heat), heat


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="You add up absolute differences. The Euclidean distance is the root of the sum of squares.",
)
def absolute_differences(desc_a, desc_b, points):
    heat = (_wanted(desc_a, points)[:, :, None, None] - desc_b[:, None]).abs().sum(dim=0)
    return _lowest(heat), heat


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The heat is high where the pixel is near, like exp(-d). The contract asks for the distance itself.",
)
def heat_of_the_near(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat), (-heat).exp()


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The heat is stretched to 0 ... 1 for the picture. That belongs to the plot; the contract asks for the "
    "distance.",
)
def heat_stretched(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    low, high = heat.amin(dim=(1, 2), keepdim=True), heat.amax(dim=(1, 2), keepdim=True)
    return _lowest(heat), (heat - low) / (high - low)


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The heat is flat, (P, H' W'). The contract asks for a picture for each point, (P, H', W').",
)
def heat_flat(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat), heat.flatten(1)


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The heat is (P, W', H'): rows and columns are exchanged. The rows come first.",
)
def heat_transposed(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat), heat.transpose(1, 2)


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="The heat is (H', W', P), with the points last. The points come first.",
)
def points_last(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat), heat.permute(1, 2, 0)


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="You return the smallest distance of each point. The contract asks for that of every pixel.",
)
def smallest_distance_only(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat), heat.amin(dim=(1, 2))


@mistake(
    "test_the_nearest_pixel_is_found",
    says="heat and best come in the wrong order. best comes first.",
)
def heat_first(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return heat, _lowest(heat)


@mistake(
    "test_any_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: a picture of one row, of one number a pixel, or a single point "
    "breaks.",
)
def squeezed(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat), heat.squeeze()


@mistake(
    "test_any_sizes_and_float64_work",
    says="You turn the descriptors into float32. Keep the dtype that comes in.",
)
def always_float32(desc_a, desc_b, points):
    heat = _heat(desc_a.float(), desc_b.float(), points)
    return _lowest(heat), heat


@mistake(
    "test_any_sizes_and_float64_work",
    says="You write into what you are given, points or descriptors. Make new tensors.",
)
def points_overwritten(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    points[:] = _lowest(heat)
    return points, heat


@mistake(
    "test_equal_descriptors_are_found",
    says="|a|² + |b|² - 2ab is below 0 by rounding where descriptors are equal, and its root is NaN. Clamp it "
    "at 0 first.",
)
def root_of_a_negative(desc_a, desc_b, points):
    wanted = _wanted(desc_a, points)
    squares = wanted.square().sum(dim=0)[:, None, None] + desc_b.square().sum(dim=0)
    heat = (squares - 2 * _products(desc_a, desc_b, points)).sqrt()
    return _lowest(heat), heat


@mistake(
    "test_equal_descriptors_are_found",
    says="Where two pixels are equally near, you return both of them. best has one row a point: take one.",
)
def all_that_are_nearest(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return (heat == heat.amin(dim=(1, 2), keepdim=True)).nonzero()[:, 1:], heat


@mistake(
    "test_any_sizes_and_float64_work",
    says="A pixel that is found once is not found again. Each point looks for its own nearest pixel.",
)
def every_pixel_once(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    left, numbers = heat.flatten(1).clone(), []
    for row in left:
        numbers.append(row.argmin())
        left[:, numbers[-1]] = torch.inf if len(numbers) < left.shape[1] else 0
    return _place(torch.stack(numbers), heat.shape[2]), heat


@mistake(
    "test_the_nearest_pixel_is_found",
    says="best is int32. Indices are long, torch.int64, as argmin gives them.",
)
def best_as_int32(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _lowest(heat).int(), heat


@mistake(
    "test_any_sizes_and_float64_work",
    says="view needs numbers that lie side by side in memory. reshape or flatten take any.",
)
def view_of_the_picture(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b.view(len(desc_b), -1).view(desc_b.shape), points)
    return _lowest(heat), heat


@mistake(
    "test_it_works_on_a_gpu",
    says="best is made on the processor. Make it where the heat is: stack tensors, or say device=...",
)
def best_on_the_processor(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return torch.tensor(_lowest(heat).tolist()), heat


@mistake(
    "test_any_sizes_and_float64_work",
    says="You tell the descriptors to ask for a gradient (requires_grad_). That is for the caller to say.",
)
def asks_for_gradients(desc_a, desc_b, points):
    heat = _heat(desc_a.requires_grad_(), desc_b, points)
    return _lowest(heat), heat


@mistake(
    "test_any_sizes_and_float64_work",
    says="You squeeze the wanted descriptors: a single point loses its dimension, and cdist needs two.",
)
def wanted_squeezed(desc_a, desc_b, points):
    heat = torch.cdist(_wanted(desc_a, points).T.squeeze(), desc_b.flatten(1).T)
    heat = heat.reshape(-1, *desc_b.shape[1:])
    return _lowest(heat), heat


@mistake(
    "test_the_heat_is_the_distance_of_every_pixel",
    says="What you add under the root is so large (1e-4 or more) that small distances grow. Nothing needs to be added.",
)
def number_under_the_root(desc_a, desc_b, points):
    heat = (_squares(_wanted(desc_a, points), desc_b) + 1e-4).sqrt()
    return _lowest(heat), heat


@mistake(
    "test_any_sizes_and_float64_work",
    says="The pixel's number is kept in 8 bits, which end at 255. Leave it long, as argmin gives it.",
)
def number_in_8_bits(desc_a, desc_b, points):
    heat = _heat(desc_a, desc_b, points)
    return _place(heat.flatten(1).argmin(dim=1).to(torch.uint8), heat.shape[2]).long(), heat
