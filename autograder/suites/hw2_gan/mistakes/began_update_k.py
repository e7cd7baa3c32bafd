"""Known mistakes in began_update_k."""

import torch

from autograder.suites import mistake


def _clamp(k):
    return min(1.0, max(0.0, k))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="k moves the wrong way. While fake images are reconstructed too well, D should care more for them: k grows.",
)
def sign_turned(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k - lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="gamma stands before the fake images' error. It belongs to the real ones: L(G(z)) shall be gamma times L(x).",
)
def gamma_on_the_fakes(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * (recon_real.mean().item() - gamma * recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="gamma stands before both errors. It belongs to the real images alone.",
)
def gamma_on_both(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * gamma * (recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="gamma is missing: your balance is at equal errors.",
)
def gamma_missing(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * (recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="lambda_k is missing: k jumps by the whole imbalance.",
)
def lambda_missing(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + gamma * recon_real.mean().item() - recon_fake.mean().item())


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="lambda_k multiplies one of the two errors only. Put brackets round the difference.",
)
def brackets_missing(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * gamma * recon_real.mean().item() - recon_fake.mean().item())


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="lambda_k multiplies k as well. It multiplies the step, and the step is added to k.",
)
def lambda_multiplies_k(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(lambda_k * (k + gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="You return the step by itself. It is added to the present k.",
)
def present_k_forgotten(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="Real and fake images are exchanged.",
)
def images_exchanged(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * (gamma * recon_fake.mean().item() - recon_real.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="The step is gamma minus the ratio of the errors. It is a difference: gamma L(x) - L(G(z)).",
)
def difference_of_ratios(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * (gamma - recon_fake.mean().item() / recon_real.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="You take the size of the imbalance (abs), so that k can only grow. abs belongs to the measure M.",
)
def absolute_imbalance(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * abs(gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="You sum over the batch. L is a mean, or k depends on how many images there are of each kind.",
)
def summed_over_the_batch(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * (gamma * recon_real.sum().item() - recon_fake.sum().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="You subtract image by image, which needs as many fake images as real ones. Take both means first.",
)
def subtracted_image_by_image(k, recon_real, recon_fake, gamma, lambda_k):
    return _clamp(k + lambda_k * (gamma * recon_real - recon_fake).mean().item())


@mistake(
    "test_k_stays_between_0_and_1",
    says="k is not clamped. It has to stay between 0 and 1.",
)
def no_clamp(k, recon_real, recon_fake, gamma, lambda_k):
    return k + lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item())


@mistake(
    "test_k_stays_between_0_and_1",
    says="k can rise above 1: the upper end of the clamp is missing.",
)
def upper_end_missing(k, recon_real, recon_fake, gamma, lambda_k):
    return max(0.0, k + lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_stays_between_0_and_1",
    says="k can fall below 0: the lower end of the clamp is missing.",
)
def lower_end_missing(k, recon_real, recon_fake, gamma, lambda_k):
    return min(1.0, k + lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_stays_between_0_and_1",
    says="You clamp to [-1, 1]. k is a weight: it goes from 0 to 1.",
)
def clamped_to_minus_1(k, recon_real, recon_fake, gamma, lambda_k):
    return min(1.0, max(-1.0, k + lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item())))


@mistake(
    "test_k_stays_between_0_and_1",
    says="You clamp the step, which so can never be negative. It is the new k that is clamped.",
)
def step_clamped(k, recon_real, recon_fake, gamma, lambda_k):
    return k + _clamp(lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item()))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="min and max are exchanged: your k is always the same number.",
)
def min_and_max_exchanged(k, recon_real, recon_fake, gamma, lambda_k):
    return max(1.0, min(0.0, k + lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item())))


@mistake(
    "test_k_carries_no_graph",
    says="k carries a graph: each round would hang on all rounds before it. Cut it: detach() the errors, or item().",
)
def tensor_with_a_graph(k, recon_real, recon_fake, gamma, lambda_k):
    return torch.clamp(k + lambda_k * (gamma * recon_real.mean() - recon_fake.mean()), 0, 1)


@mistake(
    "test_errors_may_lie_on_a_gpu",
    says="The errors go through NumPy, which reads no GPU. mean().item() works everywhere.",
)
def through_numpy(k, recon_real, recon_fake, gamma, lambda_k):
    balance = gamma * recon_real.detach().numpy().mean() - recon_fake.detach().numpy().mean()
    return float(min(1.0, max(0.0, k + lambda_k * balance)))


@mistake(
    "test_k_moves_by_lambda_times_the_imbalance",
    says="The errors are changed in place. They belong to the caller.",
)
def errors_changed(k, recon_real, recon_fake, gamma, lambda_k):
    balance = gamma * recon_real.mean().item() - recon_fake.mean().item()
    recon_real.detach().mul_(gamma)
    return min(1.0, max(0.0, k + lambda_k * balance))
