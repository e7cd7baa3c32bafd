"""Probes of label_subset: what was chosen, in numbers that do not depend on how the generator was used."""

import random

import numpy as np
import torch
from torch import Tensor

from .inputs import generator

SIZES = {3: 27, 11: 44, 40: 9}  # label: how many images have it
RARE_SIZES = {3: 30, 8: 1, 9: 3}
FRACTIONS = (0.1, 0.3, 0.5)
DRAWS = 600
MEMBERS = 6  # images of the class that is followed over many draws


def sort_labels(sizes: dict[int, int]) -> Tensor:
    """All images of a class in a row."""
    return torch.tensor([label for label, size in sizes.items() for _ in range(size)])


def mix_labels(sizes: dict[int, int]) -> Tensor:
    """The classes mixed; 7 has no factor in common with the number of images, 80 or 34."""
    labels = sort_labels(sizes)
    return labels[torch.arange(len(labels)) * 7 % len(labels)]


def _describe(labels: Tensor, chosen: object) -> dict:
    """kind: "indices" if they can be. counts: different images of each class. repeated: indices that came before."""
    classes = labels.unique()
    if not isinstance(chosen, Tensor):
        return {"kind": type(chosen).__name__, "counts": torch.zeros(len(classes)), "repeated": 0}
    if chosen.dim() != 1 or chosen.dtype != torch.int64:
        kind = f"tensor of {chosen.dtype} with {chosen.dim()} dimensions"
        return {"kind": kind, "counts": torch.zeros(len(classes)), "repeated": 0}
    different = chosen.unique()
    is_index = (different >= 0) & (different < len(labels))
    counts = (labels[different[is_index].long()] == classes[:, None]).sum(dim=1)
    kind = "indices" if bool(is_index.all()) else "numbers that are no indices"
    return {"kind": kind, "counts": counts.float(), "repeated": len(chosen) - len(different)}


def _name(prefix: str, described: dict) -> dict:
    return {f"{prefix} {name}": value for name, value in described.items()}


def choose_fractions(student):
    seen = {}
    for order, labels in {"sorted": sort_labels(SIZES), "mixed": mix_labels(SIZES)}.items():
        for fraction in FRACTIONS:
            chosen = student.label_subset(labels, fraction, generator(340))
            seen |= _name(f"{order} {fraction}", _describe(labels, chosen))
        seen[f"{order} labels_after"] = labels
    return seen


def choose_few_and_all(student):
    rare, labels, alone = mix_labels(RARE_SIZES), mix_labels(SIZES), torch.tensor([7])
    elsewhere = labels.repeat_interleave(2)[::2]  # with gaps between its numbers in memory
    return {
        **_name("few", _describe(rare, student.label_subset(rare, 0.1, generator(341)))),
        **_name("all", _describe(labels, student.label_subset(elsewhere, 1.0, generator(342)))),
        **_name("tiny", _describe(labels, student.label_subset(labels, 0.001, generator(346)))),
        **_name("alone", _describe(alone, student.label_subset(alone, 0.3, generator(347)))),
    }


def choose_many_times(student):
    """How often each of six images, and each two of them, are among the three of their class that are chosen.

    Rounded to 1/4 and 1/5 of the draws: so coarse that chance does not show.
    """
    labels = torch.tensor([5, 2, 2, 5, 2, 5, 5, 2, 2, 5, 2, 5, 2])
    members, rng = (labels == 5).nonzero().flatten(), generator(343)
    draws = [student.label_subset(labels, 0.5, rng) for _ in range(DRAWS)]
    chosen = torch.stack([torch.isin(members, draw) for draw in draws]).double()  # (DRAWS, MEMBERS)
    together = chosen.T @ chosen / DRAWS  # (MEMBERS, MEMBERS)
    alone, pairs = together.diagonal(), together[torch.triu_indices(MEMBERS, MEMBERS, 1).unbind()]
    return {
        "rarest": float((alone.min() * 4).round() / 4),
        "commonest": float((alone.max() * 4).round() / 4),
        "rarest_pair": float((pairs.min() * 5).round() / 5),
        "commonest_pair": float((pairs.max() * 5).round() / 5),
    }


def choose_again(student):
    """Whether answers change with the generator, and only with it, and what became of the global generators.

    in_front, of all that is chosen, tells two mistakes apart.
    """
    labels = sort_labels({0: 40, 1: 39})
    before = torch.get_rng_state(), np.random.get_state(), random.getstate()
    rng = generator(344)
    first, second, again, other = (
        sorted(student.label_subset(labels, 0.5, each).tolist()) for each in (rng, rng, generator(344), generator(345))
    )
    return {
        "in_front": first[:20] == list(range(20)),
        "next_draw_differs": first != second,
        "same_seed_agrees": first == again,
        "other_seed_differs": first != other,
        "torch_untouched": torch.equal(before[0], torch.get_rng_state()),
        "numpy_untouched": str(before[1]) == str(np.random.get_state()),
        "python_untouched": before[2] == random.getstate(),
    }
