"""Known mistakes in class_rebalancing."""

import torch

from autograder.suites import mistake


def _mix(prior, lam):
    return (1 - lam) * prior + lam / len(prior)


def _scale(weights, prior):
    return weights / (prior * weights).sum()


@mistake(
    "test_rare_classes_weigh_more",
    says="You return the mixture itself, in which frequent classes weigh more. Take one over it.",
)
def no_reciprocal(prior, lam):
    return _scale(_mix(prior, lam), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="Your weights are one minus the mixture. Take one over it: half as frequent is twice as heavy.",
)
def one_minus_the_mixture(prior, lam):
    return _scale(1 - _mix(prior, lam), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="You take minus the logarithm of the mixture. The weights are one over it.",
)
def minus_the_logarithm(prior, lam):
    return _scale(-_mix(prior, lam).log(), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="You take one over the root of the mixture. The weights are one over the mixture itself.",
)
def one_over_the_root(prior, lam):
    return _scale(_mix(prior, lam).rsqrt(), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="Your uniform distribution is 1 for each class. It sums to 1 as well: 1/Q for each.",
)
def uniform_of_1(prior, lam):
    return _scale(1 / ((1 - lam) * prior + lam), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="You add lam to the prior. The two distributions are mixed: (1 - lam) prior + lam / Q.",
)
def lam_added(prior, lam):
    return _scale(1 / (prior + lam), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="The prior keeps its full share: prior + lam / Q. It has the share 1 - lam.",
)
def prior_with_full_share(prior, lam):
    return _scale(1 / (prior + lam / len(prior)), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="The uniform distribution has the full share: (1 - lam) prior + 1 / Q. Its share is lam.",
)
def uniform_with_full_share(prior, lam):
    return _scale(1 / ((1 - lam) * prior + 1 / len(prior)), prior)


@mistake(
    "test_classes_that_never_occur_have_a_weight",
    says="You leave lam out and take one over the prior, which is 0 for classes that never occur. Mix first.",
)
def one_over_the_prior(prior, lam):
    return _scale(1 / prior, prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="You take one over each distribution and mix those. Mix the distributions, then take one over the mixture.",
)
def reciprocals_mixed(prior, lam):
    return _scale((1 - lam) / prior + lam * len(prior), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="You mix the weights with 1. Mix the distributions, then take one over the mixture.",
)
def weights_mixed_with_1(prior, lam):
    weights = _scale(1 / (prior + 1e-8), prior)
    return _scale((1 - lam) * weights + lam, prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="lam and 1 - lam are swapped: lam is the share of the uniform distribution.",
)
def shares_swapped(prior, lam):
    return _scale(1 / (lam * prior + (1 - lam) / len(prior)), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="You always mix half and half, as in the paper. lam says how.",
)
def always_half(prior, lam):
    return _scale(1 / _mix(prior, 0.5), prior)


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="The weights are not scaled. Divide them by their mean under the prior.",
)
def not_scaled(prior, lam):
    return 1 / _mix(prior, lam)


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="Your weights sum to 1. It is their mean under the prior that should be 1.",
)
def sum_is_1(prior, lam):
    weights = 1 / _mix(prior, lam)
    return weights / weights.sum()


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="Your mean is over the classes, as if all were as frequent. Take it under the prior: the mean over pixels.",
)
def mean_over_classes(prior, lam):
    weights = 1 / _mix(prior, lam)
    return weights / weights.mean()


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="You divide by the mean of prior times weight over the classes, Q times less than their sum. Take the sum.",
)
def mean_in_place_of_sum(prior, lam):
    weights = 1 / _mix(prior, lam)
    return weights / (prior * weights).mean()


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="You divide by the largest weight. Divide by the mean under the prior.",
)
def largest_is_1(prior, lam):
    weights = 1 / _mix(prior, lam)
    return weights / weights.max()


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="Your mean is under the mixture. Take it under the prior: these are the pixels that there are.",
)
def mean_under_the_mixture(prior, lam):
    weights = 1 / _mix(prior, lam)
    return weights / (_mix(prior, lam) * weights).sum()


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="You multiply by the mean under the prior. Divide by it: then the mean is 1.",
)
def multiplied_by_the_mean(prior, lam):
    weights = 1 / _mix(prior, lam)
    return weights * (prior * weights).sum()


@mistake(
    "test_the_mean_weight_of_a_pixel_is_1",
    says="You normalise with a softmax. All weights are divided by the same number.",
)
def softmax(prior, lam):
    return (1 / _mix(prior, lam)).softmax(dim=0)


@mistake(
    "test_classes_that_never_occur_have_a_weight",
    says="Classes that never occur get the weight 0. Their share of the mixture is lam / Q: the largest weight.",
)
def zero_for_what_never_occurs(prior, lam):
    weights = torch.where(prior > 0, 1 / _mix(prior, lam), 0)
    return _scale(weights, prior)


@mistake(
    "test_classes_that_never_occur_have_a_weight",
    says="Your uniform distribution is over the classes that occur. It is over all Q.",
)
def uniform_over_what_occurs(prior, lam):
    return _scale(1 / ((1 - lam) * prior + lam / (prior > 0).sum()), prior)


@mistake(
    "test_classes_that_never_occur_have_a_weight",
    says="The weights are always float32. Keep the dtype of the prior.",
)
def always_float32(prior, lam):
    return _scale(1 / _mix(prior, lam), prior).float()


@mistake(
    "test_rare_classes_weigh_more",
    says="You write into the caller's prior. Make a new tensor.",
)
def prior_changed(prior, lam):
    before = prior.clone()
    prior *= 1 - lam
    prior += lam / len(prior)
    return _scale(1 / prior, before)


@mistake(
    "test_rare_classes_weigh_more",
    says="squeeze() drops the dimension of a single class. The weights have shape (Q,), also if Q is 1.",
)
def squeezed(prior, lam):
    return _scale(1 / _mix(prior, lam), prior).squeeze()


@mistake(
    "test_classes_that_never_occur_have_a_weight",
    says="A small number in the divisor or a floor on the prior moves the weights of rare classes. lam keeps the "
    "mixture above 0.",
)
def small_number_in_the_divisor(prior, lam):
    return _scale(1 / (_mix(prior, lam) + 1e-3), prior)


@mistake(
    "test_it_works_on_a_gpu",
    says="Your uniform distribution lies on the processor. On a GPU: full_like(prior, 1 / Q), or the number alone.",
)
def uniform_on_the_processor(prior, lam):
    uniform = torch.full((len(prior),), 1 / len(prior), dtype=prior.dtype)
    return _scale(1 / ((1 - lam) * prior + lam * uniform), prior)


@mistake(
    "test_rare_classes_weigh_more",
    says="The number of classes is that of the paper, 313. Q is the length of the prior.",
)
def always_313_classes(prior, lam):
    return _scale(1 / ((1 - lam) * prior + lam / 313), prior)


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy works on the processor only: a prior on a GPU raises an error in .numpy().",
)
def numpy_on_the_processor(prior, lam):
    share = prior.numpy()
    weights = 1 / ((1 - lam) * share + lam / len(share))
    return torch.from_numpy(weights / (share * weights).sum())
