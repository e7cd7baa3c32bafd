"""A handed-in DescriptorNet only finds points in the sandbox; where they really are is known outside."""

import pytest
import torch
from safetensors.torch import load, save

from autograder import suite
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.records import Observed, Verdict
from autograder.suites.hw5_sequences_and_language.places import measure_errors
from autograder.suites.hw5_sequences_and_language.probes.trained_descriptor import draw_questions
from homework.networks import DescriptorNet

HW, EXERCISE, FILE = "hw5_sequences_and_language", "trained_descriptor", "descriptor.safetensors"


def grade(seen):
    """test -> its verdict, of this exercise alone."""
    scores = Judge(suite.load(HW), references.References()).scores(Observed({(EXERCISE, "evaluate"): seen}))
    return {score.test: score.verdict for score in scores if score.exercise == EXERCISE}


def weights(width=12, dim=8, channels=3):
    """The state of a DescriptorNet with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return DescriptorNet(channels, width, dim).state_dict()


def test_asked_are_points_of_the_object_that_are_seen_twice():
    pairs, points = draw_questions()
    for pair, asked in enumerate(points):
        seen = {tuple(match) for match in pairs.all_matches(pair)[:, :2].tolist()}
        assert {tuple(point) for point in asked.tolist()} <= seen


def test_errors_are_distances_from_the_true_places():
    pairs, points = draw_questions()
    asked, answers = points[:2, :1], torch.tensor([[[7, 9]], [[20, 30]]])
    places = [
        pairs.turns[pair].double().numpy() @ asked[pair, 0].numpy() + pairs.shifts[pair].numpy() for pair in (0, 1)
    ]
    expected = [
        [((place - answer.numpy()) ** 2).sum() ** 0.5] for place, (answer,) in zip(places, answers, strict=True)
    ]
    torch.testing.assert_close(measure_errors(pairs, asked, answers).tolist(), expected, rtol=1e-4, atol=1e-4)


def test_found_is_the_pixel_with_the_nearest_descriptor_of_the_frozen_network(evaluate, right):
    seen = evaluate(right)
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert (seen.values["width"], seen.values["dim"]) == (12, 8)
    pairs, points = draw_questions()
    assert seen.values["found"].shape == points.shape
    network = DescriptorNet(3).eval()
    network.load_state_dict({name: tensor.float() for name, tensor in load(right[FILE]).items()})
    with torch.no_grad():
        first, second = (network(picture[4:5])[0].double().numpy() for picture in (pairs.first, pairs.second))
    for (row, column), (found_row, found_column) in zip(
        points[4].tolist(), seen.values["found"][4].tolist(), strict=True
    ):
        distances = ((second - first[:, row, column, None, None]) ** 2).sum(axis=0) ** 0.5
        assert distances[found_row, found_column] <= distances.min() + 1e-5


@pytest.mark.parametrize(("width", "dim"), [(1, 1), (12, 8), (32, 16)])
def test_random_weights_earn_nothing(width, dim, evaluate):
    assert list(grade(evaluate({FILE: save(weights(width, dim))})).values()) == [Verdict.WRONG] * 3


def changed(**tensors):
    """Random weights with some of them exchanged or, for None, left out; "__" reads "."."""
    table = weights() | {name.replace("__", "."): tensor for name, tensor in tensors.items()}
    return save({name: tensor for name, tensor in table.items() if tensor is not None})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "cannot be opened"),
        (b"PK not weights", "cannot be opened"),
        (changed()[:20_000], "cannot be opened"),
        (changed(head__weight=None), "holds no weights"),
        (changed(head__weight=torch.ones(8)), "holds no weights"),
        (save({"head.weight": torch.ones(8, 500, 1, 1)}), "width of at most"),
        (save({"head.weight": torch.ones(500, 12, 1, 1)}), "at most 16 numbers"),
        (save({"head.weight": torch.ones(8, 28, 1, 1)}), "not those of the given DescriptorNet"),  # 28: no 3 groups
        (changed(head__bias=None), "not those of the given DescriptorNet"),
        (changed(more=torch.ones(1)), "not those of the given DescriptorNet"),
        (save(weights(channels=1)), "not those of the given DescriptorNet"),
        (changed(head__bias=torch.full((8,), float("nan"))), "weights are NaN"),
        (changed(head__weight=torch.full((8, 12, 1, 1), 3e38)), "descriptors are NaN"),
    ],
)
def test_a_file_that_is_no_such_network_is_told_what_it_is(evaluate, content, word):
    seen = evaluate({FILE: content})
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert word in seen.values["problem"]
    assert set(grade(seen).values()) == {Verdict.WRONG}
