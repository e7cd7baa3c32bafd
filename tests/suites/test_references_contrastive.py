"""The solution of hw4_contrastive agrees with libraries that we did not write, and lives in half precision."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors

from autograder.authoring.record import solution_harvest
from homework.running import define


@pytest.fixture(scope="module")
def solution(root):
    return SimpleNamespace(**define(solution_harvest(root, "hw4_contrastive").statements)[0])


def draw(seed, *shape):
    return torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).standard_normal(shape))


def by_lightly(z, temperature):
    """lightly takes the first views and the second views apart."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # third-party imports on a new Python
        from lightly.loss import NTXentLoss
    return NTXentLoss(temperature=temperature)(z[0::2], z[1::2])


def by_metric_learning(z, temperature):
    """pytorch-metric-learning takes labels: two views of an image have the same one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pytorch_metric_learning.losses import NTXentLoss
    return NTXentLoss(temperature)(z, torch.arange(len(z)) // 2)


@pytest.mark.parametrize("oracle", [by_lightly, by_metric_learning])
@pytest.mark.parametrize("temperature", [0.5, 0.07])
@pytest.mark.parametrize("images", [2, 3, 8])
def test_nt_xent(solution, oracle, temperature, images):
    z = (3 * draw(images, 2 * images, 5)).requires_grad_()
    mine, theirs = solution.nt_xent(z, temperature), oracle(z, temperature)
    assert mine.dtype == torch.float64
    torch.testing.assert_close(mine, theirs.double(), rtol=1e-6, atol=1e-9)
    gradients = [torch.autograd.grad(loss, z, retain_graph=True)[0] for loss in (mine, theirs)]
    torch.testing.assert_close(*gradients, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("temperature", [0.005, 0.2])
def test_both_losses_live_under_autocast(solution, dtype, temperature):
    layer = torch.nn.Linear(6, 4)
    x = draw(1, 10, 6).float()
    with torch.autocast("cpu", dtype=dtype):
        z = layer(x)
        losses = {
            "nt_xent": solution.nt_xent(z, temperature),
            "info_nce": solution.info_nce(z[:3], z[3:6], z[6:], temperature),
        }
    for name, loss in losses.items():
        (gradient,) = torch.autograd.grad(loss, layer.weight, retain_graph=True)
        assert loss.isfinite(), name
        assert gradient.isfinite().all(), name


@given(
    st.integers(1, 9), st.integers(4, 9), st.integers(4, 9),
    st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 1), st.floats(0.1, 1), st.booleans(),
)  # fmt: skip
def test_crop_and_flip(solution, size, height, width, top, left, tall, wide, flip):
    """scipy interpolates at the places of the docstring's formula."""
    image = draw(2, 2, height, width)
    box = [0, 0, tall * height, wide * width]
    box[:2] = top * (height - box[2]), left * (width - box[3])
    mine = solution.crop_and_flip(image[None], torch.tensor([box], dtype=torch.float64), torch.tensor([flip]), size)
    steps = (np.arange(size) + 0.5) / size
    rows, columns = box[0] + steps * box[2] - 0.5, box[1] + (1 - steps if flip else steps) * box[3] - 0.5
    places = np.meshgrid(rows, columns, indexing="ij")
    theirs = [map_coordinates(channel.numpy(), places, order=1, mode="nearest") for channel in image]
    np.testing.assert_allclose(mine[0].numpy(), theirs, atol=1e-9)


@pytest.mark.parametrize("classes", [2, 4])
def test_linear_probe(solution, classes):
    features, decay = draw(3, 60, 5), 0.05
    labels = torch.arange(60) % classes
    weight, bias = solution.linear_probe(features, labels, classes, decay)
    fitted = LogisticRegression(C=1 / (60 * decay), tol=1e-10, max_iter=10_000).fit(features.numpy(), labels.numpy())
    if classes > 2:  # for two classes sklearn fits one logit, whose weights are decayed otherwise
        mine = (features @ weight.T + bias).softmax(dim=1)
        np.testing.assert_allclose(mine.numpy(), fitted.predict_proba(features.numpy()), atol=1e-4)
    loss = F.cross_entropy(features @ weight.requires_grad_().T + bias, labels) + decay / 2 * weight.square().sum()
    assert torch.autograd.grad(loss, weight)[0].abs().max() < 1e-4


def test_knn_predict(solution):
    features, labels, queries = draw(4, 50, 6), torch.arange(50) % 3, draw(5, 20, 6)
    found = NearestNeighbors(n_neighbors=7, metric="cosine").fit(features.numpy())
    distances, nearest = found.kneighbors(queries.numpy())
    votes = np.zeros((20, 3))
    for row in range(20):
        np.add.at(votes[row], labels.numpy()[nearest[row]], np.exp((1 - distances[row]) / 0.1))
    assert solution.knn_predict(features, labels, queries, 7, 0.1, 3).tolist() == votes.argmax(axis=1).tolist()
