"""The stand-ins, each for one test."""

import pytest

from homework.standin import StandIn


@pytest.fixture
def gpu():
    """A stand-in for a T4, in place during the test."""
    with StandIn() as standin:
        yield standin


@pytest.fixture
def mps():
    """A stand-in for Apple's GPU."""
    with StandIn("mps") as standin:
        yield standin
