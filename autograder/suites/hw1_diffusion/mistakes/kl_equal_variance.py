"""Known mistakes in kl_equal_variance."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _squared_distance(mu_q, mu_p):
    """(B,)"""
    return (mu_q - mu_p).square().flatten(start_dim=1).sum(dim=1)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The factor 1/2 is missing: the squared distance is divided by twice the variance.",
)
def half_missing(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / variance


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You divide by half the variance, so the result is four times too large. It is divided by twice the variance.",
)
def half_of_the_variance(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (variance / 2)


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You average over the pixels. Divergences of independent pixels add up.",
)
def mean_over_pixels(mu_q, mu_p, variance):
    return (mu_q - mu_p).square().flatten(start_dim=1).mean(dim=1) / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You average over the batch. The contract asks for one divergence per item.",
)
def mean_over_the_batch(mu_q, mu_p, variance):
    return (_squared_distance(mu_q, mu_p) / (2 * variance)).mean()


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You add the whole batch up. The contract asks for one divergence per item.",
)
def sum_over_the_batch(mu_q, mu_p, variance):
    return (_squared_distance(mu_q, mu_p) / (2 * variance)).sum()


@mistake(
    "test_each_item_has_its_own_divergence",
    says="All items share one squared distance, summed over the batch too. Sum over the dimensions after the first.",
)
def one_distance_for_all(mu_q, mu_p, variance):
    return (mu_q - mu_p).square().sum() / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The first item's variance is used for the whole batch. Every item has its own.",
)
def first_variance_for_all(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance[0])


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You square the variance. It is a square already: sigma² in eq. 8.",
)
def variance_squared(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance.square())


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You divide by the standard deviation. In eq. 8 the variance itself divides.",
)
def root_of_the_variance(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance.sqrt())


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You multiply by the variance. The wider the two Gaussians, the harder they are to tell apart: it divides.",
)
def variance_multiplied(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) * variance / 2


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="The variance is not used: this is half the squared distance of the means.",
)
def variance_ignored(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / 2


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You add the logarithm of the variance, as a log-likelihood does. With equal variances it cancels.",
)
def logarithm_added(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance) + variance.log() / 2


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You sum absolute differences. The distance in eq. 8 is squared.",
)
def absolute_differences(mu_q, mu_p, variance):
    return (mu_q - mu_p).abs().flatten(start_dim=1).sum(dim=1) / (2 * variance)


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You use the distance, with its root. In eq. 8 it is squared.",
)
def distance_not_squared(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p).sqrt() / (2 * variance)


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="You add the differences up and square the sum: differences of opposite sign cancel. Square first, then sum.",
)
def square_of_the_sum(mu_q, mu_p, variance):
    return (mu_q - mu_p).flatten(start_dim=1).sum(dim=1).square() / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The sign is turned round: a divergence is never negative.",
)
def sign_turned_round(mu_q, mu_p, variance):
    return -_squared_distance(mu_q, mu_p) / (2 * variance)


@mistake(
    "test_pixels_add_up_and_the_variance_divides",
    says="Your code sums over dimensions 1, 2 and 3, which only images have. Points (B, D) have one: flatten first.",
)
def images_only(mu_q, mu_p, variance):
    return (mu_q - mu_p).square().sum(dim=(1, 2, 3)) / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You sum over dimension 1 alone. In an image, rows and columns are left over: sum over all but the batch.",
)
def only_dimension_1_summed(mu_q, mu_p, variance):
    return (mu_q - mu_p).square().sum(dim=1) / (2 * variance.reshape(-1, *[1] * (mu_q.dim() - 2)))


@mistake(
    "test_gradients_reach_both_means",
    says="mu_p is detached. During training it is the model's mean: it needs the gradient.",
)
def mu_p_detached(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p.detach()) / (2 * variance)


@mistake(
    "test_gradients_reach_both_means",
    says="mu_q is detached. The contract asks for a gradient to both means.",
)
def mu_q_detached(mu_q, mu_p, variance):
    return _squared_distance(mu_q.detach(), mu_p) / (2 * variance)


@mistake(
    "test_gradients_reach_both_means",
    says="The result is cut off from the graph (detach, no_grad, .data or numpy): nothing can be trained with it.",
)
def result_detached(mu_q, mu_p, variance):
    return (_squared_distance(mu_q, mu_p) / (2 * variance)).detach()


@mistake(
    "test_gradients_reach_both_means",
    says="You turn everything into float32. Keep the dtype that mu_q comes in.",
)
def always_float32(mu_q, mu_p, variance):
    return _squared_distance(mu_q.float(), mu_p.float()) / (2 * variance.float())


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You subtract in place: the caller's mu_q now holds the difference. Make a new tensor.",
)
def mu_q_overwritten(mu_q, mu_p, variance):
    with torch.no_grad():
        mu_q -= mu_p
    return mu_q.square().flatten(start_dim=1).sum(dim=1) / (2 * variance)


@mistake(
    "test_gradients_reach_both_means",
    says="You take a root and square it again: at equal means the root has no slope, and the gradient is NaN.",
)
def root_and_square(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p).sqrt().square() / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="squeeze drops every dimension of size 1: a batch of one loses its shape (1,).",
)
def squeezed(mu_q, mu_p, variance):
    return (_squared_distance(mu_q, mu_p) / (2 * variance)).squeeze()


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You add a small number to the variance. It is positive, and may be as small as that number.",
)
def small_number_added_to_the_variance(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance + 1e-8)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You keep the variance above a small number. It is positive, and may be smaller than that.",
)
def variance_kept_above_a_small_number(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance.clamp(min=1e-5))


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The variances lie along the last dimension, not along the batch. Sum first, or make them (B, 1, ...).",
)
def variances_along_the_width(mu_q, mu_p, variance):
    return ((mu_q - mu_p).square() / (2 * variance)).flatten(start_dim=1).sum(dim=1)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The result is (B, B): (B, 1) distances meet (B,) variances, each with all. Give both shape (B,).",
)
def every_pair(mu_q, mu_p, variance):
    return (mu_q - mu_p).square().flatten(start_dim=1).sum(dim=1, keepdim=True) / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="view needs numbers that lie in memory in order; these may not. reshape and flatten work for all.",
)
def viewed(mu_q, mu_p, variance):
    rows = mu_q.view(len(mu_q), -1) - mu_p.view(len(mu_p), -1)
    return rows.square().sum(dim=1) / (2 * variance)


@mistake(
    "test_gradients_reach_both_means",
    says="Python numbers (item) have no graph, and become float32 in a new tensor. Compute with tensors to the end.",
)
def python_numbers(mu_q, mu_p, variance):
    distances = zip(_squared_distance(mu_q, mu_p), variance, strict=True)
    return torch.tensor([distance.item() / (2 * v.item()) for distance, v in distances])


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You double the variance in place: the caller's variances are changed. Make a new tensor.",
)
def variance_doubled_in_place(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / variance.mul_(2)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(mu_q, mu_p, variance):
    return _squared_distance(mu_q.requires_grad_(), mu_p.requires_grad_()) / (2 * variance)


@mistake(
    "test_it_works_on_a_gpu",
    says="The result is a new tensor on the processor that you fill. Make it with mu_q.new_zeros, or stack.",
)
def filled_on_the_processor(mu_q, mu_p, variance):
    result = torch.zeros(len(mu_q), dtype=mu_q.dtype)
    for item, (q, p, v) in enumerate(zip(mu_q, mu_p, variance, strict=True)):
        result[item] = (q - p).square().sum() / (2 * v)
    return result


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's means cannot meet it. A number needs no device.",
)
def tensor_made_on_the_processor(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (torch.tensor([2.0], dtype=mu_q.dtype) * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The result has shape (B, 1). One number for each item is shape (B,): no keepdim.",
)
def in_a_column(mu_q, mu_p, variance):
    return (_squared_distance(mu_q, mu_p) / (2 * variance))[:, None]


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You sum over the last dimension alone. In an image, channels and rows are left over: flatten first.",
)
def only_the_last_dimension_summed(mu_q, mu_p, variance):
    return (mu_q - mu_p).square().sum(dim=-1) / (2 * variance.reshape(-1, *[1] * (mu_q.dim() - 2)))


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You take the norm over dimension 1 alone. In an image, rows and columns are left over: flatten first.",
)
def norm_over_dimension_1(mu_q, mu_p, variance):
    return torch.norm(mu_q - mu_p, dim=1) ** 2 / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="Large differences count linearly (smooth L1, Huber). The distance in eq. 8 is squared everywhere.",
)
def huber(mu_q, mu_p, variance):
    return F.smooth_l1_loss(mu_q, mu_p, reduction="none").flatten(start_dim=1).sum(dim=1) / variance


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You subtract in place: the caller's mu_q is changed, or autograd refuses it. Make a new tensor.",
)
def mu_q_changed_where_it_stands(mu_q, mu_p, variance):
    return mu_q.sub_(mu_p).square().flatten(start_dim=1).sum(dim=1) / (2 * variance)


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You add D times the logarithm of the variance, as a log-likelihood does. With equal variances it cancels.",
)
def logarithm_of_each_pixel_added(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance) + mu_q[0].numel() * variance.log() / 2


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy knows no GPU: .numpy() fails there. Divide by the tensor itself.",
)
def by_way_of_numpy(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / torch.from_numpy(2 * variance.numpy())


@mistake(
    "test_gradients_reach_both_means",
    says="numpy leaves the graph, so no gradient reaches the means, and it knows no GPU. Use torch.",
)
def all_by_way_of_numpy(mu_q, mu_p, variance):
    difference = mu_q.detach().numpy() - mu_p.detach().numpy()
    squares = (difference**2).reshape(len(difference), -1).sum(axis=1)
    return torch.from_numpy(squares / (2 * variance.numpy()))


@mistake(
    "test_each_item_has_its_own_divergence",
    says="Mean over the pixels and sum over the batch: the two have changed places, and the batch is to stay.",
)
def mean_over_pixels_sum_over_batch(mu_q, mu_p, variance):
    return ((mu_q - mu_p).square().flatten(start_dim=1).mean(dim=1) / (2 * variance)).sum()


@mistake(
    "test_each_item_has_its_own_divergence",
    says="The variances always get four dimensions, which fits images alone. Points (B, D) need (B, 1).",
)
def variances_for_images_only(mu_q, mu_p, variance):
    return ((mu_q - mu_p).square() / (2 * variance.reshape(-1, 1, 1, 1))).sum(dim=(1, 2, 3))


@mistake(
    "test_each_item_has_its_own_divergence",
    says="You add a small number to the divisor. The variance is positive, and may be as small.",
)
def small_number_added_to_the_divisor(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance + 1e-6)
