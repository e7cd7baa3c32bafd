"""A judgement is taken over only where nothing a test can see differs, and then it is the one that was made before."""

import struct
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.precedents import Precedents, fingerprint
from autograder.records import Observation, Score, Verdict

TABLE = torch.linspace(-2, 3, 24).reshape(4, 6)
SCORE = Score("first", "test_x", "x is right", Verdict.PASSED, 2, 2)


def seen(values, **changes):
    return replace(Observation("probe", Verdict.PASSED, values, seconds=0.5), **changes)


def key(values, exercise="first", **changes):
    return fingerprint(exercise, [seen(values, **changes)])


def nan(payload):
    return struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 + payload))[0]


class Bench:
    """Judges that count how often they are asked. Each test asks for the one observation."""

    def __init__(self, **options):
        self.precedents, self.judged = Precedents(**options), 0

    def judge(self, observation, exercise="first", asked=None):
        def anew():
            self.judged += 1
            return [replace(SCORE, seconds=observation.seconds)], [[asked or observation]]

        return self.precedents.judge(exercise, {(exercise, "probe"): observation}, anew)


def test_the_same_observation_is_judged_once_and_keeps_its_own_time():
    bench = Bench()
    first = bench.judge(seen({"x": TABLE.clone()}))
    again = bench.judge(seen({"x": TABLE.clone()}, seconds=0.125, megabytes=7.0))
    assert bench.judged == 1
    assert again == [replace(first[0], seconds=0.125)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TABLE, TABLE.double()),
        (TABLE, TABLE.reshape(6, 4)),
        (TABLE, TABLE.flip(0)),
        (TABLE, TABLE.t().contiguous().t()),  # the same values in another layout
        (torch.tensor(0.0), torch.tensor(-0.0)),
        (torch.zeros(1), torch.tensor(0.0)),
        (torch.zeros(0, 2), torch.zeros(0, 3)),
        (torch.zeros(4, dtype=torch.int32), torch.zeros(4)),
        (torch.tensor([0x7FC00001], dtype=torch.int32).view(torch.float32), torch.tensor([torch.nan])),
        (nan(1), nan(2)),
        (0.0, -0.0),
        (1, 1.0),
        (1, True),
        (1, "1"),
        ("same", "Same"),
    ],
)
def test_values_that_differ_at_all_are_another_case(one, other):
    assert key({"x": one}) == key({"x": one})
    assert key({"x": one}) != key({"x": other})


@pytest.mark.parametrize(
    "changes",
    [{"verdict": Verdict.CRASHED}, {"saw": "ZeroDivisionError"}, {"error": "ValueError"}, {"notes": ("cell 1",)},
     {"probe": "other"}, {"exercise": "second"}, {"values": {"y": 1.5}}, {"values": {"x": 1.5, "y": 1.5}}],
)  # fmt: skip
def test_words_and_names_are_part_of_the_case(changes):
    assert key(**{"values": {"x": 1.5}, **changes}) != key({"x": 1.5})


def test_bytes_cannot_move_from_one_value_to_the_next():
    pair = torch.arange(4.0)
    assert key({"x": pair[:1], "y": pair[1:]}) != key({"x": pair[:3], "y": pair[3:]})
    assert fingerprint("first", [seen({"x": 1}), seen({})]) != fingerprint("first", [seen({}), seen({"x": 1})])


@given(st.lists(st.binary(min_size=8, max_size=8), min_size=2, max_size=2))
def test_two_tensors_are_one_case_exactly_where_their_bytes_are_the_same(contents):
    one, other = (torch.frombuffer(bytearray(content), dtype=torch.float32) for content in contents)
    assert (key({"x": one}) == key({"x": other})) == (contents[0] == contents[1])


def test_a_test_that_asks_for_another_exercise_is_judged_every_time():
    bench = Bench()
    for _ in range(2):
        bench.judge(seen({"x": 1}), asked=seen({"x": 2}))
    assert bench.judged == 2


def test_what_was_not_used_for_longest_is_forgotten():
    bench = Bench(most=2)
    for value in (1, 2, 1, 3, 1):
        bench.judge(seen({"x": value}))
    assert bench.judged == 3
    bench.judge(seen({"x": 2}))
    assert bench.judged == 4
