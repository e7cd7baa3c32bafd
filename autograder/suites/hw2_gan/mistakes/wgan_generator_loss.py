"""Known mistakes in wgan_generator_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="The sign is missing: minimising E f(G(z)) makes images that the critic scores lower. The loss is minus that.",
)
def without_the_minus(scores_fake):
    return scores_fake.mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You sum over the batch. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(scores_fake):
    return -scores_fake.sum()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="The loss comes back image by image. It is minus the mean over the batch, a single number.",
)
def no_mean(scores_fake):
    return -scores_fake


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="This is the generator's loss of part 1. A critic gives scores, not logits: no sigmoid and no logarithm.",
)
def non_saturating(scores_fake):
    return F.softplus(-scores_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="The scores go through a sigmoid first. A score is any number and no probability.",
)
def sigmoid_of_scores(scores_fake):
    return -torch.sigmoid(scores_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You take the logarithm of a score. There is none in WGAN, and a score may be negative.",
)
def log_of_scores(scores_fake):
    return -torch.log(scores_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="There is a hinge in your loss. The generator should never be content: its score always counts.",
)
def hinge(scores_fake):
    return F.relu(1 - scores_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="Your loss is 1 minus the mean score. The generator's gradient is right, and the loss 1 too large.",
)
def one_minus_the_mean(scores_fake):
    return 1 - scores_fake.mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You take the squared distance of the scores from 1, as in LSGAN. The loss is minus the mean score.",
)
def least_squares(scores_fake):
    return (scores_fake - 1).square().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You take minus the size of each score. A score below 0 then pushes the generator the wrong way.",
)
def size_of_the_scores(scores_fake):
    return -scores_fake.abs().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="The loss is cut off from the graph (detach, item, .data or numpy): the generator cannot learn from it.",
)
def without_graph(scores_fake):
    return -scores_fake.detach().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="The mean goes along one dimension, and a column of scores gives shape (1,). Take it over all numbers: 0-d.",
)
def mean_along_one_dimension(scores_fake):
    return -scores_fake.mean(dim=0)


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="The loss is always float32. Keep the dtype of the scores.",
)
def always_float32(scores_fake):
    return -scores_fake.float().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You compute in float32 and turn the result into float64: what was lost in between does not come back.",
)
def float32_in_between(scores_fake):
    return -scores_fake.float().mean().to(scores_fake.dtype)


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You write into the caller's scores (an in-place operation). Make a new tensor.",
)
def caller_changed(scores_fake):
    return scores_fake.neg_().mean()


@mistake(
    "test_scores_may_lie_on_a_gpu",
    says="The scores are brought to the processor, and so is the loss. Everything stays on the device it came on.",
)
def brought_to_the_processor(scores_fake):
    return -scores_fake.cpu().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_score",
    says="You ask the caller's scores for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(scores_fake):
    if scores_fake.is_leaf:
        scores_fake.requires_grad_()
    return -scores_fake.mean()
