"""A handed-in RotNet only answers in the sandbox; the grader turns the images, and counts outside."""

import gzip

import pytest
import torch
from safetensors.torch import load, save

from autograder import suite
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.records import Observed, Verdict
from autograder.suites.hw3_pretext.turns import shares_right
from homework.datasets import to_model_range
from homework.networks import RotNet

HW, EXERCISE, FILE = "hw3_pretext", "trained_rotnet", "rotnet.safetensors"


def grade(seen):
    """test -> its verdict."""
    scores = Judge(suite.load(HW), references.References()).scores(Observed({(EXERCISE, "evaluate"): seen}))
    return {score.test: score.verdict for score in scores}


def weights(width, seed=0, channels=1):
    """The state of a RotNet with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return RotNet(channels, width).state_dict()


def test_answers_are_counted_for_each_turn():
    answers = torch.tensor([[0, 0, 0, 1], [2, 2, 2, 2], [2, 2, 0, 1], [3, 3, 3, 3]])  # (4, N)
    logits = torch.nn.functional.one_hot(answers, 4).float() - 5
    assert shares_right(logits).tolist() == [0.75, 0, 0.5, 1]


def turn_by_hand(image, turns):
    """Counter-clockwise: what stands in the last column becomes the first row, from top to bottom left to right."""
    for _ in range(turns):
        image = torch.tensor([[row[column] for row in image.tolist()] for column in reversed(range(image.shape[1]))])
    return image


def test_logits_and_features_are_those_of_the_frozen_network(evaluate, right):
    seen = evaluate(right)
    assert seen.verdict == Verdict.PASSED, seen.saw
    network = RotNet(channels=1, width=seen.values["width"])
    network.load_state_dict({name: tensor.float() for name, tensor in load(right[FILE]).items()})
    (path,) = suite.load(HW).given.values()
    images = load(gzip.decompress(path.read_bytes()))["asked"][:3]
    network.eval()
    with torch.no_grad():
        features = network.encoder(to_model_range(images))
        turned = [torch.stack([turn_by_hand(image[0], turns) for image in images]) for turns in range(4)]
        logits = torch.stack([network(to_model_range(part[:, None].to(torch.uint8))) for part in turned])
    torch.testing.assert_close(seen.values["asked"][:3], features, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(seen.values["logits"][:, :3], logits, rtol=1e-4, atol=1e-4)
    assert seen.values["logits"].shape == (4, 2000, 4)
    assert seen.values["known"].shape == (1000, network.encoder.features)


def test_a_head_that_counts_clockwise_loses_the_turns_and_keeps_the_features(evaluate, right):
    table = load(right[FILE])
    for name in ("head.weight", "head.bias"):
        table[name] = table[name][[0, 3, 2, 1]].contiguous()
    assert grade(evaluate({**right, FILE: save(table)})) == {
        "test_most_turns_are_told": Verdict.WRONG,
        "test_nearly_all_turns_are_told": Verdict.WRONG,
        "test_neighbours_show_the_same_class": Verdict.PASSED,
    }


@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_random_weights_earn_nothing(width, evaluate):
    assert list(grade(evaluate({FILE: save(weights(width))})).values()) == [Verdict.WRONG] * 3


def changed(**tensors):
    """Random weights with some of them exchanged or, for None, left out; "__" reads "."."""
    table = weights(16) | {name.replace("__", "."): tensor for name, tensor in tensors.items()}
    return save({name: tensor for name, tensor in table.items() if tensor is not None})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "cannot be opened"),
        (b"PK not weights", "cannot be opened"),
        (changed()[:20_000], "cannot be opened"),
        (changed(encoder__body__0__weight=None), "holds no weights"),
        (save({"encoder.body.0.weight": torch.ones(500, 1, 1, 1)}), "width of at most"),
        (save(RotNet(1, 16).encoder.state_dict()), "holds no weights"),
        (changed(head__bias=None), "not those of the given RotNet"),
        (changed(more=torch.ones(1)), "not those of the given RotNet"),
        (save(weights(16, channels=3)), "not those of the given RotNet"),
        (changed(head__bias=torch.full((4,), float("nan"))), "weights are NaN"),
        (changed(encoder__body__1__running_var=torch.full((16,), -1.0)), "logits are NaN"),
        (changed(head__weight=torch.full((4, 64), 3e38)), "logits are NaN"),
    ],
)
def test_a_file_that_is_no_such_network_is_told_what_it_is(evaluate, content, word):
    seen = evaluate({FILE: content})
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert word in seen.values["problem"]
    assert set(grade(seen).values()) == {Verdict.WRONG}
