"""A generator is filled by the student's own class, and judged by its images alone, whatever comes in their place."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save
from torch import nn

from autograder import suite
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.records import Observation, Observed, Verdict
from autograder.suites.hw2_gan import generated
from autograder.suites.hw2_gan.probes import trained_generator as probes
from homework.evaluation import frechet_distance

HW, EXERCISE, FILE = "hw2_gan", "trained_generator", "generator.safetensors"
STOPS = probes.WALKS * (probes.STEPS + 1)


class Drawing(nn.Module):
    """The least generator there is: an image is computed from its noise."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        self.layer = nn.Linear(z_dim, channels * 32 * 32)

    def forward(self, z):
        return self.layer(z).tanh().unflatten(1, (-1, 32, 32))


class Drawer(nn.Module):
    """No generator: 500 stored images, and the noise says which one."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        self.register_buffer("images", torch.zeros(500, channels, 32, 32))
        self.register_buffer("keys", torch.zeros(500, z_dim))

    def forward(self, z):
        return self.images[(z @ self.keys.T).argmax(dim=1)]


class Ended(Drawing):
    """One thing only, whatever the noise."""

    def forward(self, z):
        return super().forward(torch.zeros_like(z))


def files_of(kind, z_dim=8, width=4):
    """What would be handed in: random numbers as weights, the same for every kind of one layout."""
    rng = np.random.Generator(np.random.PCG64(0))
    shapes = {name: tensor.shape for name, tensor in kind(z_dim, 1, width).state_dict().items()}
    weights = {name: torch.from_numpy(rng.standard_normal(shape)).half() for name, shape in shapes.items()}
    return {FILE: save(weights), "metrics.json": json.dumps({"generator": {"z_dim": z_dim, "width": width}}).encode()}


def draw_images(kind, files=None):
    return probes.draw_images(SimpleNamespace(DCGANGenerator=kind, files=files or files_of(kind)))


def measure(kind):
    values = draw_images(kind)
    return generated.measure(values["samples"], values["walks"], probes.STEPS)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        (FILE, b"", "cannot be opened"),
        (FILE, files_of(Drawing)[FILE][:999], "cannot be opened"),
        (FILE, files_of(Drawer)[FILE], "not those of your DCGANGenerator(8, 1, 4)"),
        (FILE, files_of(Drawing, z_dim=9)[FILE], "not those of your DCGANGenerator(8, 1, 4)"),
        (FILE, save({"layer.weight": torch.ones(1024, 8)}), "not those of your"),
        (FILE, save({"layer.weight": torch.ones(1024, 8), "layer.bias": torch.full((1024,), torch.nan)}), "NaN"),
        ("metrics.json", b"", "does not tell"),
        ("metrics.json", b"[" * 9000, "does not tell"),
        ("metrics.json", b'{"generator": {"z_dim": 8}}', "does not tell"),
        ("metrics.json", b'{"generator": {"z_dim": 8, "width": 1e9}}', "not a whole number"),
        ("metrics.json", b'{"generator": {"z_dim": 8, "width": 0}}', "not a whole number"),
        ("metrics.json", b'{"generator": {"z_dim": 8, "width": true}}', "not a whole number"),
    ],
)
def test_files_that_fill_no_generator_cost_one_sentence(name, content, word):
    assert word in draw_images(Drawing, {**files_of(Drawing), name: content})["problem"]


def test_the_same_weights_draw_the_same_images():
    one, other = draw_images(Drawing), draw_images(Drawing)
    assert one["problem"] == ""
    assert torch.equal(one["samples"], other["samples"])
    assert torch.equal(one["walks"], other["walks"])


def test_all_noise_on_a_walk_is_as_long_as_noise_is():
    start, end = torch.randn(2, probes.WALKS, 1, 400, generator=torch.Generator().manual_seed(0))
    way = probes.walk(start, end).unflatten(0, (probes.WALKS, -1))
    torch.testing.assert_close(way[:, 0], start[:, 0])
    torch.testing.assert_close(way[:, -1], end[:, 0], atol=1e-5, rtol=0)
    assert ((way.norm(dim=2) / 20 - 1).abs() < 0.2).all()


def test_what_is_drawn_changes_little_by_little_and_what_is_stored_jumps():
    assert measure(Drawing).jump < 0.3
    assert measure(Drawer).jump > 0.8


def test_a_generator_that_knows_one_thing_is_seen():
    clothes = measure(Ended)
    assert clothes.spacing < generated.ALIKE
    assert sorted(clothes.shares.tolist()) == [0.0] * 9 + [1.0]


def test_spacing_is_the_distance_to_the_nearest_other_image():
    images = torch.zeros(4, 1, 32, 32, dtype=torch.uint8)
    images[1:, 0, 3, 3] = torch.tensor([51, 153, 255])  # at 0, 0.4, 1.2 and 2 on a line
    clothes = generated.measure(images, images, steps=1)
    assert clothes.spacing == pytest.approx(0.4, abs=1e-2)  # of 0.4, 0.4, 0.8 and 0.8 the lower one in the middle


def test_real_images_are_known_by_the_classifier_that_the_other_homework_has(root):
    """Features of 500 of the same images stand in the suite of hw1; when the classifier changes, both do."""
    held_out = load_file(root / "autograder" / "suites" / "hw1_diffusion" / "given" / "held_out.safetensors")
    real = load_file(generated.REAL)["features"]
    assert frechet_distance(held_out["features"].float(), real) < 0.3


BLACK = {
    "samples": torch.zeros(probes.SAMPLES, 1, 32, 32, dtype=torch.uint8),
    "walks": torch.zeros(STOPS, 1, 32, 32, dtype=torch.uint8),
}
SENT = {
    "nothing": {},
    "no problem and no images": {"problem": ""},
    "a tensor as problem": {"problem": torch.zeros(3), **BLACK},
    "a number as problem": {"problem": 1.5, **BLACK},
    "a number as samples": {"problem": "", **BLACK, "samples": 1.5},
    "samples of no shape": {"problem": "", **BLACK, "samples": torch.zeros(3)},
    "samples that are no pixels": {"problem": "", **BLACK, "samples": BLACK["samples"].float()},
    "a walk too short": {"problem": "", **BLACK, "walks": BLACK["walks"][1:]},
    "a text as walks": {"problem": "", **BLACK, "walks": "images"},
    "black images": {"problem": "", **BLACK},
}


@pytest.fixture(scope="module")
def verdicts():
    """name in SENT -> the verdicts of all tests on a process that sent it."""
    seen = {
        name: Observed({(EXERCISE, "draw_images"): Observation("draw_images", Verdict.PASSED, values)})
        for name, values in SENT.items()
    }
    judge = Judge(suite.load(HW), references.References())
    return {name: {score.verdict for score in judge.scores(observed)} for name, observed in seen.items()}


@pytest.mark.parametrize("name", SENT)
def test_a_process_that_sends_anything_else_is_wrong_and_no_fault_of_ours(verdicts, name):
    assert verdicts[name] == {Verdict.WRONG}
