"""Probes of linear_schedule."""

from torch import Tensor

FEW = (5, 0.1, 0.4)  # num_steps, beta_start, beta_end
EQUAL = (4, 0.25, 0.25)
SINGLE = (1, 0.3, 0.6)
FAR = (6, 2e-5, 0.9995)  # a gentler first step and a harsher last one than in any paper
BY_NAME = {"num_steps": 7, "beta_end": 0.3}
BY_NAME_TOO = {"num_steps": 3, "beta_start": 0.015}


def in_float32(table: object) -> object:
    """The numbers of a table; its dtype is looked at by itself."""
    return table.float() if isinstance(table, Tensor) else table


def plan(student, *args: float, **named: float) -> dict:
    """Both tables."""
    betas, alpha_bar = student.linear_schedule(*args, **named)
    return {"betas": in_float32(betas), "alpha_bar": in_float32(alpha_bar)}


def plan_a_few_steps(student):
    return plan(student, *FEW)


def plan_many_steps(student):
    return plan(student, 1000)


def plan_equal_steps(student):
    return {"alpha_bar": plan(student, *EQUAL)["alpha_bar"]}


def plan_a_single_step(student):
    return plan(student, *SINGLE)


def plan_with_other_ends(student):
    return {"betas": plan(student, *FAR)["betas"]}


def plan_by_name(student):
    found, other = plan(student, **BY_NAME), plan(student, **BY_NAME_TOO)
    return {**found, "other_betas": other["betas"]}


def plan_as_it_is(student):
    betas, alpha_bar = student.linear_schedule(*FEW)
    return {"betas": betas, "alpha_bar": alpha_bar}
