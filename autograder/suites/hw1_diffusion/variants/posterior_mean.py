"""Right answers to posterior_mean in other styles."""

import torch


def one_item_at_a_time(x_t, t, noise, betas, alpha_bar):
    """A loop over the batch."""
    means = []
    for x, step, e in zip(x_t, t, noise):
        beta = betas[step].to(x_t.dtype)
        kept = alpha_bar[step].to(x_t.dtype)
        means.append(1 / torch.sqrt(1 - beta) * (x - beta / torch.sqrt(1 - kept) * e))
    return torch.stack(means)


def by_way_of_x0(x_t, t, noise, betas, alpha_bar):
    """The guess at x_0, put into the mean of the forward process's posterior (eq. 7)."""
    before = torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])

    def at(table):
        return table.gather(0, t).to(x_t.dtype).view(x_t.shape[0], *([1] * (x_t.ndim - 1)))

    beta, kept, kept_before = at(betas), at(alpha_bar), at(before)
    x0 = (x_t - torch.sqrt(1 - kept) * noise) / torch.sqrt(kept)
    return (
        torch.sqrt(kept_before) * beta / (1 - kept) * x0 + torch.sqrt(1 - beta) * (1 - kept_before) / (1 - kept) * x_t
    )


def with_predict_x0(x_t, t, noise, betas, alpha_bar):
    """The exercise before; alpha_bar of the step before by division."""
    shape = [len(t)] + [1] * (x_t.dim() - 1)
    beta, kept = betas[t].to(x_t).reshape(shape), alpha_bar[t].to(x_t).reshape(shape)
    kept_before = kept / (1 - beta)
    x0 = predict_x0(x_t, t, noise, alpha_bar)
    return kept_before**0.5 * beta / (1 - kept) * x0 + (1 - beta) ** 0.5 * (1 - kept_before) / (1 - kept) * x_t


def by_precisions(x_t, t, noise, betas, alpha_bar):
    """Two Gaussians multiplied: precisions add up, means are weighted by them."""
    index = (...,) + (None,) * (x_t.dim() - 1)
    alpha = (1 - betas.double()[t])[index]
    kept = alpha_bar.double()[t][index]
    before = torch.where(t[index] > 0, kept / alpha, 1 - 1e-14)
    x0 = (x_t.double() - (1 - kept).sqrt() * noise.double()) / kept.sqrt()
    of_x_t, of_x0 = alpha / (1 - alpha), 1 / (1 - before)
    mean = (of_x_t * x_t.double() / alpha.sqrt() + of_x0 * before.sqrt() * x0) / (of_x_t + of_x0)
    return mean.to(x_t.dtype)


def batch_last(x_t, t, noise, betas, alpha_bar):
    """The batch moved to the end, where (B,) broadcasts by itself."""
    x, e = x_t.movedim(0, -1), noise.movedim(0, -1)
    mean = (x - betas[t] / (1 - alpha_bar[t]).sqrt() * e) / (1 - betas[t]).sqrt()
    return mean.movedim(-1, 0).to(x_t.dtype)


def flattened(x_t, t, noise, betas, alpha_bar):
    """Everything as (B, pixels), and back."""
    beta = betas[t].unsqueeze(1)
    kept = alpha_bar[t].unsqueeze(1)
    flat = (x_t.flatten(1) - beta * noise.flatten(1) * torch.rsqrt(1 - kept)) * torch.rsqrt(1 - beta)
    return flat.view_as(x_t).type_as(x_t)


def einsum(x_t, t, noise, betas, alpha_bar):
    """Two coefficients and Einstein summation."""
    of_x_t = (1 - betas).rsqrt()
    of_noise = of_x_t * betas * (1 - alpha_bar).rsqrt()
    of_x_t, of_noise = of_x_t.to(x_t.dtype)[t], of_noise.to(x_t.dtype)[t]
    return torch.einsum("b,b...->b...", of_x_t, x_t) - torch.einsum("b,b...->b...", of_noise, noise)


def in_logarithms(x_t, t, noise, betas, alpha_bar):
    """Roots as halved logarithms; float64 inside."""
    log_alpha = torch.log1p(-betas.double())[t]
    log_of_noise = torch.log(betas.double()[t]) - torch.log1p(-alpha_bar.double()[t]) / 2 - log_alpha / 2
    of_x_t, of_noise = torch.exp(-log_alpha / 2), torch.exp(log_of_noise)
    for _ in range(x_t.dim() - 1):
        of_x_t, of_noise = of_x_t.unsqueeze(-1), of_noise.unsqueeze(-1)
    return (of_x_t * x_t - of_noise * noise).to(x_t.dtype)


def addcmul(x_t, t, noise, betas, alpha_bar):
    """In place, on a copy."""
    shape = (-1,) + (1,) * (x_t.dim() - 1)
    beta, kept = (table.to(x_t.dtype).index_select(0, t).view(shape) for table in (betas, alpha_bar))
    return torch.addcmul(x_t, beta / torch.sqrt(1 - kept), noise, value=-1).div_(torch.sqrt(1 - beta))


def own_alpha_bar(x_t, t, noise, betas, alpha_bar):
    """alpha_bar computed once more from betas."""
    alphas = 1.0 - betas
    kept = torch.cumprod(alphas, 0)[t]
    shape = (x_t.size(0),) + (1,) * (x_t.dim() - 1)
    of_noise = (betas[t] / (1 - kept) ** 0.5).reshape(shape).to(x_t.dtype)
    return (x_t - of_noise * noise) / (alphas[t] ** 0.5).reshape(shape).to(x_t.dtype)
