"""Known mistakes in generator_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_a_fake_is_pulled_hardest_where_d_sees_through_it",
    says="This is log(1 - D(G(z))), which is nearly flat where D sees through a fake. The non-saturating loss is -log "
    "D(G(z)).",
)
def saturating(logits_fake):
    return F.logsigmoid(-logits_fake).mean()


@mistake(
    "test_a_fake_is_pulled_hardest_where_d_sees_through_it",
    says="The sign is missing: minimising log D(G(z)) makes the fakes worse. The loss is minus that.",
)
def without_the_minus(logits_fake):
    return F.logsigmoid(logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="The target is 0 here: that is the discriminator's term. The generator wants its images to be called real, 1.",
)
def fake_target(logits_fake):
    return F.softplus(logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="You sum over the batch. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(logits_fake):
    return F.softplus(-logits_fake).sum()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="The loss comes back image by image. It is the mean over the batch, a single number.",
)
def no_mean(logits_fake):
    return F.softplus(-logits_fake)


@mistake(
    "test_the_loss_is_minus_log_d",
    says="Your loss is half of it: there is one term here, and its weight is 1.",
)
def halved(logits_fake):
    return F.softplus(-logits_fake).mean() / 2


@mistake(
    "test_the_loss_is_minus_log_d",
    says="You take the log of the mean of D(G(z)). The loss is the mean of the logs.",
)
def log_of_the_mean(logits_fake):
    return -torch.log(torch.sigmoid(logits_fake).mean())


@mistake(
    "test_logits_of_20_and_200",
    says="In float32 sigmoid(-200) is 0 and exp(200) is infinite, and so is the log of either. Let one function do "
    "both steps: logsigmoid, softplus, or a loss that takes logits.",
)
def log_of_sigmoid(logits_fake):
    return -torch.log(torch.sigmoid(logits_fake)).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="A small number inside the log keeps it finite and takes the gradient away where G needs it most.",
)
def epsilon_in_the_log(logits_fake):
    return -torch.log(torch.sigmoid(logits_fake) + 1e-8).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="BCELoss after a sigmoid cuts the loss off at 100, and its gradient is 0 there: G learns nothing where it is "
    "worst. There is a version that takes logits.",
)
def bce_after_sigmoid(logits_fake):
    d_fake = torch.sigmoid(logits_fake)
    return F.binary_cross_entropy(d_fake, torch.ones_like(d_fake))


@mistake(
    "test_logits_of_20_and_200",
    says="You clamp the logits. That keeps the numbers small, and the gradient at 0 where D sees through the fakes.",
)
def clamped_logits(logits_fake):
    return F.softplus(-logits_fake.clamp(-15, 15)).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="You clamp D(G(z)) away from 0. That keeps the log finite, and the gradient at 0 where D sees through the "
    "fakes.",
)
def clamped_probabilities(logits_fake):
    return -torch.log(torch.sigmoid(logits_fake).clamp(1e-7, 1 - 1e-7)).mean()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="A sigmoid goes into a loss that takes logits and applies one itself: that makes two.",
)
def sigmoid_twice(logits_fake):
    d_fake = torch.sigmoid(logits_fake)
    return F.binary_cross_entropy_with_logits(d_fake, torch.ones_like(d_fake))


@mistake(
    "test_the_loss_is_minus_log_d",
    says="BCELoss gets the logits themselves. It expects probabilities; there is a version that takes logits.",
)
def bce_of_logits(logits_fake):
    return F.binary_cross_entropy(logits_fake, torch.ones_like(logits_fake))


@mistake(
    "test_the_loss_is_minus_log_d",
    says="You take the logarithm of the logits. D(G(z)) is their sigmoid.",
)
def logits_as_probabilities(logits_fake):
    return -torch.log(logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="The logarithm is missing: you minimise -D(G(z)), which is flat where D sees through a fake.",
)
def without_the_log(logits_fake):
    return -torch.sigmoid(logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="The target is 0.9. Label smoothing is a later trick, and for D; this loss is the one of the paper.",
)
def smoothed_target(logits_fake):
    return F.binary_cross_entropy_with_logits(logits_fake, torch.full_like(logits_fake, 0.9))


@mistake(
    "test_the_loss_is_minus_log_d",
    says="The loss is minus the logit itself: WGAN's loss, or log(1 - D) - log D, which is the same. Here it is -log "
    "D alone.",
)
def critic(logits_fake):
    return -logits_fake.mean()


@mistake(
    "test_the_loss_is_minus_log_d",
    says="These are squared errors, as in LSGAN. The loss of this paper takes the log of a sigmoid.",
)
def least_squares(logits_fake):
    return (logits_fake - 1).square().mean()


@mistake(
    "test_a_fake_is_pulled_hardest_where_d_sees_through_it",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(logits_fake):
    return F.softplus(-logits_fake).mean().detach()


@mistake(
    "test_any_shape_and_float64_work",
    says="The targets are made as a row, and logits of shape (B, 1) do not fit them. Use ones_like.",
)
def targets_as_a_row(logits_fake):
    targets = torch.ones(len(logits_fake), dtype=logits_fake.dtype)
    return F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_the_loss_is_minus_log_d",
    says="The targets are made as a column, and logits of shape (B,) do not fit them. Use ones_like.",
)
def targets_as_a_column(logits_fake):
    targets = torch.ones(len(logits_fake), 1, dtype=logits_fake.dtype)
    return F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_any_shape_and_float64_work",
    says="squeeze drops every dimension of size 1: with a single image, the batch itself is gone.",
)
def squeezed(logits_fake):
    logits_fake = logits_fake.squeeze()
    targets = torch.ones(len(logits_fake), dtype=logits_fake.dtype)
    return F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_any_shape_and_float64_work",
    says="The loss is always float32. Keep the dtype of the logits.",
)
def always_float32(logits_fake):
    return F.softplus(-logits_fake.float()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="You write into the caller's logits (an in-place operation). Make a new tensor.",
)
def caller_changed(logits_fake):
    return F.softplus(logits_fake.neg_()).mean()


@mistake(
    "test_a_fake_is_pulled_hardest_where_d_sees_through_it",
    says="Your formula has a corner at a logit of 0, where autograd takes the slope of one side for that of both "
    "(relu and abs: 0). softplus has none.",
)
def relu_and_abs(logits_fake):
    return (F.relu(-logits_fake) + torch.log1p(torch.exp(-logits_fake.abs()))).mean()


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The targets are made on the processor, whatever device comes in. Take the input's device: "
    "torch.ones_like(logits_fake).",
)
def targets_on_the_processor(logits_fake):
    targets = torch.ones(logits_fake.shape, dtype=logits_fake.dtype)
    return F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The logits are brought to the processor, and so is the loss. Everything stays on the device it came on.",
)
def brought_to_the_processor(logits_fake):
    return F.softplus(-logits_fake.cpu()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="You ask the caller's logits for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(logits_fake):
    if logits_fake.is_leaf:
        logits_fake.requires_grad_()
    return F.softplus(-logits_fake).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="torch.where computes both of its sides: where the other one overflows, the gradient is 0 times infinity, "
    "NaN.",
)
def where_of_both_sides(logits_fake):
    x = -logits_fake
    return torch.where(x > 0, x + torch.log(1 + torch.exp(-x)), torch.log(1 + torch.exp(x))).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="The mean goes along one dimension, and a column of logits gives shape (1,). Take it over all numbers: 0-d.",
)
def mean_along_one_dimension(logits_fake):
    return F.softplus(-logits_fake).mean(dim=0)
