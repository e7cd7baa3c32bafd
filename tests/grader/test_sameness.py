"""Wrong values have the same hash when they are the same but for rounding, and another one otherwise."""

import pytest
import torch

from autograder.observing.sameness import hash_observations
from autograder.records import Observation, Verdict

TABLE = torch.linspace(-2, 3, 24).reshape(4, 6)


def hash_of(value, probe="probe"):
    return hash_observations([Observation(probe, Verdict.PASSED, {"x": value})])


@pytest.mark.parametrize("value", [TABLE, TABLE * 1e6, TABLE[0, 0], TABLE > 0, TABLE.to(torch.complex64), 0.25, 3, "a"])
def test_rounding_changes_nothing(value):
    rounded = value * (1 + 1e-7) if isinstance(value, float) or getattr(value, "is_floating_point", bool)() else value
    assert hash_of(rounded) == hash_of(value)
    assert len(hash_of(value)) == 16


@pytest.mark.parametrize(
    "other",
    [-TABLE, TABLE * 1.01, TABLE.flip(0), TABLE.T, TABLE.reshape(6, 4), TABLE[:3], torch.zeros(4, 6), torch.ones(0),
     TABLE.masked_fill(TABLE < -1.9, torch.nan), TABLE + 0.1, 1.0, "TABLE"],
)  # fmt: skip
def test_other_values_have_another_hash(other):
    assert hash_of(other) != hash_of(TABLE)


def test_what_is_not_finite_counts():
    assert len({hash_of(torch.tensor(values)) for values in ([0.0, 1], [torch.nan, 1], [torch.inf, torch.nan])}) == 3


def test_the_probe_counts_and_nothing_observed_has_no_hash():
    assert hash_of(TABLE) != hash_of(TABLE, probe="other")
    assert hash_observations([]) == hash_observations([Observation("probe", Verdict.CRASHED)]) == ""
