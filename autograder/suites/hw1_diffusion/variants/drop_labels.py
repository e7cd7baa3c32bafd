"""Right answers to drop_labels in other styles."""

import torch


def masked_fill(labels, coins, drop_probability, null_label):
    """masked_fill."""
    return labels.masked_fill(coins < drop_probability, null_label)


def boolean_index(labels, coins, drop_probability, null_label):
    """A boolean index into a copy."""
    dropped = labels.clone()
    dropped[coins < drop_probability] = null_label
    return dropped


def arithmetic(labels, coins, drop_probability, null_label):
    """Products with a mask of zeros and ones."""
    drop = (coins < drop_probability).long()
    return labels * (1 - drop) + null_label * drop


def full_like(labels, coins, drop_probability, null_label):
    """where between two tensors, the other way round."""
    return torch.where(coins >= drop_probability, labels, torch.full_like(labels, null_label))


def one_label_at_a_time(labels, coins, drop_probability, null_label):
    """A list comprehension."""
    kept = [null_label if coin < drop_probability else int(label) for label, coin in zip(labels, coins)]
    return torch.tensor(kept, dtype=torch.long, device=labels.device)


def index_fill(labels, coins, drop_probability, null_label):
    """The indices of the dropped items."""
    dropped = torch.nonzero(torch.lt(coins, drop_probability)).squeeze(1)
    return labels.index_fill(0, dropped, null_label)


def numpy(labels, coins, drop_probability, null_label):
    """By way of numpy."""
    import numpy as np

    return (
        torch.from_numpy(np.where(coins.cpu().numpy() < drop_probability, null_label, labels.cpu().numpy()))
        .to(labels.device)
        .long()
    )


def a_list_of_labels(labels, coins, drop_probability, null_label):
    """A list of labels, made into a tensor where they lay."""
    kept = [null_label if coin < drop_probability else label for label, coin in zip(labels, coins)]
    return torch.tensor(kept, device=labels.device)
