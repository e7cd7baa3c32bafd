"""Right answers to reparameterize in other styles."""

import torch


def root_of_variance(mu, log_var, noise):
    """The square root of the variance."""
    return mu + log_var.exp().sqrt() * noise


def half_first(mu, log_var, noise):
    """The usual VAE code: std from half the log-variance, then multiply and add."""
    std = torch.exp(0.5 * log_var)
    return noise.mul(std).add(mu)


def addcmul(mu, log_var, noise):
    """addcmul."""
    return torch.addcmul(mu, noise, (log_var / 2).exp())


def power(mu, log_var, noise):
    """The variance to the power of one half."""
    return torch.exp(log_var) ** 0.5 * noise + mu


def base_two(mu, log_var, noise):
    """exp2 of half the base-2 logarithm."""
    return mu + noise * torch.exp2(log_var / (2 * torch.log(torch.tensor(2.0))).item())


def distribution(mu, log_var, noise):
    """The scale of a torch distribution."""
    normal = torch.distributions.Normal(mu, torch.exp(0.5 * log_var))
    return normal.loc + normal.scale * noise


def in_place_on_a_copy(mu, log_var, noise):
    """In-place arithmetic on a tensor of its own."""
    sample = log_var.clone().mul_(0.5).exp_()
    return sample.mul(noise).add_(mu)


def float64_inside(mu, log_var, noise):
    """float64 inside, the input's dtype outside."""
    return (mu.double() + log_var.double().mul(0.5).exp() * noise.double()).to(mu.dtype)


def one_number_at_a_time(mu, log_var, noise):
    """Flat lists of numbers, and the shape at the end."""
    flat = zip(mu.flatten(), log_var.flatten(), noise.flatten())
    return torch.stack([m + (0.5 * v).exp() * e for m, v, e in flat]).reshape(mu.shape)
