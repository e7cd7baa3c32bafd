"""Known mistakes in began_losses."""

import torch

from autograder.suites import mistake


@mistake(
    "test_both_losses",
    says="You add the fake images' term. D wants to reconstruct them badly: it is subtracted.",
)
def fake_term_added(recon_real, recon_fake, k):
    return recon_real.mean() + k * recon_fake.mean(), recon_fake.mean()


@mistake(
    "test_both_losses",
    says="The two losses come in the wrong order. The discriminator's is the first.",
)
def losses_exchanged(recon_real, recon_fake, k):
    return recon_fake.mean(), recon_real.mean() - k * recon_fake.mean()


@mistake(
    "test_both_losses",
    says="Real and fake images are exchanged, in both losses.",
)
def images_exchanged(recon_real, recon_fake, k):
    return recon_fake.mean() - k * recon_real.mean(), recon_real.mean()


@mistake(
    "test_both_losses",
    says="k stands before the real images' term. It weighs the fake ones: how much D cares for them.",
)
def k_on_the_real_term(recon_real, recon_fake, k):
    return k * recon_real.mean() - recon_fake.mean(), recon_fake.mean()


@mistake(
    "test_both_losses",
    says="k stands before both terms of the discriminator's loss. It weighs the fake images alone.",
)
def k_on_both_terms(recon_real, recon_fake, k):
    return k * (recon_real.mean() - recon_fake.mean()), recon_fake.mean()


@mistake(
    "test_both_losses",
    says="k is missing: D cares for fake images as much as for real ones.",
)
def k_missing(recon_real, recon_fake, k):
    return recon_real.mean() - recon_fake.mean(), recon_fake.mean()


@mistake(
    "test_both_losses",
    says="You weigh real images by 1 - k and fake ones by k. In BEGAN the real ones always count in full.",
)
def weights_add_up_to_1(recon_real, recon_fake, k):
    return (1 - k) * recon_real.mean() - k * recon_fake.mean(), recon_fake.mean()


@mistake(
    "test_both_losses",
    says="k stands in the generator's loss too. It says how much the discriminator cares for fake images, no more.",
)
def k_in_both_losses(recon_real, recon_fake, k):
    return recon_real.mean() - k * recon_fake.mean(), k * recon_fake.mean()


@mistake(
    "test_both_losses",
    says="The generator's loss has the wrong sign: G wants its images to be reconstructed well.",
)
def generator_sign_turned(recon_real, recon_fake, k):
    return recon_real.mean() - k * recon_fake.mean(), -recon_fake.mean()


@mistake(
    "test_both_losses",
    says="Your generator's loss is minus the discriminator's. BEGAN is no such game: G's loss is L(G(z)) alone.",
)
def zero_sum(recon_real, recon_fake, k):
    loss_d = recon_real.mean() - k * recon_fake.mean()
    return loss_d, -loss_d


@mistake(
    "test_each_l_is_a_mean_over_its_own_batch",
    says="You sum over the batch. L is a mean, or the losses grow with the batch.",
)
def summed_over_the_batch(recon_real, recon_fake, k):
    return recon_real.sum() - k * recon_fake.sum(), recon_fake.sum()


@mistake(
    "test_both_losses",
    says="You subtract image by image, which needs as many fake images as real ones. Take both means first.",
)
def subtracted_image_by_image(recon_real, recon_fake, k):
    return (recon_real - k * recon_fake).mean(), recon_fake.mean()


@mistake(
    "test_each_player_learns_from_its_own_terms",
    says="The losses are cut off from the graph (detach, item, .data or float): nobody can be trained with them.",
)
def without_graph(recon_real, recon_fake, k):
    loss_d, loss_g = recon_real.mean() - k * recon_fake.mean(), recon_fake.mean()
    return loss_d.detach(), loss_g.detach()


@mistake(
    "test_each_player_learns_from_its_own_terms",
    says="The fake errors are detached in D's loss. A step of D may detach G's image; D itself learns from the error.",
)
def fake_errors_detached(recon_real, recon_fake, k):
    return recon_real.mean() - k * recon_fake.detach().mean(), recon_fake.mean()


@mistake(
    "test_each_l_is_a_mean_over_its_own_batch",
    says="You multiply the caller's errors by k in place. Make a new tensor.",
)
def caller_changed(recon_real, recon_fake, k):
    loss_g = recon_fake.mean()
    return recon_real.mean() - recon_fake.mul_(k).mean(), loss_g


@mistake(
    "test_each_l_is_a_mean_over_its_own_batch",
    says="The losses are always float32. Keep the dtype of the errors.",
)
def always_float32(recon_real, recon_fake, k):
    loss_g = recon_fake.float().mean()
    return recon_real.float().mean() - torch.tensor(k) * loss_g, loss_g


@mistake(
    "test_errors_may_lie_on_a_gpu",
    says="The errors are brought to the processor, and so are the losses. Everything stays on the device it came on.",
)
def brought_to_the_processor(recon_real, recon_fake, k):
    of_real, of_fake = recon_real.cpu().mean(), recon_fake.cpu().mean()
    return of_real - k * of_fake, of_fake


@mistake(
    "test_each_l_is_a_mean_over_its_own_batch",
    says="You ask the caller's errors for gradients (requires_grad_). They are not yours.",
)
def caller_asked_for_gradients(recon_real, recon_fake, k):
    if recon_real.is_leaf:
        recon_real.requires_grad_()
    return recon_real.mean() - k * recon_fake.mean(), recon_fake.mean()


@mistake(
    "test_each_l_is_a_mean_over_its_own_batch",
    says="You keep the discriminator's loss above 0. Its second term is subtracted, so the loss may be negative.",
)
def never_below_0(recon_real, recon_fake, k):
    of_real, of_fake = recon_real.mean(), recon_fake.mean()
    return (of_real - k * of_fake).clamp(min=0), of_fake
