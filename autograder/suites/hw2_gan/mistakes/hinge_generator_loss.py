"""Known mistakes in hinge_generator_loss."""

import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="The sign is turned: minimising this makes D's logits smaller. G wants them large.",
)
def sign_turned(logits_fake):
    return logits_fake.mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You gave the generator a hinge, max(0, 1 - l): it is content with logits of 1. Its loss has none.",
)
def hinge_for_the_generator(logits_fake):
    return F.relu(1 - logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="This is the discriminator's term for fake images, max(0, 1 + l). G wants the opposite, and without a hinge.",
)
def term_of_the_discriminator(logits_fake):
    return F.relu(1 + logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You cut the loss off at 0 (relu): G learns nothing from fakes with positive logits.",
)
def cut_off_at_0(logits_fake):
    return F.relu(-logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You added a margin of 1. The generator's loss has no margin: minus the mean logit is all.",
)
def margin_added(logits_fake):
    return (1 - logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You sum over the batch. An expectation is a mean, or the loss grows with the batch.",
)
def summed_over_the_batch(logits_fake):
    return -logits_fake.sum()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="The loss comes back image by image. It is the mean over the batch, a single number.",
)
def no_mean(logits_fake):
    return -logits_fake


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="This is the non-saturating loss (1.2). Against a hinge discriminator G minimises minus the mean logit.",
)
def non_saturating(logits_fake):
    return F.softplus(-logits_fake).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="The logits go through a sigmoid first. The loss takes the logits themselves.",
)
def mean_probability(logits_fake):
    return -logits_fake.sigmoid().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(logits_fake):
    return -logits_fake.detach().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="The loss is always float32. Keep the dtype of the logits.",
)
def always_float32(logits_fake):
    return -logits_fake.float().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You turn the sign in the caller's own tensor (an in-place operation). Make a new one.",
)
def caller_changed(logits_fake):
    return logits_fake.neg_().mean()


@mistake(
    "test_logits_may_lie_on_a_gpu",
    says="The logits are brought to the processor, and so is the loss. Everything stays on the device it came on.",
)
def brought_to_the_processor(logits_fake):
    return -logits_fake.cpu().mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You clamp the logits. G should never be content: however high a logit is, it counts.",
)
def clamped(logits_fake):
    return -logits_fake.clamp(-10, 10).mean()


@mistake(
    "test_the_loss_is_minus_the_mean_logit",
    says="You ask the caller's logits for gradients (requires_grad_). They are not yours: leave their flags as they "
    "are.",
)
def caller_asked_for_gradients(logits_fake):
    if logits_fake.is_leaf:
        logits_fake.requires_grad_()
    return -logits_fake.mean()
