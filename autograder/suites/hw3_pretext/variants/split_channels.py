"""Right answers to split_channels in other styles."""

import torch


def by_torch_split(lab):
    """torch.split by sizes."""
    return torch.split(lab, [1, 2], dim=1)


def by_chunks(lab):
    """Three chunks, two of them joined again."""
    lightness, a, b = lab.chunk(3, dim=1)
    return lightness, torch.cat((a, b), dim=1)


def by_index_and_unsqueeze(lab):
    """An index, and its dimension put back; a list of indices for the colour."""
    return lab[:, 0].unsqueeze(1), lab[:, [1, 2], ...]


def by_narrow(lab):
    """narrow, and copies."""
    return lab.narrow(1, 0, 1).clone(), lab.narrow(1, 1, 2).clone()


def by_unbind(lab):
    """unbind and stack."""
    lightness, *colors = lab.unbind(dim=1)
    return torch.stack([lightness], dim=1), torch.stack(colors, dim=1)
