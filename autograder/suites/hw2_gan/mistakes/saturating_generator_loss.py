"""Known mistakes in saturating_generator_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="This is the non-saturating loss, -log D(G(z)). In the minimax game G minimises log(1 - D(G(z))).",
)
def non_saturating(logits_fake):
    return F.softplus(-logits_fake).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="The sign is turned: -log(1 - D(G(z))) is what D minimises. G minimises log(1 - D(G(z))) itself.",
)
def sign_turned(logits_fake):
    return F.softplus(logits_fake).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="This is log D(G(z)). It is the probability of fake, 1 - D(G(z)), whose log is taken.",
)
def log_of_d(logits_fake):
    return F.logsigmoid(logits_fake).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="You sum over the batch. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(logits_fake):
    return -F.softplus(logits_fake).sum()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="The loss comes back image by image. It is the mean over the batch, a single number.",
)
def no_mean(logits_fake):
    return -F.softplus(logits_fake)


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="Your loss is half of it: there is one term here, and its weight is 1.",
)
def halved(logits_fake):
    return -F.softplus(logits_fake).mean() / 2


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="You take the log of the mean of 1 - D(G(z)). The loss is the mean of the logs.",
)
def log_of_the_mean(logits_fake):
    return torch.log(1 - torch.sigmoid(logits_fake).mean())


@mistake(
    "test_logits_of_20_and_200",
    says="You take log(1 - sigmoid(l)): in float32, 1 - sigmoid(l) is 0 from l = 17 on. What is 1 - sigmoid(l), "
    "written as a sigmoid?",
)
def log_of_one_minus_sigmoid(logits_fake):
    return torch.log(1 - torch.sigmoid(logits_fake)).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="In float32 sigmoid(-200) is 0 and exp(200) is infinite, and so is the log of either. Let one function do "
    "both steps: logsigmoid, softplus, or a loss that takes logits.",
)
def log_of_sigmoid_of_minus(logits_fake):
    return torch.log(torch.sigmoid(-logits_fake)).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="A small number inside the log keeps it finite and makes it wrong: the loss stops falling, and its gradient "
    "vanishes.",
)
def epsilon_in_the_log(logits_fake):
    return torch.log(1 - torch.sigmoid(logits_fake) + 1e-8).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="BCELoss after a sigmoid cuts the loss off at 100, and its gradient is 0 there. There is a version that "
    "takes logits.",
)
def bce_after_sigmoid(logits_fake):
    d_fake = torch.sigmoid(logits_fake)
    return -F.binary_cross_entropy(d_fake, torch.zeros_like(d_fake))


@mistake(
    "test_logits_of_20_and_200",
    says="You clamp the logits. That keeps the numbers small, and the gradient at 0 where the loss is steepest.",
)
def clamped_logits(logits_fake):
    return -F.softplus(logits_fake.clamp(-15, 15)).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="A sigmoid goes into a loss that takes logits and applies one itself: that makes two.",
)
def sigmoid_twice(logits_fake):
    d_fake = torch.sigmoid(logits_fake)
    return -F.binary_cross_entropy_with_logits(d_fake, torch.zeros_like(d_fake))


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="BCELoss gets the logits themselves. It expects probabilities; there is a version that takes logits.",
)
def bce_of_logits(logits_fake):
    return -F.binary_cross_entropy(logits_fake, torch.zeros_like(logits_fake))


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="You take log(1 - l) of the logits themselves. D(G(z)) is their sigmoid.",
)
def logits_as_probabilities(logits_fake):
    return torch.log(1 - logits_fake).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="The logarithm is missing: you minimise 1 - D(G(z)) itself.",
)
def without_the_log(logits_fake):
    return (1 - torch.sigmoid(logits_fake)).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="This is 1 - log D(G(z)). The 1 belongs inside the logarithm: log(1 - D(G(z))).",
)
def one_outside_the_log(logits_fake):
    return (1 - F.logsigmoid(logits_fake)).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="The loss is minus the logit itself: WGAN's loss, or log(1 - D) - log D, which is the same. Here it is log(1 "
    "- D) alone.",
)
def critic(logits_fake):
    return -logits_fake.mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(logits_fake):
    return -F.softplus(logits_fake).mean().detach()


@mistake(
    "test_any_shape_and_float64_work",
    says="The targets are made as a row, and logits of shape (B, 1) do not fit them. Use zeros_like.",
)
def targets_as_a_row(logits_fake):
    targets = torch.zeros(len(logits_fake), dtype=logits_fake.dtype)
    return -F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="The targets are made as a column, and logits of shape (B,) do not fit them. Use zeros_like.",
)
def targets_as_a_column(logits_fake):
    targets = torch.zeros(len(logits_fake), 1, dtype=logits_fake.dtype)
    return -F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_any_shape_and_float64_work",
    says="squeeze drops every dimension of size 1: with a single image, the batch itself is gone.",
)
def squeezed(logits_fake):
    logits_fake = logits_fake.squeeze()
    targets = torch.zeros(len(logits_fake), dtype=logits_fake.dtype)
    return -F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_any_shape_and_float64_work",
    says="The loss is always float32. Keep the dtype of the logits.",
)
def always_float32(logits_fake):
    return -F.softplus(logits_fake.float()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="You write into the caller's logits (an in-place operation). Make a new tensor.",
)
def caller_changed(logits_fake):
    return F.logsigmoid(logits_fake.neg_()).mean()


@mistake(
    "test_the_loss_is_log_of_1_minus_d",
    says="Your formula has a corner at a logit of 0, where autograd takes the slope of one side for that of both "
    "(relu and abs: 0). softplus has none.",
)
def relu_and_abs(logits_fake):
    return -(F.relu(logits_fake) + torch.log1p(torch.exp(-logits_fake.abs()))).mean()


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The targets are made on the processor, whatever device comes in. Take the input's device: "
    "torch.zeros_like(logits_fake).",
)
def targets_on_the_processor(logits_fake):
    targets = torch.zeros(logits_fake.shape, dtype=logits_fake.dtype)
    return -F.binary_cross_entropy_with_logits(logits_fake, targets)


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The logits are brought to the processor, and so is the loss. Everything stays on the device it came on.",
)
def brought_to_the_processor(logits_fake):
    return -F.softplus(logits_fake.cpu()).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="You ask the caller's logits for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(logits_fake):
    if logits_fake.is_leaf:
        logits_fake.requires_grad_()
    return -F.softplus(logits_fake).mean()


@mistake(
    "test_logits_of_20_and_200",
    says="torch.where computes both of its sides: where the other one overflows, the gradient is 0 times infinity, "
    "NaN.",
)
def where_of_both_sides(logits_fake):
    x = logits_fake
    return -torch.where(x > 0, x + torch.log(1 + torch.exp(-x)), torch.log(1 + torch.exp(x))).mean()


@mistake(
    "test_any_shape_and_float64_work",
    says="The mean goes along one dimension, and a column of logits gives shape (1,). Take it over all numbers: 0-d.",
)
def mean_along_one_dimension(logits_fake):
    return -F.softplus(logits_fake).mean(dim=0)
