"""Known mistakes in kl_equal_variance."""

import torch

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
    "test_pixels_are_added_up",
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
    "test_the_variance_divides",
    says="You square the variance. It is a square already: sigma² in eq. 8.",
)
def variance_squared(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance.square())


@mistake(
    "test_the_variance_divides",
    says="You divide by the standard deviation. In eq. 8 the variance itself divides.",
)
def root_of_the_variance(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / (2 * variance.sqrt())


@mistake(
    "test_the_variance_divides",
    says="You multiply by the variance. The wider the two Gaussians, the harder they are to tell apart: it divides.",
)
def variance_multiplied(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) * variance / 2


@mistake(
    "test_the_variance_divides",
    says="The variance is not used: this is half the squared distance of the means.",
)
def variance_ignored(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p) / 2


@mistake(
    "test_the_variance_divides",
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
    "test_pixels_are_added_up",
    says="You use the distance, with its root. In eq. 8 it is squared.",
)
def distance_not_squared(mu_q, mu_p, variance):
    return _squared_distance(mu_q, mu_p).sqrt() / (2 * variance)


@mistake(
    "test_pixels_are_added_up",
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
    "test_pixels_are_added_up",
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
