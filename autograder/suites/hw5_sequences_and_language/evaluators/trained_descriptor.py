"""Where a handed-in DescriptorNet finds points again, in pictures new to it; nothing that knows the right places."""

import torch

from homework.networks import DescriptorNet, UnusableWeights, conv_shape, fill, read_weights

MAX_WIDTH, MAX_DIM = 32, 16  # the notebook's largest
CHUNK = 25  # pictures at once


def evaluate(files, first, second, points):
    """The files by name -> problem ("" if the weights are fine), and if so width, dim and found.

    first, second: pictures (B, 3, H, W) in [-1, 1]. points: row and column in the first ones, long, (B, P, 2).
    found: row and column in the second ones, long, (B, P, 2).
    """
    try:
        network = read_network(files["descriptor.safetensors"])
        found = search(describe(network, first), describe(network, second), points)
    except UnusableWeights as problem:
        return {"problem": str(problem)}
    dim, width = network.head.weight.shape[:2]
    return {"problem": "", "width": width, "dim": dim, "found": found}


def read_network(content):
    """The DescriptorNet of these weights, in eval mode; UnusableWeights if they are not its own or not finite."""
    weights = read_weights(content, "descriptor.safetensors")
    dim, width = conv_shape(weights, "head.weight")
    if not (1 <= width <= MAX_WIDTH and 1 <= dim <= MAX_DIM):
        sizes = f"a width of at most {MAX_WIDTH} and descriptors of at most {MAX_DIM} numbers"
        raise UnusableWeights(f"it holds no weights of the given DescriptorNet with {sizes}")
    return fill(lambda: DescriptorNet(3, width, dim), weights, "DescriptorNet for pictures in colour")


@torch.no_grad()
def describe(network, pictures):
    """Descriptors (B, D, H, W) of pictures (B, 3, H, W); UnusableWeights if not finite."""
    descriptors = torch.cat([network(part) for part in pictures.split(CHUNK)])
    if not descriptors.isfinite().all():
        raise UnusableWeights("with its weights some descriptors are NaN or infinite")
    return descriptors


def search(first, second, points):
    """The pixel of the second picture with the nearest descriptor: (B, D, H, W) twice, (B, P, 2) -> long (B, P, 2)."""
    pairs = torch.arange(len(first))[:, None]
    wanted = first[pairs, :, points[:, :, 0], points[:, :, 1]]  # (B, P, D)
    others = second.flatten(2).transpose(1, 2)  # (B, H W, D)
    best = torch.cdist(wanted, others, compute_mode="donot_use_mm_for_euclid_dist").argmin(dim=2)
    width = second.shape[3]
    return torch.stack([best // width, best % width], dim=2)
