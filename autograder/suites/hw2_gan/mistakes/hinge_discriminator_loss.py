"""Known mistakes in hinge_discriminator_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="Real and fake are exchanged: this D learns to give real images low logits.",
)
def exchanged(logits_real, logits_fake):
    return F.relu(1 + logits_real).mean() + F.relu(1 - logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="Both terms have 1 + l. For real images it is 1 - l: they cost nothing from l = 1 upwards.",
)
def plus_in_both(logits_real, logits_fake):
    return F.relu(1 + logits_real).mean() + F.relu(1 + logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="Both terms have 1 - l. For fake images it is 1 + l: they cost nothing from l = -1 downwards.",
)
def minus_in_both(logits_real, logits_fake):
    return F.relu(1 - logits_real).mean() + F.relu(1 - logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="There is no hinge: an image beyond its margin earns something. max(0, ...) belongs around each term.",
)
def no_hinge(logits_real, logits_fake):
    return (1 - logits_real).mean() + (1 + logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="max(0, ...) stands around the mean. Each image has a hinge of its own: first the hinge, then the mean.",
)
def hinge_around_the_mean(logits_real, logits_fake):
    return F.relu(1 - logits_real.mean()) + F.relu(1 + logits_fake.mean())


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="You take min(0, ...) where max(0, ...) stands: only what is right is pulled.",
)
def min_for_max(logits_real, logits_fake):
    return (1 - logits_real).clamp(max=0).mean() + (1 + logits_fake).clamp(max=0).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The paper writes -E min(0, -1 + D(x)) - E min(0, -1 - D(G(z))). You left away the minus before each E.",
)
def minus_before_the_minimum_left_away(logits_real, logits_fake):
    return (-1 + logits_real).clamp(max=0).mean() + (-1 - logits_fake).clamp(max=0).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The hinges are squared. What is short of its margin costs what it is short of, no more.",
)
def squared(logits_real, logits_fake):
    return F.relu(1 - logits_real).square().mean() + F.relu(1 + logits_fake).square().mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The margin is missing: an image costs nothing as soon as the sign of its logit is right.",
)
def no_margin(logits_real, logits_fake):
    return F.relu(-logits_real).mean() + F.relu(logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="Your loss is half of it: the two terms are added, not averaged.",
)
def halved(logits_real, logits_fake):
    return (F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()) / 2


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The fake term is subtracted. D wants both terms small: add them.",
)
def fake_term_subtracted(logits_real, logits_fake):
    return F.relu(1 - logits_real).mean() - F.relu(1 + logits_fake).mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You sum over the batch. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(logits_real, logits_fake):
    return F.relu(1 - logits_real).sum() + F.relu(1 + logits_fake).sum()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You take one mean over real and fake images together. Each kind has a mean of its own; add the two.",
)
def one_mean_over_both(logits_real, logits_fake):
    return torch.cat([F.relu(1 - logits_real).flatten(), F.relu(1 + logits_fake).flatten()]).mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You add the terms image by image, which needs as many fake images as real ones. Take both means first.",
)
def added_image_by_image(logits_real, logits_fake):
    return (F.relu(1 - logits_real) + F.relu(1 + logits_fake)).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The loss comes back image by image. Both terms are means over their batch.",
)
def no_mean(logits_real, logits_fake):
    return F.relu(1 - logits_real) + F.relu(1 + logits_fake)


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The logits go through a sigmoid first. The hinge loss takes the logits themselves.",
)
def hinge_of_probabilities(logits_real, logits_fake):
    return F.relu(1 - logits_real.sigmoid()).mean() + F.relu(1 + logits_fake.sigmoid()).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="This is the loss of the minimax game (1.1). The hinge loss has no logarithm: max(0, 1 - l), max(0, 1 + l).",
)
def minimax(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(logits_real, logits_fake):
    return (F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()).detach()


@mistake(
    "test_the_loss_is_the_sum_of_both_hinges",
    says="The fake logits are detached. It is G's output that a step of D may detach; D itself learns from both terms.",
)
def fake_logits_detached(logits_real, logits_fake):
    return F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake.detach()).mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="The loss is always float32. Keep the dtype of the logits.",
)
def always_float32(logits_real, logits_fake):
    return F.relu(1 - logits_real.float()).mean() + F.relu(1 + logits_fake.float()).mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You write into the caller's logits (an in-place operation). Make a new tensor.",
)
def caller_changed(logits_real, logits_fake):
    return F.relu(1 - logits_real).mean() + F.relu(logits_fake.add_(1)).mean()


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The zero of max(0, ...) is a tensor on the processor. Use relu or clamp, or take the device of the logits.",
)
def zeros_on_the_processor(logits_real, logits_fake):
    real = torch.maximum(torch.zeros(logits_real.shape, dtype=logits_real.dtype), 1 - logits_real)
    fake = torch.maximum(torch.zeros(logits_fake.shape, dtype=logits_fake.dtype), 1 + logits_fake)
    return real.mean() + fake.mean()


@mistake(
    "test_each_expectation_is_a_mean_over_its_own_batch",
    says="You ask the caller's logits for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(logits_real, logits_fake):
    if logits_real.is_leaf:
        logits_real.requires_grad_()
    return torch.relu(1 - logits_real).mean() + torch.relu(1 + logits_fake).mean()
