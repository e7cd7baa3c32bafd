"""Probes of began_update_k. What comes back is looked at as a number; its kind is told apart."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import as_number, join
from .inputs_game import find_flags

UP = {
    "k": 0.35,
    "gamma": 0.75,
    "lambda_k": 0.125,
}  # three real images, five fake ones: gamma L(x) = 1.05, L(G(z)) = 0.6
DOWN = {"k": 0.55, "gamma": 0.4, "lambda_k": 0.2}
STEADY = {"k": 0.45, "gamma": 0.5, "lambda_k": 0.4}
BEYOND = {"gamma": 0.5, "lambda_k": 0.5}
NUMBERS = ("float", "int", "float64", "float32", "0-d tensor without a graph")


def well_reconstructed() -> tuple[Tensor, Tensor]:
    """Errors of three real images, and of five fake ones that are reconstructed well."""
    return torch.tensor([1.5, 0.9, 1.8]), torch.tensor([0.2, 1.1, 0.4, 0.9, 0.4])


def badly_reconstructed() -> tuple[Tensor, Tensor]:
    """Errors of four real images, and of three fake ones that are reconstructed badly."""
    return torch.tensor([0.8, 0.5, 1.2, 0.7]), torch.tensor([1.4, 0.7, 1.8])


def in_balance() -> tuple[Tensor, Tensor]:
    """Errors of two real images and of four fake ones, half as large."""
    return torch.tensor([1.0, 3.0]), torch.tensor([0.25, 1.75, 1.5, 0.5])


def far_too_well() -> tuple[Tensor, Tensor]:
    """Errors of two real images, and of three fake ones that are far smaller."""
    return torch.tensor([4.0, 6.0]), torch.tensor([0.1, 0.2, 0.3])


def far_too_badly() -> tuple[Tensor, Tensor]:
    """Errors of three real images, and of two fake ones that are far larger."""
    return torch.tensor([0.1, 0.2, 0.3]), torch.tensor([4.0, 6.0])


def call(student, errors: tuple[Tensor, Tensor], setting: dict[str, float]) -> object:
    return student.began_update_k(setting["k"], *errors, setting["gamma"], setting["lambda_k"])


def move(student):
    return {
        "up": as_number(call(student, well_reconstructed(), UP)),
        "down": as_number(call(student, badly_reconstructed(), DOWN)),
        "steady": as_number(call(student, in_balance(), STEADY)),
    }


def move_on_a_gpu(student):
    return on_gpu(student, move)


def one_of_each() -> tuple[Tensor, Tensor]:
    """The error of one real image and of one fake one, float64."""
    return torch.tensor([1.0]).double(), torch.tensor([0.7]).double()


def move_by_one_of_each(student):
    """By one error each; and what is left of the errors."""
    k = call(student, one_of_each(), DOWN)
    given = well_reconstructed()
    call(student, given, UP)
    return {"k": as_number(k), "inputs_after": join(*given), "flags_after": find_flags(*given)}


def move_beyond_the_ends(student):
    return {
        "from_above": as_number(call(student, far_too_well(), {"k": 0.9, **BEYOND})),
        "from_below": as_number(call(student, far_too_badly(), {"k": 0.1, **BEYOND})),
    }


def move_with_a_graph(student):
    """Errors that carry a graph, as in training, and k as a 0-d tensor."""
    real, fake = (errors.requires_grad_() * 1 for errors in well_reconstructed())
    k = call(student, (real, fake), {**UP, "k": torch.tensor(UP["k"])})
    return {"k": as_number(k), "kind": describe(k)}


def describe(k: object) -> str:
    """One of NUMBERS where k is what the contract wants."""
    if not isinstance(k, Tensor):
        return type(k).__name__
    return f"{k.dim()}-d tensor {'with' if k.requires_grad else 'without'} a graph"
