"""Known mistakes in critic_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The sign is turned. E f(x) - E f(G(z)) is the distance, which the critic wants large; the loss is minus it.",
)
def distance_minimised(scores_real, scores_fake):
    return scores_real.mean() - scores_fake.mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="You add the two means. The critic lowers fake scores and raises real ones: subtract the real mean.",
)
def means_added(scores_real, scores_fake):
    return scores_real.mean() + scores_fake.mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="You take the size of the difference. A critic that scores real images higher is right, and should not pay.",
)
def size_of_the_difference(scores_real, scores_fake):
    return (scores_fake.mean() - scores_real.mean()).abs()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="You take minus the size of the difference. A critic that scores fake images higher is wrong, and should pay.",
)
def minus_the_size_of_the_difference(scores_real, scores_fake):
    return -(scores_fake.mean() - scores_real.mean()).abs()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="You sum over the batches. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(scores_real, scores_fake):
    return scores_fake.sum() - scores_real.sum()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="You take one mean over real and fake scores together. Each kind has a mean of its own.",
)
def one_mean_over_both(scores_real, scores_fake):
    return torch.cat([-scores_real.flatten(), scores_fake.flatten()]).mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="Both sums are divided by the number of real images; the fake ones have a number of their own.",
)
def both_divided_by_the_real_count(scores_real, scores_fake):
    return (scores_fake.sum() - scores_real.sum()) / len(scores_real)


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="You subtract score by score, which needs as many fake images as real ones. Take both means first.",
)
def subtracted_score_by_score(scores_real, scores_fake):
    return (scores_fake - scores_real).mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The loss comes back image by image. Both expectations are means over their batch.",
)
def no_mean(scores_real, scores_fake):
    return scores_fake - scores_real


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="Your loss is half of it: each of the two means has weight 1.",
)
def halved(scores_real, scores_fake):
    return (scores_fake.mean() - scores_real.mean()) / 2


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="This is the discriminator's loss of part 1. A critic gives scores, not logits: no sigmoid and no logarithm.",
)
def minimax(scores_real, scores_fake):
    return F.softplus(-scores_real).mean() + F.softplus(scores_fake).mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The scores go through a sigmoid first. A score is any number and no probability.",
)
def sigmoid_of_scores(scores_real, scores_fake):
    return torch.sigmoid(scores_fake).mean() - torch.sigmoid(scores_real).mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="This is the hinge loss, which comes in part 7. A critic of WGAN has no margin.",
)
def hinge(scores_real, scores_fake):
    return F.relu(1 - scores_real).mean() + F.relu(1 + scores_fake).mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="These are squared errors, as in LSGAN. The critic's loss is a plain difference of mean scores.",
)
def least_squares(scores_real, scores_fake):
    return (scores_real - 1).square().mean() + scores_fake.square().mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The real images do not enter: this critic learns to score everything low.",
)
def fake_term_alone(scores_real, scores_fake):
    return scores_fake.mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The fake images do not enter: this critic learns to score everything high.",
)
def real_term_alone(scores_real, scores_fake):
    return -scores_real.mean()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(scores_real, scores_fake):
    return (scores_fake.mean() - scores_real.mean()).detach()


@mistake(
    "test_the_loss_is_fake_minus_real",
    says="The fake scores are detached. It is G's output that a step of the critic may detach; the critic learns from "
    "both terms.",
)
def fake_scores_detached(scores_real, scores_fake):
    return scores_fake.detach().mean() - scores_real.mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="The mean goes along one dimension, and a column of scores gives shape (1,). Take it over all numbers: 0-d.",
)
def mean_along_one_dimension(scores_real, scores_fake):
    return scores_fake.mean(dim=0) - scores_real.mean(dim=0)


@mistake(
    "test_any_shape_and_float64_work",
    says="The loss is always float32. Keep the dtype of the scores.",
)
def always_float32(scores_real, scores_fake):
    return scores_fake.float().mean() - scores_real.float().mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="You compute in float32 and turn the result into float64: what was lost in between does not come back.",
)
def float32_in_between(scores_real, scores_fake):
    return (scores_fake.float().mean() - scores_real.float().mean()).to(scores_real.dtype)


@mistake(
    "test_any_shape_and_float64_work",
    says="You write into the caller's scores (an in-place operation). Make a new tensor.",
)
def caller_changed(scores_real, scores_fake):
    return scores_fake.mean() + scores_real.neg_().mean()


@mistake(
    "test_scores_may_lie_on_a_gpu",
    says="The scores are brought to the processor, and so is the loss. Everything stays on the device it came on.",
)
def brought_to_the_processor(scores_real, scores_fake):
    return scores_fake.cpu().mean() - scores_real.cpu().mean()


@mistake(
    "test_scores_may_lie_on_a_gpu",
    says="Signs or weights are made as a tensor on the processor. Take the device of the scores.",
)
def signs_on_the_processor(scores_real, scores_fake):
    real = scores_real.flatten() @ torch.full((scores_real.numel(),), 1 / scores_real.numel(), dtype=scores_real.dtype)
    fake = scores_fake.flatten() @ torch.full((scores_fake.numel(),), 1 / scores_fake.numel(), dtype=scores_fake.dtype)
    return fake - real


@mistake(
    "test_any_shape_and_float64_work",
    says="You ask the caller's scores for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(scores_real, scores_fake):
    if scores_real.is_leaf:
        scores_real.requires_grad_()
    return scores_fake.mean() - scores_real.mean()
