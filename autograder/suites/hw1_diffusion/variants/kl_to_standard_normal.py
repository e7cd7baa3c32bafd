"""Right answers to kl_to_standard_normal in other styles."""

import torch
import torch.nn.functional as F


def minus_half(mu, log_var):
    """-1/2 sum(1 + log_var - mu^2 - exp(log_var)), as most VAE code has it."""
    return torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1), dim=0)


def distributions(mu, log_var):
    """torch.distributions."""
    q = torch.distributions.Normal(mu, torch.exp(0.5 * log_var))
    p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.distributions.kl_divergence(q, p).sum(-1).mean()


def expm1(mu, log_var):
    """expm1, exact for small log_var; the sum of everything over B."""
    return (mu.pow(2) + torch.expm1(log_var) - log_var).sum() / (2 * mu.shape[0])


def deviations(mu, log_var):
    """In terms of sigma and log sigma."""
    sigma = torch.exp(log_var / 2)
    return (0.5 * (sigma**2 + mu**2) - sigma.log() - 0.5).sum(1).mean()


def one_item_at_a_time(mu, log_var):
    """A loop over the batch, with a trace, a squared norm and a log-determinant."""
    divergences = []
    for m, v in zip(mu, log_var):
        divergences.append((v.exp().sum() + m @ m - len(m) - v.sum()) / 2)
    return torch.stack(divergences).mean()


def mean_times_dimensions(mu, log_var):
    """The mean over everything, times D."""
    return 0.5 * mu.size(1) * (mu * mu + log_var.exp() - log_var - 1).mean()


def multivariate(mu, log_var):
    """One multivariate normal per item."""
    dim = mu.shape[-1]
    q = torch.distributions.MultivariateNormal(mu, torch.diag_embed(log_var.exp()))
    p = torch.distributions.MultivariateNormal(mu.new_zeros(dim), torch.eye(dim, dtype=mu.dtype, device=mu.device))
    return torch.distributions.kl_divergence(q, p).mean()


def terms_apart(mu, log_var):
    """Each term summed for itself; the square as an mse_loss."""
    square = F.mse_loss(mu, torch.zeros_like(mu), reduction="sum")
    trace, log_determinant = torch.einsum("bd->", log_var.exp()), torch.einsum("bd->", log_var)
    return (square + trace - mu.numel() - log_determinant) / 2 / len(mu)


def float64_inside(mu, log_var):
    """float64 inside, the input's dtype outside."""
    m, v = mu.double(), log_var.double()
    return (0.5 * (m**2 + v.exp() - 1.0 - v).sum(dim=1)).mean().to(mu.dtype)
