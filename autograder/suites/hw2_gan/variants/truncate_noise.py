"""Right answers to truncate_noise in other styles."""

import torch


def masks(noise, threshold, redraws):
    """Boolean masks on a copy."""
    noise = noise.clone()
    for redraw in redraws:
        mask = noise.abs() > threshold
        noise[mask] = redraw[mask]
    return torch.clamp(noise, min=-threshold, max=threshold)


def first_that_fits(noise, threshold, redraws):
    """All draws in one stack; argmax finds the first that is fine."""
    draws = torch.cat([noise.unsqueeze(0), redraws], dim=0)
    fits = draws.abs() <= threshold
    index = fits.int().argmax(dim=0)
    index[~fits.any(dim=0)] = len(draws) - 1
    return draws.gather(0, index[None])[0].clamp(-threshold, threshold)


def backwards(noise, threshold, redraws):
    """From the last draw to the first, each one that is fine wins over those after it."""
    draws = [noise, *redraws]
    truncated = draws[-1].clamp(-threshold, threshold)
    for draw in reversed(draws):
        truncated = torch.where(draw.abs() <= threshold, draw, truncated)
    return truncated


def number_by_number(noise, threshold, redraws):
    """Loops over vectors and their numbers."""
    truncated = noise.clone()
    for b in range(noise.shape[0]):
        for i in range(noise.shape[1]):
            r = 0
            while abs(truncated[b, i]) > threshold and r < len(redraws):
                truncated[b, i] = redraws[r, b, i]
                r += 1
            truncated[b, i] = max(-threshold, min(threshold, truncated[b, i].item()))
    return truncated


def until_nothing_is_left(noise, threshold, redraws):
    """Stops as soon as everything is fine; the sign times the threshold at last."""
    result, r = noise.detach().clone(), 0
    while (too_large := result.abs().gt(threshold)).any() and r < redraws.shape[0]:
        result = result.masked_scatter(too_large, redraws[r][too_large])
        r += 1
    return torch.where(result.abs() > threshold, result.sign() * threshold, result)


def arithmetic(noise, threshold, redraws):
    """Masks as factors of 0 and 1."""
    for redraw in redraws.unbind(0):
        keep = (noise.abs() <= threshold).to(noise.dtype)
        noise = keep * noise + (1 - keep) * redraw
    return torch.minimum(torch.maximum(noise, torch.full_like(noise, -threshold)), torch.full_like(noise, threshold))


def squares(noise, threshold, redraws):
    """Size by squares, both ends by relu-like min and max."""
    for redraw in redraws:
        noise = redraw.where(noise**2 > threshold**2, noise)
    return noise.clip(-threshold, threshold)
