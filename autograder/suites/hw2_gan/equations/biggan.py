"""The parts of BigGAN in float64 (Brock et al., 2019)."""

import numpy as np
import torch
from torch import Tensor

EPSILON, MOMENTUM = 1e-5, 0.1  # of nn.BatchNorm2d, by PyTorch's documentation


def find_hinge_discriminator_loss(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))) (section 3), float64, 0-d."""
    real, fake = logits_real.double().numpy(), logits_fake.double().numpy()
    return torch.tensor(np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean())


def find_hinge_generator_loss(logits_fake: Tensor) -> Tensor:
    """-E D(G(z)) (section 3), float64, 0-d."""
    return -logits_fake.double().mean()


def find_truncated(noise: Tensor, threshold: float, redraws: Tensor) -> Tensor:
    """Number by number: the first draw that is small enough, else the last one cut off (section 3.1)."""
    draws = torch.cat([noise[None], redraws]).flatten(start_dim=1)  # (R + 1, B z_dim)
    chosen = [_choose(column.tolist(), threshold) for column in draws.T]
    return torch.tensor(chosen, dtype=noise.dtype).reshape(noise.shape)


def _choose(draws: list[float], threshold: float) -> float:
    fitting = [number for number in draws if abs(number) <= threshold]
    return fitting[0] if fitting else float(np.sign(draws[-1]) * threshold)


def find_orthogonal_penalty(weight: Tensor) -> Tensor:
    """Each filter's inner product with every other one, squared, and their sum (eq. 3 by filters), float64, 0-d."""
    filters = weight.double().numpy().reshape(len(weight), -1)
    products = [a @ b for i, a in enumerate(filters) for j, b in enumerate(filters) if i != j]
    return torch.tensor(np.square(products).sum(), dtype=torch.float64)


def find_gradient_of_orthogonal_penalty(weight: Tensor) -> Tensor:
    """By filters (out, in): for each one, a, 4 times the sum of (a . b) b over the others; its shape, float64."""
    filters = weight.double().numpy()
    pulls = [sum((4 * (a @ b) * b for j, b in enumerate(filters) if i != j), 0 * a) for i, a in enumerate(filters)]
    return torch.from_numpy(np.stack(pulls))


def find_normalized(x: Tensor) -> Tensor:
    """x (B, C, H, W) with mean 0 and variance 1 in each channel of this batch, float64; can be differentiated."""
    x = x.double()
    centred = x - x.mean(dim=(0, 2, 3), keepdim=True)
    return centred / (centred.square().mean(dim=(0, 2, 3), keepdim=True) + EPSILON).sqrt()


def find_gradient_of_normalized(x: Tensor, pull: Tensor) -> Tensor:
    """Of the sum of pull times normalised x, shaped like x, float64."""
    x = x.double().requires_grad_()
    return torch.autograd.grad((find_normalized(x) * pull).sum(), x)[0]


def find_normalized_by_running(x: Tensor, batches: list[Tensor]) -> Tensor:
    """x by the running statistics after these batches, float64; they began at mean 0 and variance 1."""
    mean, variance = torch.zeros(x.shape[1]).double(), torch.ones(x.shape[1]).double()
    for batch in batches:
        flat = batch.double().transpose(0, 1).flatten(start_dim=1)  # (C, B H W)
        mean += MOMENTUM * (flat.mean(dim=1) - mean)
        variance += MOMENTUM * (flat.var(dim=1, correction=1) - variance)
    return (x.double() - mean[:, None, None]) / (variance[:, None, None] + EPSILON).sqrt()


def find_change(
    x: Tensor, labels: list[int], taught: Tensor, taught_labels: list[int], pull: Tensor, rate: float, classes: int
) -> Tensor:
    """How the output gain * x + bias of each image changes by one step of descent, in training mode, float64.

    The step is on the sum of pull times output of the images `taught`; where gain and bias were before does not matter.
    """
    gain, bias = torch.zeros(2, classes, x.shape[1]).double()
    for label, image, force in zip(taught_labels, find_normalized(taught), pull.double(), strict=True):
        gain[label] -= rate * (force * image).sum(dim=(1, 2))
        bias[label] -= rate * force.sum(dim=(1, 2))
    images = zip(labels, find_normalized(x), strict=True)
    return torch.stack([gain[label][:, None, None] * image + bias[label][:, None, None] for label, image in images])
