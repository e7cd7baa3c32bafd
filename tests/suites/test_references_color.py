"""The solution of hw3_pretext on colour agrees with scipy, scikit-learn and torch, and keeps the laws of the paper."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.class_weight import compute_class_weight
from torch import Tensor

from autograder.authoring.record import solution_harvest
from homework.running import define

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4))  # B, H, W
CLASSES = st.integers(1, 9)
SEEDS = st.integers(0, 2**32 - 1)
LAM = st.floats(1e-3, 1)
COUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


@pytest.fixture(scope="module")
def solution(root):
    return SimpleNamespace(**define(solution_harvest(root, "hw3_pretext").statements)[0])


def draw(seed: int, *shape: int, scale: float = 1) -> Tensor:
    return torch.from_numpy(scale * np.random.Generator(np.random.PCG64(seed)).standard_normal(shape))


def draw_colors(seed: int, size: tuple[int, int, int], classes: int) -> tuple[Tensor, Tensor]:
    """ab (B, 2, H, W) and centers (Q, 2)."""
    batch, height, width = size
    return draw(seed, batch, 2, height, width, scale=45), draw(seed + 1, classes, 2, scale=45)


def in_rows(images: Tensor) -> Tensor:
    """(B, C, H, W) -> (B H W, C)"""
    return images.movedim(1, -1).flatten(0, 2)


@settings(max_examples=50)
@given(seed=SEEDS, size=SIZES, classes=CLASSES)
def test_classes_are_what_a_tree_finds(solution, seed, size, classes):
    ab, centers = draw_colors(seed, size, classes)
    _, nearest = cKDTree(centers.numpy()).query(in_rows(ab).numpy())
    found = solution.quantize_ab(ab, centers)
    assert found.dtype == torch.int64
    np.testing.assert_array_equal(found.numpy(), nearest.reshape(size))


@settings(max_examples=50)
@given(seed=SEEDS, size=SIZES, classes=CLASSES, sigma=st.floats(5, 60), data=st.data())
def test_the_soft_code_is_a_kernel_over_the_neighbours(solution, seed, size, classes, sigma, data):
    k = data.draw(st.integers(1, classes))
    ab, centers = draw_colors(seed, size, classes)
    rows = in_rows(ab).numpy()
    neighbours = NearestNeighbors(n_neighbors=k).fit(centers.numpy()).kneighbors_graph(rows).toarray()
    kernel = neighbours * rbf_kernel(rows, centers.numpy(), gamma=1 / (2 * sigma**2))
    total = kernel.sum(axis=1, keepdims=True)
    usable = total[:, 0] > 1e-250  # scikit-learn forms exp first, which is 0 far away
    code = in_rows(solution.soft_encode_ab(ab, centers, k, sigma)).numpy()
    np.testing.assert_allclose(code[usable], kernel[usable] / total[usable], rtol=1e-7, atol=1e-12)


@settings(max_examples=50)
@given(seed=SEEDS, size=SIZES, classes=CLASSES, sigma=st.floats(0.01, 1e3), k=st.integers(1, 9))
def test_the_soft_code_is_a_distribution_that_peaks_at_the_class(solution, seed, size, classes, sigma, k):
    ab, centers = (each.float() for each in draw_colors(seed, size, classes))
    code = solution.soft_encode_ab(ab, centers, min(k, classes), sigma)
    assert code.dtype == torch.float32
    assert ((code > 0).sum(dim=1) <= k).all()
    torch.testing.assert_close(code.sum(dim=1), torch.ones(size))
    peak = code.gather(1, solution.quantize_ab(ab, centers)[:, None])[:, 0]
    torch.testing.assert_close(peak, code.amax(dim=1))


@given(counts=COUNTS, lam=LAM)
def test_weights_have_mean_1_under_the_prior(solution, counts, lam):
    prior = torch.tensor(counts).double() / sum(counts)
    weights = solution.class_rebalancing(prior, lam)
    torch.testing.assert_close((prior * weights).sum(), torch.ones(()).double())
    assert (weights > 0).all()
    shares = weights * ((1 - lam) * prior + lam / len(prior))  # of the weight, if pixels came by the mixture: all alike
    torch.testing.assert_close(shares, shares[:1].expand_as(shares))


@given(counts=COUNTS)
def test_weights_are_1_when_the_uniform_distribution_has_all(solution, counts):
    prior = torch.tensor(counts).double() / sum(counts)
    torch.testing.assert_close(solution.class_rebalancing(prior, 1.0), torch.ones_like(prior))


@given(counts=st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_weights_are_balanced_when_the_prior_has_nearly_all(solution, counts):
    """What scikit-learn calls balanced: every class has the same share of the pixels' weight."""
    labels = np.repeat(np.arange(len(counts)), counts)
    balanced = compute_class_weight("balanced", classes=np.arange(len(counts)), y=labels)
    prior = torch.tensor(counts).double() / sum(counts)
    torch.testing.assert_close(solution.class_rebalancing(prior, 1e-12), torch.from_numpy(balanced))


@settings(max_examples=50)
@given(seed=SEEDS, size=SIZES, classes=CLASSES, scale=st.sampled_from([1, 30, 300]))
def test_the_loss_is_torchs_cross_entropy_pixel_by_pixel(solution, seed, size, classes, scale):
    ab, centers = draw_colors(seed, size, classes)
    logits = draw(seed + 2, size[0], classes, *size[1:], scale=scale).requires_grad_()
    target, weights = solution.soft_encode_ab(ab, centers, min(5, classes), 25.0), draw(seed + 3, classes).exp()
    of_pixels = F.cross_entropy(in_rows(logits), in_rows(target), reduction="none")
    expected = (weights[solution.quantize_ab(ab, centers).flatten()] * of_pixels).mean()
    loss = solution.colorization_loss(logits, target, weights)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, logits), torch.autograd.grad(expected, logits))


@settings(max_examples=50)
@given(seed=SEEDS, size=SIZES, classes=CLASSES, temperature=st.floats(0.005, 100))
def test_the_annealed_mean_is_attention_to_the_centers(solution, seed, size, classes, temperature):
    """A pixel's logits are its query, the classes' unit vectors the keys, their centers the values."""
    _, centers = draw_colors(seed, size, classes)
    logits = draw(seed + 2, size[0], classes, *size[1:], scale=3)
    keys = torch.eye(classes, dtype=torch.float64)[None]
    expected = F.scaled_dot_product_attention(in_rows(logits)[None], keys, centers[None], scale=1 / temperature)
    torch.testing.assert_close(in_rows(solution.annealed_mean(logits, centers, temperature)), expected[0])


@settings(max_examples=50)
@given(seed=SEEDS, size=SIZES, classes=CLASSES)
def test_the_annealed_mean_goes_from_the_mode_to_the_mean(solution, seed, size, classes):
    _, centers = draw_colors(seed, size, classes)
    logits = draw(seed + 2, size[0], classes, *size[1:])
    hot = in_rows(solution.annealed_mean(logits, centers, 1e9))
    torch.testing.assert_close(hot, centers.mean(dim=0).expand_as(hot), rtol=0, atol=1e-5)
    cold = in_rows(solution.annealed_mean(logits, centers, 1e-9))
    torch.testing.assert_close(cold, centers[in_rows(logits).argmax(dim=1)])
