"""A handed-in encoder only encodes in the sandbox; what its features are worth is read outside, by closed forms."""

import gzip

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from autograder import suite
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.records import Observed, Verdict
from autograder.suite import trained as known_trainings
from autograder.suites import readers
from homework.datasets import to_model_range
from homework.networks import ConvEncoder, load_classifier

HW, EXERCISE, FILE = "hw4_contrastive", "trained_encoder", "encoder.safetensors"


@pytest.fixture(scope="module")
def trained():
    """name -> files of the encoders in the bank."""
    return {known.name: known.files for known in known_trainings.trained(suite.load(HW)) if known.exercise == EXERCISE}


def draw_features(seed, spread, dimensions=12):
    """Features of both sets: a direction for each class, and noise."""
    rng = np.random.Generator(np.random.PCG64(seed))
    centers = rng.standard_normal((10, 1, dimensions))
    sets = [centers + spread * rng.standard_normal((10, count, dimensions)) for count in (100, 200)]
    return [torch.from_numpy(features.reshape(-1, dimensions)).float() for features in sets]


def test_clear_features_are_read_without_a_mistake_and_noise_by_chance():
    for read in (readers.read_with_few_labels, readers.read_with_all_labels, readers.share_of_neighbours):
        assert read(*draw_features(0, spread=0.05)) == 1
        assert read(*draw_features(0, spread=1e4)) == pytest.approx(0.1, abs=0.03)


def test_the_probe_minimises_its_loss():
    """numpy's least squares on the same problem, with the penalty as further rows."""
    few, many = draw_features(1, spread=4.0, dimensions=60)
    few = few[::10]  # 10 of each class: where labels are few, the penalty matters
    known, asked = few.double().numpy(), many.double().numpy()
    mean, deviation = known.mean(axis=0), known.std(axis=0, ddof=1)
    known, asked = (known - mean) / deviation, (asked - mean) / deviation
    targets = np.eye(10).repeat(10, axis=0)
    penalty = np.sqrt(readers.RIDGE * known.shape[1]) * np.eye(known.shape[1])
    weight = np.linalg.lstsq(np.vstack([known, penalty]), np.vstack([targets, np.zeros((len(penalty), 10))]))[0]
    right = (asked @ weight).argmax(axis=1) == np.arange(10).repeat(200)
    assert readers.read_with_all_labels(few, many) == pytest.approx(right.mean(), abs=1e-12)


def test_few_labels_are_ten_of_each_class_and_never_the_same():
    """The mean over classifiers that know images 0 ... 9, 10 ... 19 and so on of each class."""
    known, asked = draw_features(2, spread=0.7)
    shares = [
        readers.read_with_all_labels(known.reshape(10, 100, -1)[:, 10 * part : 10 * part + 10].flatten(0, 1), asked)
        for part in range(10)
    ]
    assert readers.read_with_few_labels(known, asked) == pytest.approx(np.mean(shares), abs=1e-12)
    assert len(set(shares)) > 5


def test_neighbours_are_counted_one_by_one():
    known, asked = (part[::10] for part in draw_features(3, spread=1.0, dimensions=5))  # 10 and 20 of each class
    shares = []
    for number, query in enumerate(asked.double()):
        cosines = [float(query @ key / query.norm() / key.norm()) for key in known.double()]
        nearest = sorted(range(len(known)), key=lambda index: -cosines[index])[:20]
        shares.append(sum(index // 10 == number // 20 for index in nearest) / 20)
    assert readers.share_of_neighbours(known, asked) == pytest.approx(np.mean(shares), abs=1e-12)


def test_the_scale_of_the_features_does_not_matter():
    known, asked = draw_features(4, spread=1.0)
    for read in (readers.read_with_few_labels, readers.read_with_all_labels, readers.share_of_neighbours):
        assert read(1000 * known, 1000 * asked) == pytest.approx(read(known, asked), abs=2e-3)


@pytest.mark.parametrize(("name", "count"), [("known", 1000), ("asked", 2000)])
def test_the_images_stand_class_by_class(name, count):
    (path,) = suite.load(HW).given.values()
    images = load(gzip.decompress(path.read_bytes()))[name]
    assert images.shape == (count, 1, 28, 28)
    assert images.dtype == torch.uint8
    with torch.no_grad():
        seen = load_classifier("fashion_mnist")(to_model_range(images)).argmax(dim=1)
    right = (seen == torch.arange(10).repeat_interleave(count // 10)).float().reshape(10, -1).mean(dim=1)
    assert right.min() > 0.5  # shirts are hard
    assert right.mean() > 0.85


def test_the_features_are_those_of_the_frozen_network(evaluate, trained):
    files = next(iter(trained.values()))
    seen = evaluate(files)
    assert seen.verdict == Verdict.PASSED, seen.saw
    network = ConvEncoder(channels=1, width=seen.values["width"])
    network.load_state_dict({name: tensor.float() for name, tensor in load(files[FILE]).items()})
    (path,) = suite.load(HW).given.values()
    images = load(gzip.decompress(path.read_bytes()))["asked"][:7]
    with torch.no_grad():
        expected = network.eval()(to_model_range(images))
    torch.testing.assert_close(seen.values["asked"][:7], expected, rtol=1e-4, atol=1e-5)
    assert seen.values["known"].shape == (1000, network.features)


def weights(width, seed=0, channels=1):
    """The state of an encoder with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return ConvEncoder(channels, width).state_dict()


@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_random_weights_earn_nothing(width, evaluate):
    chosen = suite.load(HW)
    seen = evaluate({FILE: save(weights(width))})
    scores = Judge(chosen, references.References()).scores(Observed({(EXERCISE, "evaluate"): seen}))
    assert [score.verdict for score in scores] == [Verdict.WRONG] * 3


def changed(**tensors):
    """Random weights with some of them exchanged or, for None, left out; "." reads "_"."""
    table = weights(16) | {name.replace("_", ".", 2): tensor for name, tensor in tensors.items()}
    return save({name: tensor for name, tensor in table.items() if tensor is not None})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "cannot be opened"),
        (b"PK not weights", "cannot be opened"),
        (changed()[:20_000], "cannot be opened"),
        (changed(body_0_weight=None), "holds no weights"),
        (save({"body.0.weight": torch.ones(500, 1, 1, 1)}), "width of at most"),
        (changed(body_3_weight=None), "not those of the given ConvEncoder"),
        (changed(more=torch.ones(1)), "not those of the given ConvEncoder"),
        (save(weights(16, channels=3)), "not those of the given ConvEncoder"),
        (changed(body_1_bias=torch.full((16,), float("nan"))), "weights are NaN"),
        (changed(body_1_running_var=torch.full((16,), -1.0)), "features are NaN"),
        (changed(body_1_weight=torch.full((16,), 3e38)), "features are NaN"),
    ],
)
def test_a_file_that_is_no_such_network_is_told_what_it_is(evaluate, content, word):
    seen = evaluate({FILE: content})
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert word in seen.values["problem"]
