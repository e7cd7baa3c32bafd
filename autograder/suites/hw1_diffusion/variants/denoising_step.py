"""Right answers to denoising_step in other styles."""

import torch


def mask_times_noise(model, x_t, t, noise, betas, alpha_bar):
    """The noise multiplied by a mask."""
    shape = [len(x_t)] + [1] * (x_t.ndim - 1)
    mask = (t != 0).to(x_t.dtype).view(shape)
    sigma = torch.sqrt(betas[t]).to(x_t.dtype).view(shape)
    return posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar) + mask * sigma * noise


def keywords(model, x_t, t, noise, betas, alpha_bar):
    """Keyword arguments of posterior_mean, and einsum."""
    eps = model(x_t, t)
    mean = posterior_mean(x_t=x_t, t=t, noise=eps, betas=betas, alpha_bar=alpha_bar)
    sigma = (betas * (torch.arange(len(betas), device=x_t.device) > 0)).sqrt()[t].to(x_t.dtype)
    return mean + torch.einsum("b,b...->b...", sigma, noise)


def variance_0_at_the_start(model, x_t, t, noise, betas, alpha_bar):
    """A copy of betas whose first entry is 0."""
    variances = betas.clone()
    variances[0] = 0
    sigma = variances.sqrt()[t][(...,) + (None,) * (x_t.dim() - 1)].to(x_t.dtype)
    return torch.addcmul(posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar), sigma, noise)


def only_the_later_items(model, x_t, t, noise, betas, alpha_bar):
    """Noise added to the items at t > 0, by boolean index, in place on the mean."""
    x = posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar)
    later = t > 0
    sigma = betas[t[later]].sqrt().to(x_t.dtype)
    x[later] += sigma.reshape(-1, *[1] * (x_t.dim() - 1)) * noise[later]
    return x


def where_on_the_whole(model, x_t, t, noise, betas, alpha_bar):
    """Two results and torch.where."""
    shape = (-1,) + (1,) * (x_t.dim() - 1)
    mean = posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar)
    return torch.where((t == 0).view(shape), mean, mean + (betas[t] ** 0.5).view(shape).to(x_t.dtype) * noise)


def without_posterior_mean(model, x_t, t, noise, betas, alpha_bar):
    """Algorithm 2 as it is printed, in float64."""
    shape = (-1, *[1] * (x_t.dim() - 1))
    alpha, kept = (1 - betas.double())[t].view(shape), alpha_bar.double()[t].view(shape)
    z = torch.where((t > 0).view(shape), noise, torch.zeros_like(noise)).double()
    eps = model(x_t, t).double()
    x = 1 / alpha.sqrt() * (x_t.double() - (1 - alpha) / (1 - kept).sqrt() * eps) + (1 - alpha).sqrt() * z
    return x.to(x_t.dtype)


def by_way_of_x0(model, x_t, t, noise, betas, alpha_bar):
    """The guess at x_0, the posterior's mean (eq. 7), and a log-variance times a mask."""
    shape = (-1, *[1] * (x_t.dim() - 1))
    before = torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    beta, kept, kept_before = (table[t].reshape(shape).to(x_t.dtype) for table in (betas, alpha_bar, before))
    x0 = (x_t - (1 - kept).sqrt() * model(x_t, t)) / kept.sqrt()
    mean = kept_before.sqrt() * beta / (1 - kept) * x0 + (1 - beta).sqrt() * (1 - kept_before) / (1 - kept) * x_t
    return mean + (t > 0).reshape(shape) * torch.exp(0.5 * beta.log()) * noise


def without_graph(model, x_t, t, noise, betas, alpha_bar):
    """Under no_grad, the batch moved to the end."""
    with torch.no_grad():
        mean = posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar)
        sigma = torch.sqrt(betas[t]) * t.bool()
        return (mean.movedim(0, -1) + sigma.to(x_t.dtype) * noise.movedim(0, -1)).movedim(-1, 0)


def one_item_at_a_time(model, x_t, t, noise, betas, alpha_bar):
    """A loop over the batch, with an if."""
    mean = posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar)
    items = []
    for x, step, z in zip(mean, t.tolist(), noise):
        items.append(x + float(betas[step]) ** 0.5 * z if step > 0 else x)
    return torch.stack(items)


def table_of_deviations(model, x_t, t, noise, betas, alpha_bar):
    """A table of deviations that begins with 0; the guess cut off its graph."""
    deviations = betas.sqrt().clone()
    deviations[0] = 0.0
    mean = posterior_mean(x_t, t, model(x_t, t).detach(), betas, alpha_bar)
    return mean + deviations[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) * noise
