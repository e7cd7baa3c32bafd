"""Known mistakes in soft_encode_ab."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _squared(ab, centers):
    return (ab[:, None] - centers[:, :, None, None]).square().sum(dim=2)  # (B, Q, H, W)


def _nearest(ab, centers, k):
    return _squared(ab, centers).topk(k, dim=1, largest=False)


def _place(weights, classes, ab, centers):
    return torch.zeros_like(_squared(ab, centers)).scatter(1, classes, weights)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="All classes get a weight. Only the k nearest do; the others have 0.",
)
def all_classes(ab, centers, k, sigma):
    return (-_squared(ab, centers) / (2 * sigma**2)).softmax(dim=1)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="You keep k classes of a softmax over all: their weights no longer sum to 1. Choose first, then normalise.",
)
def chosen_after_the_softmax(ab, centers, k, sigma):
    weights, classes = (-_squared(ab, centers) / (2 * sigma**2)).softmax(dim=1).topk(k, dim=1)
    return _place(weights, classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="The weights are not normalised: divide them by their sum over the k classes.",
)
def not_normalized(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma**2)).exp(), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="You divide by the Gaussian's own factor, 2 pi sigma². The weights of a pixel should sum to 1.",
)
def density_of_the_gaussian(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma**2)).exp() / (2 * torch.pi * sigma**2), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="You divide by the largest weight. Divide by the sum of the k weights.",
)
def largest_weight_is_1(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place(((near[:, :1] - near) / (2 * sigma**2)).exp(), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="The 2 is missing: the exponent is -d² / (2 sigma²).",
)
def without_the_2(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / sigma**2).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="The distance is not squared: the exponent is -d² / (2 sigma²).",
)
def distance_not_squared(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near.sqrt() / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="sigma is not squared: the exponent is -d² / (2 sigma²).",
)
def sigma_not_squared(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="You multiply by sigma² in place of dividing. In Python, / 2 * sigma**2 does so: put the divisor in brackets.",
)
def brackets_missing(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / 2 * sigma**2).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="sigma is left out: it says how fast the weights fall.",
)
def without_sigma(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near.sqrt()).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="The exponent has the wrong sign: of the k classes, the farthest gets the most. Nearer ones should.",
)
def farther_ones_weigh_more(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="Your weights are one over the distance. They should be a Gaussian of the distance, whose width is sigma.",
)
def one_over_the_distance(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    weights = 1 / (near.sqrt() + 1e-6)
    return _place(weights / weights.sum(dim=1, keepdim=True), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="All k classes weigh the same. Nearer ones weigh more, by the Gaussian of their distance.",
)
def all_k_alike(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place(torch.full_like(near, 1 / k), classes, ab, centers)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="The nearest class has all the weight. It is shared among the k nearest.",
)
def one_hot(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, 1)
    return _place(torch.ones_like(near), classes, ab, centers)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="topk takes the largest distances if it is not told otherwise: largest=False.",
)
def the_k_farthest(ab, centers, k, sigma):
    near, classes = _squared(ab, centers).topk(k, dim=1)
    return _place((-near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="The weights stand in channels 0 ... k - 1. Each belongs into the channel of its class, which topk tells.",
)
def in_the_first_channels(ab, centers, k, sigma):
    near, _ = _nearest(ab, centers, k)
    return F.pad((-near / (2 * sigma**2)).softmax(dim=1), (0, 0, 0, 0, 0, len(centers) - k))


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="The k classes are chosen for the whole image. Each pixel has its own.",
)
def same_classes_for_all_pixels(ab, centers, k, sigma):
    squared = _squared(ab, centers)
    far = squared.mean(dim=(2, 3), keepdim=True).argsort(dim=1).argsort(dim=1) >= k
    return (-squared / (2 * sigma**2)).masked_fill(far, -torch.inf).softmax(dim=1)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="You compare a with b: channel 0 of ab is a, and so is column 0 of the centers.",
)
def a_and_b_swapped(ab, centers, k, sigma):
    near, classes = _nearest(ab.flip(1), centers, k)
    return _place((-near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="You sum the sizes of the differences in a and b. The Euclidean distance sums their squares.",
)
def manhattan_distance(ab, centers, k, sigma):
    distance = (ab[:, None] - centers[:, :, None, None]).abs().sum(dim=2)
    near, classes = distance.topk(k, dim=1, largest=False)
    return _place((-near.square() / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="The softmax runs along a row of pixels. The weights of each pixel sum to 1 over its classes: dim=1.",
)
def normalized_over_pixels(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma**2)).softmax(dim=-1), classes, ab, centers)


@mistake(
    "test_weights_fall_with_the_squared_distance",
    says="You divide by the sum over the whole batch. The weights of each pixel sum to 1.",
)
def normalized_over_everything(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    weights = (-near / (2 * sigma**2)).exp()
    return _place(weights / weights.sum(), classes, ab, centers)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="The classes come last in yours. They belong into dimension 1: (B, Q, H, W).",
)
def classes_last(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers).permute(0, 2, 3, 1)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="You view (pixels, Q) as (B, Q, H, W), which mixes pixels and classes. View as (B, H, W, Q), then permute.",
)
def viewed_without_permute(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    code = _place((-near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)
    return code.permute(0, 2, 3, 1).reshape(code.shape)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="Your reshape to (pixels, 2) puts neighbouring pixels' values together. Move the channel to the end first: "
    "permute(0, 2, 3, 1).",
)
def reshaped_without_permute(ab, centers, k, sigma):
    batch, _, height, width = ab.shape
    ab = ab.reshape(batch, height, width, 2).permute(0, 3, 1, 2)
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers)


@mistake(
    "test_far_colors_have_weights_too",
    says="Far from every center all weights round to 0, and 0 / 0 is NaN. softmax subtracts the largest exponent.",
)
def zero_over_zero(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    weights = (-near / (2 * sigma**2)).exp()
    return _place(weights / weights.sum(dim=1, keepdim=True), classes, ab, centers)


@mistake(
    "test_far_colors_have_weights_too",
    says="The small number in your divisor hides a 0 / 0: far colours have no weights at all. Subtract the smallest d² "
    "before exp, as softmax does.",
)
def small_number_in_the_divisor(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    weights = (-near / (2 * sigma**2)).exp()
    return _place(weights / (weights.sum(dim=1, keepdim=True) + 1e-8), classes, ab, centers)


@mistake(
    "test_far_colors_have_weights_too",
    says="The small number on each weight decides where the weights round to 0: all k classes weigh the same. "
    "Subtract the smallest d² before exp, as softmax does.",
)
def small_number_on_each_weight(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    weights = (-near / (2 * sigma**2)).exp() + 1e-8
    return _place(weights / weights.sum(dim=1, keepdim=True), classes, ab, centers)


@mistake(
    "test_one_class_all_classes_and_float64",
    says="squeeze() also drops the batch when there is one image. Name the dimension that should go.",
)
def squeezed(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    return _place((-near / (2 * sigma**2)).softmax(dim=1), classes, ab, centers).squeeze()


@mistake(
    "test_one_class_all_classes_and_float64",
    says="The code is always float32. Keep the dtype of ab.",
)
def always_float32(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    code = torch.zeros(len(ab), len(centers), *ab.shape[2:], device=ab.device)
    return code.scatter(1, classes, (-near / (2 * sigma**2)).softmax(dim=1).float())


@mistake(
    "test_one_class_all_classes_and_float64",
    says="You take what is nearer than class number k + 1, and with k = Q there is none. Take the k nearest.",
)
def border_beyond_k(ab, centers, k, sigma):
    squared = _squared(ab, centers)
    border = squared.sort(dim=1).values[:, k].unsqueeze(1)
    return (-squared / (2 * sigma**2)).masked_fill(squared >= border, -torch.inf).softmax(dim=1)


@mistake(
    "test_one_class_all_classes_and_float64",
    says="The nearest class is left out, as one leaves out the point itself among neighbours. A pixel is no center.",
)
def nearest_left_out(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, min(k + 1, len(centers)))
    return _place((-near[:, 1:] / (2 * sigma**2)).softmax(dim=1), classes[:, 1:], ab, centers)


@mistake(
    "test_the_k_nearest_classes_have_all_the_weight",
    says="You keep every class that is as near as the k-th nearest. In a tie these are more than k; take k of them.",
)
def all_as_near_as_the_kth(ab, centers, k, sigma):
    squared = _squared(ab, centers)
    border = squared.kthvalue(k, dim=1, keepdim=True).values
    return (-squared / (2 * sigma**2)).masked_fill(squared > border, -torch.inf).softmax(dim=1)


@mistake(
    "test_far_colors_have_weights_too",
    says="Also in float64 exp(-20000) is 0, and 0 / 0 is NaN. softmax subtracts the largest exponent.",
)
def zero_over_zero_in_float64(ab, centers, k, sigma):
    near, classes = _nearest(ab.double(), centers.double(), k)
    weights = (-near / (2 * sigma**2)).exp()
    weights = weights / weights.sum(dim=1, keepdim=True)
    return _place(weights.to(ab.dtype), classes, ab, centers)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make the code's tensor on the processor. On a GPU: device=ab.device, or zeros_like.",
)
def code_on_the_processor(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, k)
    code = torch.zeros(len(ab), len(centers), *ab.shape[2:], dtype=ab.dtype)
    return code.scatter(1, classes, (-near / (2 * sigma**2)).softmax(dim=1))


@mistake(
    "test_one_class_all_classes_and_float64",
    says="k and sigma are those of the paper, whatever is asked for. They are arguments.",
)
def as_in_the_paper(ab, centers, k, sigma):
    near, classes = _nearest(ab, centers, min(5, len(centers)))
    return _place((-near / (2 * 5**2)).softmax(dim=1), classes, ab, centers)
