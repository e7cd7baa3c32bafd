"""The solution of hw5_sequences_and_language's parts 2 and 3 agrees with open_clip, scipy and closed forms."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from autograder.authoring.record import solution_harvest
from homework.running import define

SEEDS, FEW = st.integers(0, 999), settings(max_examples=30)


@pytest.fixture(scope="module")
def solution(root):
    return SimpleNamespace(**define(solution_harvest(root, "hw5_sequences_and_language").statements)[0])


def draw(seed, *shape):
    """Float64, the same on every machine."""
    return torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).standard_normal(shape))


def draw_pairs(seed, count, height, width):
    """(count, 4): row and column in the first picture, row and column in the second one."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return torch.from_numpy(rng.integers(0, [height, width, height, width], (count, 4)))


def assert_same(loss, expected, *inputs):
    """Value and gradients are those of the reference."""
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, inputs), torch.autograd.grad(expected, inputs))


@pytest.mark.parametrize("log_scale", [-1.0, math.log(1 / 0.07), math.log(99)])
@pytest.mark.parametrize(("pairs", "dim"), [(1, 3), (2, 5), (5, 5), (9, 4)])
def test_clip_loss_is_that_of_open_clip(solution, pairs, dim, log_scale):
    """open_clip takes features that are normalised already, and the scale itself."""
    open_clip = pytest.importorskip(
        "open_clip.loss", reason="CLIP IS NOT COMPARED WITH open_clip: pip install open-clip-torch"
    )

    images, texts = (3 * draw(seed, pairs, dim).requires_grad_() for seed in (1, 2))
    log_scale = torch.tensor(log_scale, dtype=torch.float64, requires_grad=True)
    theirs = open_clip.ClipLoss()(F.normalize(images, dim=1), F.normalize(texts, dim=1), log_scale.exp())
    assert_same(solution.clip_loss(images, texts, log_scale), theirs, images, texts, log_scale)


@FEW
@given(SEEDS, st.integers(1, 6), st.floats(-3, 9), st.permutations(range(6)))
def test_clip_loss_knows_no_order_and_no_sides(solution, seed, pairs, log_scale, order):
    images, texts = draw(seed, pairs, 4), draw(seed + 1, pairs, 4)
    order, log_scale = [i for i in order if i < pairs], torch.tensor(log_scale, dtype=torch.float64)
    loss = solution.clip_loss(images, texts, log_scale)
    torch.testing.assert_close(solution.clip_loss(images[order], texts[order], log_scale), loss)
    torch.testing.assert_close(solution.clip_loss(texts, images, log_scale), loss)


@FEW
@given(st.integers(1, 40), st.floats(-5, 4.6))
def test_clip_loss_where_every_text_is_at_right_angles_to_all_images_but_its_own(solution, pairs, log_scale):
    """Own cosine 1, all others 0: log(1 + (B - 1) / e^scale)."""
    features = torch.eye(pairs, dtype=torch.float64)
    loss = solution.clip_loss(2 * features, features / 3, torch.tensor(log_scale, dtype=torch.float64))
    expected = math.log1p((pairs - 1) * math.exp(-math.exp(log_scale)))
    assert float(loss.detach()) == pytest.approx(expected, abs=1e-12)


@FEW
@given(SEEDS, st.integers(1, 5), st.integers(2, 6))
def test_no_direction_fits_the_texts_of_a_class_better_than_its_row(solution, seed, texts, dim):
    """No unit vector has a larger sum of cosines with a class's texts than its row of the classifier."""
    features = draw(seed, 3, texts, dim)
    classifier = solution.zero_shot_classifier(features)
    directions = features / features.norm(dim=2, keepdim=True)
    own = torch.einsum("qtd,qd->q", directions, classifier)
    rivals = F.normalize(classifier + 0.3 * draw(seed + 1, 50, 3, dim), dim=2)
    assert (torch.einsum("qtd,nqd->nq", directions, rivals) <= own + 1e-12).all()
    torch.testing.assert_close(classifier.norm(dim=1), torch.ones(3, dtype=torch.float64))


@FEW
@given(SEEDS, st.floats(-3, 4.6))
def test_the_odds_of_two_classes_are_the_exponential_of_scaled_cosines(solution, seed, log_scale):
    images, classifier = draw(seed, 4, 3), F.normalize(draw(seed + 1, 5, 3), dim=1)
    found = solution.zero_shot_predict(images, classifier, torch.tensor(log_scale, dtype=torch.float64))
    cosines = 1 - cdist(images.numpy(), classifier.numpy(), "cosine")
    log_odds = math.exp(log_scale) * (cosines[:, 1:] - cosines[:, :1])
    np.testing.assert_allclose((found[:, 1:].log() - found[:, :1].log()).numpy(), log_odds, atol=1e-9)
    np.testing.assert_allclose(found.sum(dim=1).numpy(), 1)


def by_the_papers_code(desc_a, desc_b, matches, non_matches, margin):
    """As RobotLocomotion's loss functions go: pixels numbered row by row, hard negatives counted."""
    dim, _, width = desc_a.shape
    rows_a, rows_b = desc_a.reshape(dim, -1).T, desc_b.reshape(dim, -1).T

    def differences(pairs):
        return rows_a[pairs[:, 0] * width + pairs[:, 1]] - rows_b[pairs[:, 2] * width + pairs[:, 3]]

    hinge = (margin - differences(non_matches).norm(p=2, dim=1)).clamp(min=0).pow(2)
    hard = len(hinge.nonzero())
    return differences(matches).pow(2).sum() / len(matches) + (hinge.sum() / hard if hard else 0)


@FEW
@given(SEEDS, st.integers(1, 4), st.integers(1, 5), st.integers(1, 5), st.integers(0, 8), st.floats(0.1, 5))
def test_the_pixel_loss_is_that_of_the_papers_code(solution, seed, dim, height, width, non_matches, margin):
    desc_a, desc_b = (draw(seed + i, dim, height, width).requires_grad_() for i in range(2))
    pairs = draw_pairs(seed, 3, height, width), draw_pairs(seed + 9, non_matches, height, width)
    mine = solution.pixelwise_contrastive_loss(desc_a, desc_b, *pairs, margin)
    assert_same(mine, by_the_papers_code(desc_a, desc_b, *pairs, margin), desc_a, desc_b)


@FEW
@given(st.floats(0, 6), st.lists(st.floats(0, 6), max_size=6), st.floats(0.5, 4))
def test_the_pixel_loss_of_distances_worked_out_on_paper(solution, near, distances, margin):
    """Descriptors are numbers on a line, so that every distance is known."""
    desc_a = torch.zeros(1, 1, 1 + len(distances), dtype=torch.float64)
    desc_b = torch.tensor([[[near, *distances]]], dtype=torch.float64)
    non_matches = torch.tensor([(0, i, 0, i) for i in range(1, 1 + len(distances))], dtype=torch.long).reshape(-1, 4)
    loss = solution.pixelwise_contrastive_loss(desc_a, desc_b, torch.zeros(1, 4, dtype=torch.long), non_matches, margin)
    costs = [(margin - d) ** 2 for d in distances if d < margin]
    expected = near**2 + (sum(costs) / len(costs) if costs else 0)
    assert float(loss.detach()) == pytest.approx(expected, abs=1e-5)  # a distance of 0 counts as 1e-6


def test_the_pixel_loss_of_a_picture_with_itself_has_a_finite_gradient(solution):
    desc = draw(5, 3, 4, 4).requires_grad_()
    pairs = torch.cartesian_prod(torch.arange(4), torch.arange(4)).repeat(1, 2)
    loss = solution.pixelwise_contrastive_loss(desc, desc, pairs, pairs, 0.5)
    assert float(loss.detach()) == pytest.approx(0.25, abs=1e-5)
    assert torch.autograd.grad(loss, desc)[0].isfinite().all()


@FEW
@given(SEEDS, st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
def test_find_correspondence_is_the_nearest_neighbour_by_scipy(solution, seed, dim, height, width):
    desc_a, desc_b = draw(seed, dim, 3, 4), draw(seed + 1, dim, height, width)
    points = draw_pairs(seed, 5, 3, 4)[:, :2]
    best, heat = solution.find_correspondence(desc_a, desc_b, points)
    wanted = desc_a[:, points[:, 0], points[:, 1]].T
    distances = cdist(wanted.numpy(), desc_b.flatten(1).T.numpy())
    np.testing.assert_allclose(heat.flatten(1).numpy(), distances, atol=1e-12)
    nearest = np.stack(np.unravel_index(distances.argmin(axis=1), (height, width)), axis=1)
    assert best.tolist() == nearest.tolist()
    assert best.dtype == torch.long


@FEW
@given(SEEDS, st.integers(0, 4), st.integers(0, 6))
def test_a_shifted_picture_is_found_where_it_was_shifted_to(solution, seed, down, right):
    desc_a = draw(seed, 3, 5, 7)
    points = torch.cartesian_prod(torch.arange(5), torch.arange(7))
    best, _ = solution.find_correspondence(desc_a, desc_a.roll((down, right), dims=(1, 2)), points)
    assert torch.equal(best, (points + torch.tensor([down, right])) % torch.tensor([5, 7]))
