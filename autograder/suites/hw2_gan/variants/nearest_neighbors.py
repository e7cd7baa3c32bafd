"""Right answers to nearest_neighbors in other styles."""

import numpy as np
import torch


def pairwise(samples, images):
    """torch.cdist gives the root, which has its minimum at the same place."""
    return torch.cdist(samples.flatten(1), images.flatten(1)).argmin(dim=1)


def all_three_terms(samples, images):
    a, b = samples.reshape(len(samples), -1), images.reshape(len(images), -1)
    squared = (a**2).sum(1, keepdim=True) - 2 * torch.mm(a, b.t()) + (b**2).sum(1)[None]
    return torch.min(squared.clamp(min=0).sqrt(), dim=1).indices


def one_sample_at_a_time(samples, images):
    return torch.stack([((images - sample) ** 2).flatten(1).sum(1).argmin() for sample in samples])


def one_image_at_a_time(samples, images):
    best = torch.full((len(samples),), float("inf"), dtype=samples.dtype, device=samples.device)
    index = torch.zeros(len(samples), dtype=torch.long, device=samples.device)
    for number, image in enumerate(images):
        distance = (samples - image).pow(2).sum(dim=(1, 2, 3))
        is_nearer = distance < best
        index[is_nearer], best = number, torch.minimum(distance, best)
    return index


def pairs_in_python(samples, images):
    """Slow, and right."""
    samples, images = samples.flatten(1), images.flatten(1)
    index = []
    for sample in samples:
        distances = [float((sample - image).norm()) for image in images]
        index.append(distances.index(min(distances)))
    return torch.tensor(index, device=samples.device)


def in_chunks(samples, images):
    """Broadcasting, for a few images at a time."""
    distances = []
    for chunk in images.split(16):
        differences = samples[:, None] - chunk[None]  # (B, 16, C, H, W)
        distances.append(torch.linalg.vector_norm(differences, dim=(2, 3, 4)))
    return torch.cat(distances, dim=1).argmin(dim=1)


def largest_score(samples, images):
    """Half the squared norm less the inner product, turned round."""
    images = images.flatten(1)
    return torch.einsum("bd,nd->bn", samples.flatten(1), images).sub(images.pow(2).sum(1) / 2).max(1)[1]


def mean_squared_error(samples, images):
    """The mean over the pixels is the sum up to a factor."""
    return torch.stack(
        [F.mse_loss(images, s.expand_as(images), reduction="none").mean((1, 2, 3)).argmin() for s in samples]
    )


def by_numpy(samples, images):
    a, b = samples.cpu().numpy().reshape(len(samples), -1), images.cpu().numpy().reshape(len(images), -1)
    squared = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    return torch.from_numpy(np.argmin(squared, axis=1)).to(samples.device)


def centred(samples, images):
    """Less the mean image, which no distance notices and float32 likes."""
    mean = images.mean(dim=0, keepdim=True)
    a, b = (samples - mean).flatten(1), (images - mean).flatten(1)
    return (b.square().sum(1) - 2 * a @ b.T).argmin(1)
