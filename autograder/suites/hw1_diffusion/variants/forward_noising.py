"""Right answers to forward_noising in other styles."""

import torch


def _extract(table, t, x):
    """The diffusion code bases' own: gather, then a 1 for every other dimension."""
    return table.gather(0, t).reshape(t.shape[0], *((1,) * (x.dim() - 1))).to(x.dtype)


def gathered(x0, t, noise, alpha_bar):
    """Tables of both roots, gathered."""
    roots, rest = torch.sqrt(alpha_bar), torch.sqrt(1.0 - alpha_bar)
    return _extract(roots, t, x0) * x0 + _extract(rest, t, x0) * noise


def indexed_with_none(x0, t, noise, alpha_bar):
    """[(...,) + (None,) * n]."""
    kept = alpha_bar.to(x0.dtype)[t][(...,) + (None,) * (x0.ndim - 1)]
    return kept**0.5 * x0 + (1 - kept) ** 0.5 * noise


def einsum(x0, t, noise, alpha_bar):
    """einsum over the batch."""
    kept = alpha_bar[t].to(x0.dtype)
    return torch.einsum("b,b...->b...", kept.sqrt(), x0) + torch.einsum("b,b...->b...", (1 - kept).sqrt(), noise)


def one_image_at_a_time(x0, t, noise, alpha_bar):
    """A loop over the batch, weights as Python numbers."""
    x_t = torch.empty_like(x0)
    for i, step in enumerate(t.tolist()):
        kept = alpha_bar[step].item()
        x_t[i] = kept**0.5 * x0[i] + (1 - kept) ** 0.5 * noise[i]
    return x_t


def flattened(x0, t, noise, alpha_bar):
    """Everything as (B, pixels), and back."""
    kept = alpha_bar.to(x0)[t].unsqueeze(1)
    x_t = kept.sqrt() * x0.flatten(1) + (1 - kept).sqrt() * noise.flatten(1)
    return x_t.reshape(x0.shape)


def half_of_the_logarithm(x0, t, noise, alpha_bar):
    """exp of half the logarithm."""
    shape = [-1] + [1] * (x0.dim() - 1)
    image, rest = (
        torch.exp(0.5 * torch.log(share[t])).view(shape).to(x0.dtype) for share in (alpha_bar, 1 - alpha_bar)
    )
    return image * x0 + rest * noise


def addcmul(x0, t, noise, alpha_bar):
    """addcmul, and dimensions added one at a time."""
    kept = alpha_bar.index_select(0, t).to(x0.dtype)
    while kept.dim() < x0.dim():
        kept = kept.unsqueeze(-1)
    return torch.addcmul(torch.sqrt(kept) * x0, torch.sqrt(1 - kept), noise)


def transposed(x0, t, noise, alpha_bar):
    """The batch moved to the end, where broadcasting needs no reshape."""
    kept = alpha_bar[t].type_as(x0)
    x_t = kept.sqrt() * x0.movedim(0, -1) + (1 - kept).sqrt() * noise.movedim(0, -1)
    return x_t.movedim(-1, 0)


def float64_inside(x0, t, noise, alpha_bar):
    """float64 inside, the input's dtype outside; full-size weights."""
    kept = alpha_bar.double()[t].reshape(-1, *[1] * (x0.dim() - 1)).expand_as(x0)
    return (kept.sqrt() * x0.double() + (1 - kept).sqrt() * noise.double()).to(x0.dtype)


def in_place_on_copies(x0, t, noise, alpha_bar):
    """In-place arithmetic on tensors of its own."""
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))
    x_t = x0.clone()
    x_t.mul_(kept.sqrt())
    return x_t.add_(noise * (1 - kept).sqrt())


def by_angle(x0, t, noise, alpha_bar):
    """Signal and noise as cosine and sine of one angle."""
    angle = torch.acos(alpha_bar.double().sqrt())[t].reshape(-1, *[1] * (x0.dim() - 1))
    return angle.cos().to(x0.dtype) * x0 + angle.sin().to(x0.dtype) * noise


def a_list_of_weights(x0, t, noise, alpha_bar):
    """The weights as a list, made into a tensor where x0 lies."""
    kept = torch.tensor([alpha_bar[step] for step in t], dtype=x0.dtype, device=x0.device)
    kept = kept.reshape(len(t), *[1] * (x0.dim() - 1))
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise
