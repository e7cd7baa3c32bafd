"""What the measures of generated images say, against closed forms and against scipy's matrix square root."""

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from homework.evaluation import class_agreement, frechet_distance, image_features, nearest_by_feature

seeds = st.integers(0, 2**32 - 1)


def draw(seed: int, *shape: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def mixed(seed: int, rows: int, columns: int) -> Tensor:
    """Rows whose columns depend on each other."""
    return draw(seed, rows, columns) @ draw(seed + 1, columns, columns)


def by_matrix_square_root(a: np.ndarray, b: np.ndarray) -> float:
    """Heusel et al. (2017), eq. 6, as it is written."""
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = scipy.linalg.sqrtm(cov_a @ cov_b).real
    return np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2) + np.trace(cov_a + cov_b - 2 * root)


@pytest.mark.parametrize(("rows_a", "rows_b"), [(400, 400), (300, 50), (50, 300)])
def test_frechet_distance_is_the_published_formula(rows_a, rows_b):
    a, b = mixed(1, rows_a, 6), 0.5 + mixed(2, rows_b, 6)
    assert frechet_distance(a, b) == pytest.approx(by_matrix_square_root(a.numpy(), b.numpy()), rel=1e-9)


def test_frechet_distance_of_numbers_is_known_in_closed_form():
    """One feature: (mean_a - mean_b)² + (std_a - std_b)²."""
    a, b = torch.tensor([[0.0], [2.0]]), torch.tensor([[4.0], [5.0], [6.0]])
    assert frechet_distance(a, b) == pytest.approx((1 - 5) ** 2 + (2**0.5 - 1) ** 2)


@settings(max_examples=30)
@given(seeds, st.integers(2, 40), st.integers(1, 12))
def test_a_shifted_set_is_as_far_as_it_was_shifted(seed, rows, columns):
    """Also when there are fewer images than features, where a covariance has no inverse."""
    a, shift = mixed(seed, rows, columns), draw(seed + 2, columns)
    assert frechet_distance(a, a + shift) == pytest.approx(shift.square().sum().item(), rel=1e-6, abs=1e-6)


@settings(max_examples=30)
@given(seeds, st.integers(2, 30), st.integers(2, 30))
def test_frechet_distance_does_not_care_for_names_order_or_rotation(seed, rows_a, rows_b):
    a, b = mixed(seed, rows_a, 5), mixed(seed + 9, rows_b, 5)
    turn = torch.linalg.qr(draw(seed, 5, 5)).Q
    expected = pytest.approx(frechet_distance(a, b), rel=1e-6, abs=1e-6)
    assert frechet_distance(b, a) == expected
    assert frechet_distance(a.flip(0), b) == expected
    assert frechet_distance(a @ turn, b @ turn) == expected


def test_float32_features_are_judged_in_float64():
    """Far from 0, float32 sums would drown the spread."""
    a = 1000 + mixed(3, 200, 4).float()
    b = a + torch.tensor([0.0, 0.0, 0.0, 0.5])
    assert frechet_distance(a, b) == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (torch.zeros(5, 3), torch.zeros(5, 4), "3 features an image do not compare with 4"),
        (torch.zeros(1, 3), torch.zeros(5, 3), r"features_a has shape \(1, 3\)"),
        (torch.zeros(5, 3), torch.zeros(5, 3, 1), r"features_b has shape \(5, 3, 1\)"),
        (torch.zeros(5, 3), torch.full((5, 3), float("nan")), "features_b holds NaN"),
        (torch.full((5, 3), float("inf")), torch.zeros(5, 3), "features_a holds NaN or infinite"),
    ],
)
def test_features_that_cannot_be_compared_cost_one_sentence(a, b, words):
    with pytest.raises(ValueError, match=words):
        frechet_distance(a, b)


class BrightestCorner(nn.Module):
    """A classifier that can be followed in the head: its four features are the corners, its logits are the features."""

    def __init__(self):
        super().__init__()
        self.head = nn.Identity()
        self.batches = []

    def features(self, x: Tensor) -> Tensor:
        self.batches.append(len(x))
        return x[:, 0, [0, 0, -1, -1], [0, -1, 0, -1]]


def corners(labels: list[int]) -> Tensor:
    images = torch.full((len(labels), 1, 6, 6), -1.0)
    for image, label in zip(images, labels, strict=True):
        image[0, -(label // 2), -(label % 2)] = 1
    return images


def test_class_agreement_is_the_share_of_recognised_images():
    assert class_agreement(BrightestCorner(), corners([0, 1, 2, 3]), torch.tensor([0, 1, 3, 2])) == 0.5
    assert class_agreement(BrightestCorner(), corners([3, 2, 1]), torch.tensor([3, 2, 1])) == 1


def test_many_images_are_looked_at_in_parts_and_kept_in_order():
    labels = torch.arange(2500) % 4
    classifier = BrightestCorner()
    features = image_features(classifier, corners(labels.tolist()).requires_grad_())
    assert features.argmax(dim=1).equal(labels)
    assert max(classifier.batches) <= 1000
    assert not features.requires_grad


def test_nearest_image_points_in_the_same_direction():
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.0]])
    nearest = nearest_by_feature(torch.tensor([[9.0, 8.0], [0.1, 9.0], [-2.0, 0.1], [0.5, 0.0]]), images)
    assert nearest.tolist() == [2, 1, 3, 0]
    assert nearest.dtype == torch.long


@settings(max_examples=30)
@given(seeds, st.integers(1, 20), st.integers(1, 30))
def test_nearest_image_agrees_with_a_sum_written_out(seed, queries, count):
    features, images = draw(seed, queries, 4), draw(seed + 1, count, 4)
    unit = lambda x: x.numpy() / np.linalg.norm(x.numpy(), axis=1, keepdims=True)  # noqa: E731
    assert nearest_by_feature(features, images).tolist() == (unit(features) @ unit(images).T).argmax(axis=1).tolist()
