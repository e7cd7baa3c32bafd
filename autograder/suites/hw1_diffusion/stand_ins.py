"""Plain right implementations that take the place of a student's failed ones, for follow-through credit.

Each stands alone: only those that are needed enter the sandbox.
"""

import torch


def forward_noising(x0, t, noise, alpha_bar):
    """x0, noise (B, ...), t (B,), alpha_bar (T,) to x_t (B, ...)."""
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))
    return torch.sqrt(kept) * x0 + torch.sqrt(1 - kept) * noise


def posterior_mean(x_t, t, noise, betas, alpha_bar):
    """x_t, noise (B, ...), t (B,), betas, alpha_bar (T,) to a mean (B, ...)."""
    beta, kept = (table[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for table in (betas, alpha_bar))
    return (x_t - beta * noise / torch.sqrt(1 - kept)) / torch.sqrt(1 - beta)


def denoising_step(model, x_t, t, noise, betas, alpha_bar):
    """x_t, noise (B, ...), t (B,), betas, alpha_bar (T,) to x_{t-1} (B, ...)."""
    shape = (-1, *[1] * (x_t.dim() - 1))
    beta, kept = (table[t].to(x_t.dtype).reshape(shape) for table in (betas, alpha_bar))
    mean = (x_t - beta * model(x_t, t) / torch.sqrt(1 - kept)) / torch.sqrt(1 - beta)
    return mean + torch.sqrt(beta) * (t > 0).to(x_t.dtype).reshape(shape) * noise
