"""Right answers to ddpm_loss in other styles."""

import torch
import torch.nn.functional as F


def by_hand(model, x0, t, noise, alpha_bar):
    """The square and the mean by hand."""
    guess = model(forward_noising(x0, t, noise, alpha_bar), t)
    return ((noise - guess) ** 2).mean()


def own_keywords(model, x0, t, noise, alpha_bar):
    """Keywords wherever they are known: of forward_noising and of F.mse_loss."""
    x_t = forward_noising(x0=x0, t=t, noise=noise, alpha_bar=alpha_bar)
    return F.mse_loss(input=model(x_t, t), target=noise, reduction="mean")


def as_a_module(model, x0, t, noise, alpha_bar):
    """The loss as a module."""
    guess = model(forward_noising(x0, t, noise, alpha_bar), t)
    return torch.nn.MSELoss()(guess, noise.detach())


def noise_from_x_t(model, x0, t, noise, alpha_bar):
    """The target made again from x_t, eq. 4 turned round."""
    x_t = forward_noising(x0, t, noise, alpha_bar)
    kept = alpha_bar.to(x0.dtype)[t].reshape(-1, *[1] * (x0.dim() - 1))
    return F.mse_loss(model(x_t, t), (x_t - kept.sqrt() * x0) / (1 - kept).sqrt())


def mean_of_item_means(model, x0, t, noise, alpha_bar):
    """Each item's own mean first, as in guided diffusion; the items are of one size."""
    guess = model(forward_noising(x0, t, noise, alpha_bar), t)
    return F.mse_loss(guess, noise, reduction="none").flatten(1).mean(dim=1).mean()


def sum_over_count(model, x0, t, noise, alpha_bar):
    """The sum over everything, divided by the number of elements."""
    error = noise - model(forward_noising(x0, t, noise, alpha_bar), t)
    return error.pow(2).sum() / error.numel()


def mixed_here(model, x0, t, noise, alpha_bar):
    """x_t mixed on the spot, under no_grad: no parameter is involved yet."""
    with torch.no_grad():
        kept = alpha_bar[t].to(x0.dtype).view(-1, *[1] * (x0.dim() - 1))
        x_t = kept**0.5 * x0 + (1 - kept) ** 0.5 * noise
    return torch.mean(torch.square(noise - model(x_t, t)))


def squared_norm(model, x0, t, noise, alpha_bar):
    """The squared norm over the number of elements."""
    error = (model(forward_noising(x0, t, noise, alpha_bar), t) - noise).reshape(-1)
    return torch.linalg.vector_norm(error).square() / len(error)


def dot_product(model, x0, t, noise, alpha_bar):
    """A dot product of the error with itself."""
    error = (noise - model(forward_noising(x0, t, noise, alpha_bar), t)).flatten()
    return error @ error / error.shape[0]
