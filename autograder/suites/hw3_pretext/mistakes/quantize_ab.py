"""Known mistakes in quantize_ab."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _differences(ab, centers):
    return ab[:, None] - centers[:, :, None, None]  # (B, Q, 2, H, W)


@mistake(
    "test_the_nearest_center_wins",
    says="You compare a with b: channel 0 of ab is a, and so is column 0 of the centers.",
)
def a_and_b_swapped(ab, centers):
    return _differences(ab, centers.flip(1)).square().sum(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You take the center with the largest distance. The nearest one is asked for: argmin.",
)
def farthest(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmax(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You sum the sizes of the differences in a and b. The Euclidean distance sums their squares.",
)
def manhattan_distance(ab, centers):
    return _differences(ab, centers).abs().sum(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You take the larger of the differences in a and b. The Euclidean distance sums their squares.",
)
def chessboard_distance(ab, centers):
    return _differences(ab, centers).abs().amax(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="The differences in a and b are summed with their signs, so that they cancel. Square them first.",
)
def differences_not_squared(ab, centers):
    return _differences(ab, centers).sum(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You square the sum of the differences. Square each of them, then sum.",
)
def sum_squared(ab, centers):
    return _differences(ab, centers).sum(dim=2).square().argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="Only a is compared. A colour is a and b.",
)
def only_a(ab, centers):
    return _differences(ab, centers)[:, :, 0].abs().argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You take the largest inner product, which prefers vivid centers. Take the smallest distance.",
)
def largest_inner_product(ab, centers):
    return torch.einsum("bchw,qc->bqhw", ab, centers).argmax(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You take the largest cosine: the hue alone. How vivid a colour is counts as well, so take the distance.",
)
def largest_cosine(ab, centers):
    return torch.einsum("bchw,qc->bqhw", F.normalize(ab, dim=1), F.normalize(centers, dim=1)).argmax(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You divide ab by 110, and the centers not: then all pixels are nearly grey. Both are in the units of Lab.",
)
def only_pixels_scaled(ab, centers):
    return _differences(ab / 110, centers).square().sum(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="You scale ab and centers in place: the caller's colours are changed. Make new tensors.",
)
def scaled_in_place(ab, centers):
    ab /= 110
    centers /= 110
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="Your reshape to (pixels, 2) puts neighbouring pixels' values together. Move the channel to the end first: "
    "permute(0, 2, 3, 1).",
)
def reshaped_without_permute(ab, centers):
    batch, _, height, width = ab.shape
    return torch.cdist(ab.reshape(-1, 2), centers).argmin(dim=1).reshape(batch, height, width)


@mistake(
    "test_the_nearest_center_wins",
    says="Rows and columns are exchanged: the result has shape (B, W, H). Move the channel only: permute(0, 2, 3, 1).",
)
def rows_and_columns_exchanged(ab, centers):
    return (ab.permute(0, 3, 2, 1)[..., None, :] - centers).square().sum(dim=-1).argmin(dim=-1)


@mistake(
    "test_the_nearest_center_wins",
    says="You read the pixels column by column and write them row by row. permute(0, 2, 3, 1) keeps the order.",
)
def read_by_column_written_by_row(ab, centers):
    batch, _, height, width = ab.shape
    pixels = ab.permute(0, 3, 2, 1).reshape(-1, 2)
    return torch.cdist(pixels, centers).argmin(dim=1).reshape(batch, height, width)


@mistake(
    "test_the_nearest_center_wins",
    says="The classes come as one long row. Give each image its rows and columns back: (B, H, W).",
)
def left_flat(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1).flatten()


@mistake(
    "test_the_nearest_center_wins",
    says="You guess from a size of 2 where the channels are. They are always in dimension 1, also if W is 2.",
)
def guesses_the_layout(ab, centers):
    if ab.shape[-1] == 2:
        ab = ab.permute(0, 3, 1, 2)
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1)


@mistake(
    "test_the_nearest_center_wins",
    says="squeeze() also drops the batch when there is one image. Name the dimension that should go.",
)
def batch_of_one_squeezed(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1).squeeze()


@mistake(
    "test_the_nearest_center_wins",
    says="The smallest distance is looked for among the images. It is among the centers: dim=1 of (B, Q, H, W).",
)
def argmin_over_images(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=0)


@mistake(
    "test_the_nearest_center_wins",
    says="You return the colour of the nearest center. Its index is asked for.",
)
def color_of_the_center(ab, centers):
    nearest = _differences(ab, centers).square().sum(dim=2).argmin(dim=1)
    return centers[nearest].permute(0, 3, 1, 2)


@mistake(
    "test_the_nearest_center_wins",
    says="You return a one-hot vector for each pixel. The index of the class is asked for.",
)
def one_hot(ab, centers):
    nearest = _differences(ab, centers).square().sum(dim=2).argmin(dim=1)
    return F.one_hot(nearest, len(centers)).permute(0, 3, 1, 2)


@mistake(
    "test_the_nearest_center_wins",
    says="You return the smallest distance. The index of its center is asked for: argmin in place of min.",
)
def distance_returned(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).sqrt().amin(dim=1)


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="The classes are floating-point numbers, with which nothing can be indexed. Make the result long.",
)
def classes_are_floats(ab, centers):
    classes = torch.zeros_like(ab[:, 0])
    distances = _differences(ab, centers).square().sum(dim=2)
    for q in range(len(centers)):
        classes[distances[:, q] == distances.amin(dim=1)] = q
    return classes


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="A pixel halfway between two centers gets both. Take one of them, as argmin does.",
)
def both_of_a_tie(ab, centers):
    batch, _, height, width = ab.shape
    distances = (ab.permute(0, 2, 3, 1)[..., None, :] - centers).square().sum(dim=-1)  # (B, H, W, Q)
    return (distances == distances.amin(dim=-1, keepdim=True)).nonzero()[:, -1].reshape(batch, height, width)


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="A step makes float32 of the centers, which do not go together with float64 colours. Keep the dtype.",
)
def float32_inside(ab, centers):
    pixels = ab.permute(0, 2, 3, 1).reshape(-1, 2)
    products = pixels @ centers.float().T
    distances = pixels.square().sum(dim=1, keepdim=True) - 2 * products + centers.square().sum(dim=1)
    return distances.argmin(dim=1).reshape(len(ab), *ab.shape[2:])


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="You round the colours first. A pixel between two close centers then goes to the wrong one.",
)
def rounded_first(ab, centers):
    return _differences(ab.round(), centers).square().sum(dim=2).argmin(dim=1)


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="Your classes are int32. The contract wants long, which a label of the cross entropy has to be.",
)
def classes_are_int32(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1).int()


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="A class went through uint8, which ends at 255. There are 313 classes in the paper.",
)
def through_bytes(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1).to(torch.uint8).long()


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="view wants numbers that lie in memory in one piece, in the order of the dimensions. reshape takes any.",
)
def view_of_the_pixels(ab, centers):
    pixels = ab.view(len(ab), 2, -1)
    distances = (pixels[:, None] - centers[:, :, None]).square().sum(dim=2)
    return distances.argmin(dim=1).view(len(ab), *ab.shape[2:])


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy works on the processor only: colours on a GPU raise an error in .numpy().",
)
def numpy_on_the_processor(ab, centers):
    differences = ab.numpy()[:, None] - centers.numpy()[:, :, None, None]
    return torch.from_numpy((differences**2).sum(axis=2).argmin(axis=1))


@mistake(
    "test_the_nearest_center_wins",
    says="The classes keep a dimension of size 1. They are (B, H, W).",
)
def one_dimension_more(ab, centers):
    return _differences(ab, centers).square().sum(dim=2).argmin(dim=1, keepdim=True)


@mistake(
    "test_classes_are_long_at_the_edges_too",
    says="A step makes float32 of the colours, which do not go together with float64 centers. Keep the dtype.",
)
def colors_in_float32(ab, centers):
    return torch.cdist(ab.permute(0, 2, 3, 1).reshape(-1, 2).float(), centers).argmin(dim=1).reshape(ab[:, 0].shape)
