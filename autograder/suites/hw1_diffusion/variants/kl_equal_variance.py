"""Right answers to kl_equal_variance in other styles."""

import torch
import torch.nn.functional as F


def distributions(mu_q, mu_p, variance):
    """torch.distributions, pixel by pixel."""
    spread = variance.sqrt().view(-1, *[1] * (mu_q.dim() - 1))
    q, p = torch.distributions.Normal(mu_q, spread), torch.distributions.Normal(mu_p, spread)
    return torch.distributions.kl_divergence(q, p).flatten(1).sum(1)


def whole_formula(mu_q, mu_p, variance):
    """All terms of the divergence, those that cancel too."""
    v = variance.reshape(len(variance), *[1] * (mu_q.dim() - 1)).expand_as(mu_q)
    terms = 0.5 * (torch.log(v) - torch.log(v) + v / v + (mu_q - mu_p) ** 2 / v - 1)
    return terms.reshape(len(mu_q), -1).sum(-1)


def mse_loss(mu_q, mu_p, variance):
    """F.mse_loss without reduction."""
    return F.mse_loss(mu_q, mu_p, reduction="none").flatten(1).sum(dim=1) / variance / 2


def norm(mu_q, mu_p, variance):
    """The squared norm of the flattened difference."""
    return torch.linalg.vector_norm((mu_q - mu_p).flatten(1), dim=1).pow(2).div(2 * variance)


def inner_product(mu_q, mu_p, variance):
    """The difference with itself, by einsum."""
    difference = (mu_p - mu_q).reshape(mu_q.shape[0], -1)
    return 0.5 * torch.einsum("bd,bd->b", difference, difference) / variance


def all_dimensions_but_the_first(mu_q, mu_p, variance):
    """A tuple of dimensions."""
    return torch.sum(torch.square(mu_q - mu_p), dim=tuple(range(1, mu_q.ndim))) * (0.5 / variance)


def one_item_at_a_time(mu_q, mu_p, variance):
    """A loop over the batch."""
    return torch.stack([((q - p) ** 2).sum() / (2 * v) for q, p, v in zip(mu_q, mu_p, variance)])


def scaled_first(mu_q, mu_p, variance):
    """Both means divided by the standard deviation, then the squared distance."""
    spread = variance.sqrt()[(...,) + (None,) * (mu_q.dim() - 1)]
    return (mu_q / spread - mu_p / spread).square().flatten(1).mean(1) * mu_q[0].numel() / 2


def float64_inside(mu_q, mu_p, variance):
    """float64 inside, the input's dtype outside."""
    squares = (mu_q.double() - mu_p.double()).pow(2).flatten(1).sum(1)
    return (squares / (2 * variance.double())).to(mu_q.dtype)


def filled_in(mu_q, mu_p, variance):
    """A tensor of zeros, filled item by item."""
    result = torch.zeros_like(variance)
    for i in range(len(result)):
        result[i] = (mu_q[i] - mu_p[i]).pow(2).sum() / (2 * variance[i])
    return result
