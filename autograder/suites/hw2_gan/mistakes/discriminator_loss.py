"""Known mistakes in discriminator_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="Real and fake are exchanged: this D learns to call real images fake.",
)
def exchanged(logits_real, logits_fake):
    return F.softplus(logits_real).mean() + F.softplus(-logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="This is the value that D maximises. An optimizer minimises: turn the sign of both terms.",
)
def value_of_the_game(logits_real, logits_fake):
    return F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="Your loss is half of it: the two terms are added here, not averaged.",
)
def halved(logits_real, logits_fake):
    return (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()) / 2


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You sum over the batch. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(logits_real, logits_fake):
    return F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You take one mean over real and fake images together. Each kind has an expectation of its own; add the two.",
)
def one_mean_over_both(logits_real, logits_fake):
    return torch.cat([F.softplus(-logits_real).flatten(), F.softplus(logits_fake).flatten()]).mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="Both sums are divided by the number of real images; the fake ones have a number of their own.",
)
def both_divided_by_the_real_count(logits_real, logits_fake):
    return (F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum()) / len(logits_real)


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You add the terms image by image, which needs as many fake images as real ones. Take both means first.",
)
def added_image_by_image(logits_real, logits_fake):
    return (F.softplus(-logits_real) + F.softplus(logits_fake)).mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="The targets of the fake images have the shape of the real ones; there may be more of the one than of the "
    "other.",
)
def targets_of_one_size(logits_real, logits_fake):
    ones = torch.ones_like(logits_real)
    loss_real = F.binary_cross_entropy_with_logits(logits_real, ones)
    return loss_real + F.binary_cross_entropy_with_logits(logits_fake, 1 - ones)


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="You take the logs of mean probabilities. Each expectation is the mean of logs.",
)
def logs_of_the_means(logits_real, logits_fake):
    d_real, d_fake = torch.sigmoid(logits_real).mean(), torch.sigmoid(logits_fake).mean()
    return -torch.log(d_real) - torch.log(1 - d_fake)


@mistake(
    "test_logits_of_20",
    says="You take log(1 - sigmoid(l)): in float32, 1 - sigmoid(l) is 0 from l = 17 on. Look for a function of torch "
    "that takes logits.",
)
def log_of_sigmoid(logits_real, logits_fake):
    return -torch.log(torch.sigmoid(logits_real)).mean() - torch.log(1 - torch.sigmoid(logits_fake)).mean()


@mistake(
    "test_logits_of_200",
    says="In float32 sigmoid(-200) is 0 and exp(200) is infinite, and so is the log of either. Let one function do "
    "both steps: logsigmoid, softplus, or a loss that takes logits.",
)
def log_of_sigmoid_of_minus(logits_real, logits_fake):
    return -torch.log(torch.sigmoid(logits_real)).mean() - torch.log(torch.sigmoid(-logits_fake)).mean()


@mistake(
    "test_logits_of_20",
    says="A small number inside the log keeps it finite and stops the gradient exactly where D is most wrong.",
)
def epsilon_in_the_log(logits_real, logits_fake):
    d_real, d_fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -torch.log(d_real + 1e-8).mean() - torch.log(1 - d_fake + 1e-8).mean()


@mistake(
    "test_logits_of_20",
    says="BCELoss after a sigmoid cuts the loss off at 100, and its gradient is 0 there: D learns nothing where it is "
    "most wrong. There is a version that takes logits.",
)
def bce_after_sigmoid(logits_real, logits_fake):
    d_real, d_fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    loss_real = F.binary_cross_entropy(d_real, torch.ones_like(d_real))
    return loss_real + F.binary_cross_entropy(d_fake, torch.zeros_like(d_fake))


@mistake(
    "test_logits_of_20",
    says="You clamp the logits. That keeps the numbers small, and the gradient at 0 where D is most wrong.",
)
def clamped_logits(logits_real, logits_fake):
    return F.softplus(-logits_real.clamp(-15, 15)).mean() + F.softplus(logits_fake.clamp(-15, 15)).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="A sigmoid goes into a loss that takes logits and applies one itself: that makes two.",
)
def sigmoid_twice(logits_real, logits_fake):
    d_real, d_fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    loss_real = F.binary_cross_entropy_with_logits(d_real, torch.ones_like(d_real))
    return loss_real + F.binary_cross_entropy_with_logits(d_fake, torch.zeros_like(d_fake))


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="BCELoss gets the logits themselves. It expects probabilities; there is a version that takes logits.",
)
def bce_of_logits(logits_real, logits_fake):
    loss_real = F.binary_cross_entropy(logits_real, torch.ones_like(logits_real))
    return loss_real + F.binary_cross_entropy(logits_fake, torch.zeros_like(logits_fake))


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="You take logarithms of the logits. D(x) is their sigmoid.",
)
def logits_as_probabilities(logits_real, logits_fake):
    return -torch.log(logits_real).mean() - torch.log(1 - logits_fake).mean()


@mistake(
    "test_real_logits_are_pulled_up_and_fake_ones_down",
    says="The fake images do not enter: this D learns to call everything real.",
)
def real_term_alone(logits_real, logits_fake):
    return F.softplus(-logits_real).mean()


@mistake(
    "test_real_logits_are_pulled_up_and_fake_ones_down",
    says="The real images do not enter: this D learns to call everything fake.",
)
def fake_term_alone(logits_real, logits_fake):
    return F.softplus(logits_fake).mean()


@mistake(
    "test_real_logits_are_pulled_up_and_fake_ones_down",
    says="Both kinds get the target 1. The target of a fake image is 0 here.",
)
def everything_real(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() + F.softplus(-logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="The fake term is subtracted. Both terms are surprises, and D wants both of them small: add them.",
)
def fake_term_subtracted(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() - F.softplus(logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="Real images get the target 0.9. Label smoothing is a later trick; this loss is the one of the paper.",
)
def smoothed_targets(logits_real, logits_fake):
    loss_real = F.binary_cross_entropy_with_logits(logits_real, torch.full_like(logits_real, 0.9))
    return loss_real + F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="This is the loss of a Wasserstein critic. The minimax game takes the log of a sigmoid.",
)
def critic(logits_real, logits_fake):
    return logits_fake.mean() - logits_real.mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="These are squared errors, as in LSGAN. The minimax game takes the log of a sigmoid.",
)
def least_squares(logits_real, logits_fake):
    return (logits_real - 1).square().mean() + logits_fake.square().mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="This is the hinge loss, which comes later. The minimax game takes the log of a sigmoid.",
)
def hinge(logits_real, logits_fake):
    return F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_terms",
    says="The loss comes back image by image. Both terms are means over their batch.",
)
def no_mean(logits_real, logits_fake):
    return F.softplus(-logits_real) + F.softplus(logits_fake)


@mistake(
    "test_each_logit_has_the_right_gradient",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(logits_real, logits_fake):
    return (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()).detach()


@mistake(
    "test_each_logit_has_the_right_gradient",
    says="The fake logits are detached. It is G's output that a step of D may detach; D itself learns from both terms.",
)
def fake_logits_detached(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake.detach()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="Targets (N,) meet logits (N, 1) and spread out to (N, N). Make the targets from the logits, ones_like.",
)
def targets_spread_out(logits_real, logits_fake):
    logits = torch.cat([logits_real, logits_fake.reshape(len(logits_fake), *logits_real.shape[1:])])
    targets = torch.cat([torch.ones(len(logits_real)), torch.zeros(len(logits_fake))]).to(logits.dtype)
    losses = F.softplus(logits) - targets * logits
    return losses[: len(logits_real)].mean() + losses[len(logits_real) :].mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="The targets are made as (B, 1), and logits of shape (B,) do not fit them. Use ones_like and zeros_like.",
)
def flat_logits_need_targets_of_their_own(logits_real, logits_fake):
    logits_real, logits_fake = logits_real.squeeze(), logits_fake.squeeze()
    loss_real = F.binary_cross_entropy_with_logits(logits_real, torch.ones(len(logits_real)))
    return loss_real + F.binary_cross_entropy_with_logits(logits_fake, torch.zeros(len(logits_fake)))


@mistake(
    "test_any_shape_and_float64_work",
    says="The loss is always float32. Keep the dtype of the logits.",
)
def always_float32(logits_real, logits_fake):
    return F.softplus(-logits_real.float()).mean() + F.softplus(logits_fake.float()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="You write into the caller's logits (an in-place operation). Make a new tensor.",
)
def caller_changed(logits_real, logits_fake):
    return F.softplus(logits_real.neg_()).mean() + F.softplus(logits_fake).mean()


@mistake(
    "test_each_logit_has_the_right_gradient",
    says="Your formula has a corner at a logit of 0, where autograd takes the slope of one side for that of both "
    "(relu and abs: 0). softplus has none.",
)
def relu_and_abs(logits_real, logits_fake):
    def surprise(logits):
        return F.relu(-logits) + torch.log1p(torch.exp(-logits.abs()))

    return surprise(logits_real).mean() + surprise(-logits_fake).mean()


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The targets are made on the processor, whatever device comes in. Take the input's device: "
    "torch.ones_like(logits).",
)
def targets_on_the_processor(logits_real, logits_fake):
    ones = torch.ones(logits_real.shape, dtype=logits_real.dtype)
    zeros = torch.zeros(logits_fake.shape, dtype=logits_fake.dtype)
    loss = F.binary_cross_entropy_with_logits(logits_real, ones)
    return loss + F.binary_cross_entropy_with_logits(logits_fake, zeros)


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The logits are brought to the processor, and so is the loss. Everything stays on the device it came on.",
)
def brought_to_the_processor(logits_real, logits_fake):
    return F.softplus(-logits_real.cpu()).mean() + F.softplus(logits_fake.cpu()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="squeeze drops every dimension of size 1: with a single image, the batch itself is gone.",
)
def squeezed(logits_real, logits_fake):
    logits_real, logits_fake = logits_real.squeeze(), logits_fake.squeeze()
    ones = torch.ones(len(logits_real), dtype=logits_real.dtype, device=logits_real.device)
    zeros = torch.zeros(len(logits_fake), dtype=logits_fake.dtype, device=logits_fake.device)
    loss = F.binary_cross_entropy_with_logits(logits_real, ones)
    return loss + F.binary_cross_entropy_with_logits(logits_fake, zeros)


@mistake(
    "test_any_shape_and_float64_work",
    says="You ask the caller's logits for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(logits_real, logits_fake):
    if logits_real.is_leaf:
        logits_real.requires_grad_()
    if logits_fake.is_leaf:
        logits_fake.requires_grad_()
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


@mistake(
    "test_logits_of_200",
    says="torch.where computes both of its sides: where the other one overflows, the gradient is 0 times infinity, "
    "NaN.",
)
def where_of_both_sides(logits_real, logits_fake):
    def softplus(x):
        return torch.where(x > 0, x + torch.log(1 + torch.exp(-x)), torch.log(1 + torch.exp(x)))

    return softplus(-logits_real).mean() + softplus(logits_fake).mean()
