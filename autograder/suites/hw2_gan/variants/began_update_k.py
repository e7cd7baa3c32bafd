"""Right answers to began_update_k in other styles."""

import statistics

import numpy as np
import torch


def clamp_of_torch(k, recon_real, recon_fake, gamma, lambda_k):
    """A tensor up to the end, then item()."""
    return (k + lambda_k * (gamma * recon_real.mean() - recon_fake.mean())).clamp(0, 1).item()


def clip_of_numpy(k, recon_real, recon_fake, gamma, lambda_k):
    """NumPy; its float64 is a Python float."""
    real, fake = (
        recon_real.detach().cpu().numpy().astype(np.float64),
        recon_fake.detach().cpu().numpy().astype(np.float64),
    )
    return np.clip(k + lambda_k * (gamma * real.mean() - fake.mean()), 0, 1)


@torch.no_grad()
def branches(k, recon_real, recon_fake, gamma, lambda_k):
    """One branch for each end."""
    k = k + lambda_k * float(torch.mean(gamma * recon_real) - torch.mean(recon_fake))
    if k < 0:
        return 0.0
    if k > 1:
        return 1.0
    return k


def integers_at_the_ends(k, recon_real, recon_fake, gamma, lambda_k):
    """min and max with 0 and 1 give an integer where the clamp bites."""
    k += lambda_k * (gamma * recon_real.mean().item() - recon_fake.mean().item())
    return max(min(k, 1), 0)


def median_of_three(k, recon_real, recon_fake, gamma, lambda_k):
    """The one in the middle of 0, k and 1; means of Python lists."""
    of_real, of_fake = statistics.fmean(recon_real.tolist()), statistics.fmean(recon_fake.tolist())
    return sorted((0.0, k + lambda_k * (gamma * of_real - of_fake), 1.0))[1]


def product_multiplied_out(k, recon_real, recon_fake, gamma, lambda_k):
    """No brackets."""
    of_real, of_fake = recon_real.sum().item() / len(recon_real), recon_fake.sum().item() / len(recon_fake)
    return float(torch.tensor(k + lambda_k * gamma * of_real - lambda_k * of_fake).clamp(min=0.0, max=1.0))


def tensor_without_a_graph(k, recon_real, recon_fake, gamma, lambda_k):
    """A 0-d tensor on the errors' device; nothing waits for it."""
    with torch.no_grad():
        k = k + lambda_k * (gamma * recon_real.mean() - recon_fake.mean())
        return torch.clip(k, 0, 1)
