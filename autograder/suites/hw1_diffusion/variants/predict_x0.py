"""Right answers to predict_x0 in other styles."""

import torch


def two_tables(x_t, t, noise, alpha_bar):
    """sqrt(1 / alpha_bar) x_t - sqrt(1 / alpha_bar - 1) noise, as in the paper's own code."""
    shape = (len(t),) + (1,) * (x_t.dim() - 1)
    one = torch.sqrt(1 / alpha_bar)[t].reshape(shape).to(x_t.dtype)
    other = torch.sqrt(1 / alpha_bar - 1)[t].reshape(shape).to(x_t.dtype)
    return one * x_t - other * noise


def indexed_with_none(x_t, t, noise, alpha_bar):
    """[(...,) + (None,) * n] and rsqrt."""
    kept = alpha_bar.to(x_t.dtype)[t][(...,) + (None,) * (x_t.ndim - 1)]
    return torch.rsqrt(kept) * (x_t - torch.sqrt(1 - kept) * noise)


def one_item_at_a_time(x_t, t, noise, alpha_bar):
    """A loop over the batch."""
    items = []
    for x, step, e in zip(x_t, t, noise):
        kept = alpha_bar[step].to(x.dtype)
        items.append((x - (1 - kept) ** 0.5 * e) / kept**0.5)
    return torch.stack(items)


def einsum(x_t, t, noise, alpha_bar):
    """einsum over the batch."""
    kept = alpha_bar[t].to(x_t.dtype)
    left = x_t - torch.einsum("b,b...->b...", (1 - kept).sqrt(), noise)
    return torch.einsum("b,b...->b...", 1 / kept.sqrt(), left)


def by_the_ratio(x_t, t, noise, alpha_bar):
    """x_t / a - (s / a) noise, from the ratio of the two weights."""
    kept = alpha_bar.gather(0, t).view(-1, *[1] * (x_t.dim() - 1)).to(x_t.dtype)
    signal = kept.sqrt()
    return x_t / signal - ((1 - kept) / kept).sqrt() * noise


def flattened(x_t, t, noise, alpha_bar):
    """Everything as (B, pixels), and back."""
    kept = alpha_bar.to(x_t)[t][:, None]
    return ((x_t.flatten(1) - (1 - kept).sqrt() * noise.flatten(1)) / kept.sqrt()).view_as(x_t)


def float64_inside(x_t, t, noise, alpha_bar):
    """float64 inside, the input's dtype outside."""
    kept = alpha_bar.double()[t].reshape(-1, *[1] * (x_t.dim() - 1))
    return ((x_t.double() - (1 - kept).sqrt() * noise.double()) / kept.sqrt()).to(x_t.dtype)


def by_the_mixture(x_t, t, noise, alpha_bar):
    """forward_noising of an empty image gives the noise's share."""
    share = forward_noising(torch.zeros_like(x_t), t, noise, alpha_bar)
    weight = forward_noising(torch.ones_like(x_t), t, torch.zeros_like(x_t), alpha_bar)
    return (x_t - share) / weight
