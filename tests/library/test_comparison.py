"""What a student is told of a difference: a fact on their own output, never the expected numbers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from homework.comparison import describe_difference, roughly

EXPECTED = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (EXPECTED + torch.tensor([[0.0], [1.0], [0.0]]), "x is off by up to 1, only in row 1 of 3"),
        (EXPECTED + 0.5, "x is off by up to 0.5 in every row"),
        (EXPECTED.T, "x has shape (2, 3), but should have (3, 2)"),
        (EXPECTED.double(), "x is torch.float64, but should be torch.float32"),
        (EXPECTED * float("nan"), "x is NaN in every row"),
        (EXPECTED / 0, "x is infinite in every row"),
        (3.0, "x is a float, but should be a tensor of shape (3, 2)"),
        ("text", "x is a str, but should be a tensor of shape (3, 2)"),
    ],
)
def test_each_kind_of_difference_has_its_sentence(actual, words):
    assert describe_difference("x", actual, EXPECTED) == words


def test_integer_dtypes_are_free():
    assert describe_difference("x", torch.tensor([1, 2], dtype=torch.int32), torch.tensor([1, 2])) == ""


@pytest.mark.parametrize(
    ("actual", "expected"), [(2.0, 2.0), (torch.tensor(2.0), 2.0), (2, 2.0), (True, True), (torch.tensor(True), True)]
)
def test_a_single_number_may_come_as_number_or_tensor(actual, expected):
    assert describe_difference("x", actual, expected) == ""


@pytest.mark.parametrize(
    ("actual", "expected"), [(2.1, 2.0), (True, 2.0), ("2", 2.0), (torch.ones(2), 2.0), (False, True), (3, 4)]
)
def test_another_number_is_a_difference(actual, expected):
    assert describe_difference("x", actual, expected)


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool])
@pytest.mark.parametrize(
    "actual", [float("inf"), float("-inf"), float("nan"), 1e300, 10**400, -(10**18), 0.5, None, []]
)
def test_no_number_is_too_odd_for_a_whole_one(actual, dtype):
    assert describe_difference("x", actual, torch.tensor(1, dtype=dtype))
    assert describe_difference("x", actual, 1.0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_number_is_rounded_as_the_tensor_is(dtype):
    assert describe_difference("x", 0.1, torch.tensor(0.1, dtype=dtype), rtol=0, atol=0) == ""
    assert describe_difference("x", 1e300, torch.tensor(1.0, dtype=dtype))


@pytest.mark.parametrize("shape", [(0,), (2, 0), (5000, 5000, 0)])
def test_empty_tensors_are_compared_by_their_shape(shape):
    assert describe_difference("x", torch.zeros(shape), EXPECTED) == f"x has shape {shape}, but should have (3, 2)"
    assert describe_difference("x", torch.zeros(shape), torch.zeros(shape)) == ""


def test_a_long_word_is_cut():
    assert len(describe_difference("x", "no " * 1000, 1.0)) < 120


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1.004, "by less than 1 % of its right size"),
        (1.04, "by 1 % to 10 % of its right size"),
        (0.95, "by 1 % to 10 % of its right size"),
        (1.4, "by more than 10 % of its right size"),
        (-3e20, "by more than 10 % of its right size"),
    ],
)
def test_a_hidden_number_is_missed_by_one_of_three_steps(factor, words):
    assert describe_difference("x", EXPECTED * factor, EXPECTED, how_far=roughly) == f"x is off {words} in every row"


def test_what_should_be_0_is_missed_by_more_than_nothing():
    saw = describe_difference("x", torch.tensor([0.5, 0.5]), torch.zeros(2), how_far=roughly)
    assert saw == "x is off by more than 10 % of its right size in every row"


@given(st.floats(1e-3, 1e3), st.floats(-9e-5, 9e-5))
def test_rounding_is_no_difference(value, relative):
    expected = torch.tensor([value], dtype=torch.float64)
    assert describe_difference("x", expected * (1 + relative), expected) == ""


@given(st.floats(1e-1, 1e3), st.floats(2e-4, 1.0))
def test_more_than_rounding_is_a_difference(value, relative):
    expected = torch.tensor([value], dtype=torch.float64)
    assert describe_difference("x", expected * (1 + relative), expected)
