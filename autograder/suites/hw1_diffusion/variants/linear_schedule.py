"""Right answers to linear_schedule in other styles."""

import numpy as np
import torch


def loop(num_steps, beta_start=1e-4, beta_end=0.02):
    """A loop for the product."""
    betas = torch.linspace(beta_start, beta_end, num_steps)
    kept, alpha_bar = 1.0, []
    for beta in betas:
        kept = kept * (1 - beta)
        alpha_bar.append(kept)
    return betas, torch.stack(alpha_bar)


def numpy(num_steps, beta_start=1e-4, beta_end=0.02):
    """numpy in float64, as in the paper's own code, and float32 at the end."""
    betas = np.linspace(beta_start, beta_end, num_steps, dtype=np.float64)
    alpha_bar = np.cumprod(1.0 - betas, axis=0)
    return torch.from_numpy(betas).float(), torch.tensor(alpha_bar, dtype=torch.float32)


def sum_of_logarithms(num_steps, beta_start=1e-4, beta_end=0.02):
    """exp of the running sum of log1p(-beta)."""
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, torch.log1p(-betas).cumsum(0).exp()


def steps_by_hand(num_steps, beta_start=1e-4, beta_end=0.02):
    """beta_start plus t times the step, T = 1 looked after."""
    step = (beta_end - beta_start) / max(num_steps - 1, 1)
    betas = beta_start + step * torch.arange(num_steps, dtype=torch.float32)
    return betas, (1 - betas).cumprod(dim=0)


def lerp(num_steps, beta_start=1e-4, beta_end=0.02):
    """lerp between the two ends."""
    share = torch.linspace(0, 1, num_steps)
    betas = torch.lerp(torch.tensor(beta_start), torch.tensor(beta_end), share)
    alphas = 1.0 - betas
    return betas, torch.cumprod(alphas, 0)


def prefix_products(num_steps, beta_start=1e-4, beta_end=0.02):
    """A product for each prefix, from plain Python numbers."""
    betas = [beta_start + (beta_end - beta_start) * t / (num_steps - 1) if t else beta_start for t in range(num_steps)]
    alphas = torch.tensor([1 - beta for beta in betas])
    return torch.tensor(betas), torch.stack([alphas[: t + 1].prod() for t in range(num_steps)])


def float64_inside(num_steps, beta_start=1e-4, beta_end=0.02):
    """torch in float64, and float32 at the end; a list."""
    betas = torch.linspace(beta_start, beta_end, num_steps, dtype=torch.float64)
    return [betas.to(torch.float32), (1 - betas).cumprod(-1).to(torch.float32)]
