"""Whatever comes back in the place of one right value: a test passes or finds a mismatch, soon and in little memory."""

import resource
import time

import pytest
import torch
from rejudging import WRITTEN, Answers, mapped
from torch import Tensor

from autograder.observing.sameness import fingerprint, hash_observations, is_same

pytestmark = pytest.mark.proof

HUGE = (5000, 5000, 0)  # costs no byte; a list of its rows takes 1.6 GB
LONGEST = 300  # characters of what a student is told that a test saw
SECONDS, MEGABYTES = 1.0, 200


def _as_tensor(value) -> Tensor:
    """The value as a tensor, to change its kind; a word has no number."""
    return value if isinstance(value, Tensor) else torch.tensor(value if not isinstance(value, str) else 1.0)


def _one_more_row(tensor: Tensor) -> Tensor:
    return torch.cat([tensor, tensor[-1:]]) if tensor.dim() and len(tensor) else tensor.new_zeros(2)


KINDS = {
    "a word": lambda value: "indices",
    "an empty word": lambda value: "",
    "a long word": lambda value: "x" * 65_000,
    "yes": lambda value: True,
    "no": lambda value: False,
    "0": lambda value: 0,
    "a large int": lambda value: 10**18,
    "the least int": lambda value: -(2**63),
    "a float": lambda value: 0.3,
    "a large float": lambda value: 1e300,
    "NaN": lambda value: float("nan"),
    "inf": lambda value: float("inf"),
    "-inf": lambda value: float("-inf"),
    "a 0-d float": lambda value: torch.tensor(0.3),
    "a 0-d int": lambda value: torch.tensor(3),
    "a 0-d bool": lambda value: torch.tensor(True),
    "a 0-d NaN": lambda value: torch.tensor(float("nan")),
    "(0,)": lambda value: torch.zeros(0),
    "(0, 3)": lambda value: torch.zeros(0, 3),
    "(2, 0)": lambda value: torch.zeros(2, 0),
    "huge and empty": lambda value: torch.zeros(HUGE),
    "long and empty": lambda value: torch.zeros(5000 * 5000, 0, dtype=torch.int64),
    "empty, with its own rank": lambda value: _as_tensor(value)[..., :0] if _as_tensor(value).dim() else torch.zeros(0),
    "int64": lambda value: _as_tensor(value).nan_to_num().long(),
    "large int64": lambda value: torch.full_like(_as_tensor(value), 2**62, dtype=torch.int64),
    "negative int64": lambda value: torch.full_like(_as_tensor(value), -7, dtype=torch.int64),
    "uint8": lambda value: _as_tensor(value).nan_to_num().to(torch.uint8),
    "bool": lambda value: _as_tensor(value).bool(),
    "float16": lambda value: _as_tensor(value).half(),
    "bfloat16": lambda value: _as_tensor(value).bfloat16(),
    "float64": lambda value: _as_tensor(value).double(),
    "one dimension more": lambda value: _as_tensor(value)[None],
    "one dimension more at the end": lambda value: _as_tensor(value)[..., None],
    "flat": lambda value: _as_tensor(value).flatten(),
    "transposed": lambda value: _as_tensor(value).movedim(0, -1) if _as_tensor(value).dim() else torch.zeros(1, 1),
    "a row more": lambda value: _one_more_row(_as_tensor(value)),
    "a row less": lambda value: _as_tensor(value)[:-1] if _as_tensor(value).dim() else torch.zeros(3, 1),
    "all NaN": lambda value: torch.full_like(_as_tensor(value), float("nan"), dtype=torch.float32),
    "all inf": lambda value: torch.full_like(_as_tensor(value), float("inf"), dtype=torch.float32),
    "zeros": lambda value: torch.zeros_like(_as_tensor(value)),
    "missing": lambda value: None,
}
ALL = list(KINDS)


def cases(answers, test):
    """(call, name, kind, value): each value of some kind, and some value of each kind."""
    values = list(answers.values(test))
    for number in range(max(len(values), len(ALL))):
        call, name, value = values[number % len(values)]
        kind = ALL[(number + len(test.name)) % len(ALL)]
        yield call, name, kind, KINDS[kind](value)


def complaint(answers, test, call, name, value) -> str:
    """What is wrong with how a test takes this value, "" for nothing."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    try:
        found = answers.judge(test, answers.changed(call, **{name: value}))
    except Exception as error:  # what this is about
        return f"{type(error).__name__}: {error}"
    seconds = time.process_time() - began
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if seconds > SECONDS or megabytes > MEGABYTES:
        return f"{seconds:.1f} s, {megabytes:.0f} MB"
    length = len(getattr(found, "saw", ""))
    return f"saw {length} characters" if length > LONGEST else ""


def complaints(homework, exercise, cases=cases):
    """test, value, kind: what went wrong."""
    answers = Answers(homework, exercise)
    for test in answers.tests:
        answers.judge(test, answers.solution)  # what is read and compiled once is not the value's cost
        for call, name, kind, value in cases(answers, test):
            if found := complaint(answers, test, call, name, value):
                yield f"{test.name}: {call[1]}[{name!r}] is {kind}: {found}"


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.filterwarnings("ignore")  # of torch, about values that a student sent, as in the judge
def test_a_hidden_test_passes_or_finds_a_mismatch(homework, exercise):
    assert not list(complaints(homework, exercise))


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.filterwarnings("ignore")
def test_a_hidden_test_stands_it_if_all_values_are_odd(homework, exercise):
    answers = Answers(homework, exercise)
    for kind in KINDS.values():
        odd = mapped(answers.solution, lambda call, name, value, kind=kind: kind(value))
        for test in answers.tests:
            answers.judge(test, odd)


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.filterwarnings("ignore")
def test_odd_values_are_compared_with_the_solution_and_with_mistakes(homework, exercise):
    answers = Answers(homework, exercise)
    known = [found for found in answers.references.fingerprints if found.exercise == exercise]
    calls = [call for call, seen in answers.solution.items() if seen.values]
    for index, kind in enumerate(ALL):
        call = calls[index % len(calls)]
        name = list(answers.solution[call].values)[index % len(answers.solution[call].values)]
        changed = answers.changed(call, **{name: KINDS[kind](answers.solution[call].values[name])})
        mistake = known[index % len(known)].observations  # what else came back is the mistake's: all else is the same
        answers.references.diagnose(exercise, {**mistake, call: changed[call]})
        is_same(changed[call], answers.solution[call])
        if call in mistake:
            is_same(changed[call], mistake[call])
        hash_observations(changed.values())
        fingerprint(exercise, list(changed.values()))


# Where a value only says which of the others is right, and is judged itself by another test of the exercise.
ANOTHER_TESTS = {
    ("test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1", "places"),
    ("test_labels_count_the_turns", "turned"),
}


def emptied(value: Tensor) -> list[Tensor]:
    """No numbers in the place of some, with the rank and the other sizes that are asked for, or without."""
    flat = value.flatten()[:0]
    return [flat, value[:0], value[..., :0]] if value.dim() else [flat]


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.filterwarnings("ignore")
def test_no_property_is_one_of_no_numbers(homework, exercise):
    answers, satisfied = Answers(homework, exercise), set()
    for test in answers.tests:
        for call, name, value in answers.values(test):
            if not isinstance(value, Tensor) or not value.numel():
                continue
            if answers.judge(test, answers.changed(call, **{name: None})):  # the test looks at it
                for empty in emptied(value):
                    if not answers.judge(test, answers.changed(call, **{name: empty})):
                        satisfied.add((test.name, name))
    assert satisfied <= ANOTHER_TESTS
