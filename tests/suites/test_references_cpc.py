"""Contrastive predictive coding: the solution agrees with loops in float64, and keeps the laws of InfoNCE."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax

from autograder.authoring.record import solution_harvest
from homework.running import define

MODES = ("batch", "all")
SIZES = st.tuples(st.integers(1, 4), st.integers(2, 5), st.integers(1, 4), st.integers(1, 4))  # B, L, D, E


@pytest.fixture(scope="module")
def solution(root):
    return SimpleNamespace(**define(solution_harvest(root, "hw5_sequences_and_language").statements)[0])


def draw(seed, *shape):
    return torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).standard_normal(shape))


def draw_sequences(sizes, most):
    batch, steps, dim, context_dim = sizes
    return draw(1, batch, steps, dim), draw(2, batch, steps, context_dim), draw(3, most, dim, context_dim)


def loss_by_loops(z, c, matrices, negatives):
    """One pair after the other, by scipy's log_softmax over a list of candidates (eq. 4)."""
    z, c, matrices = z.numpy(), c.numpy(), matrices.numpy()
    batch, steps = z.shape[:2]
    means = []
    for k in range(1, len(matrices) + 1):
        costs = []
        for t in range(steps - k):
            places = [(b, s) for b in range(batch) for s in (range(k, steps) if negatives == "all" else [t + k])]
            for b in range(batch):
                scores = [z[place] @ matrices[k - 1] @ c[b, t] for place in places]
                costs.append(-log_softmax(scores)[places.index((b, t + k))])
        means.append(np.mean(costs))
    return np.mean(means)


@pytest.mark.parametrize("negatives", MODES)
@settings(max_examples=30)
@given(sizes=SIZES, data=st.data())
def test_cpc_loss(solution, negatives, sizes, data):
    batch = draw_sequences(sizes, most=data.draw(st.integers(1, sizes[1] - 1)))
    mine = solution.cpc_loss(*batch, negatives)
    assert mine.dtype == torch.float64
    assert mine.item() == pytest.approx(loss_by_loops(*batch, negatives), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("negatives", MODES)
def test_gradients_of_cpc_loss(solution, negatives):
    leaves = [given.requires_grad_() for given in draw_sequences((3, 4, 2, 3), most=2)]
    assert torch.autograd.gradcheck(lambda *batch: solution.cpc_loss(*batch, negatives), leaves)


@settings(max_examples=30)
@given(SIZES)
def test_cpc_scores(solution, sizes):
    z_future, c, matrix = draw(1, sizes[0], sizes[2]), draw(2, sizes[0], sizes[3]), draw(3, *sizes[2:])
    scores = solution.cpc_scores(z_future, c, matrix)
    torch.testing.assert_close(scores, torch.einsum("jd,de,ie->ij", z_future, matrix, c))


@pytest.mark.parametrize("negatives", MODES)
@settings(max_examples=30)
@given(order=st.permutations(range(4)))
def test_the_order_of_the_batch_does_not_count(solution, negatives, order):
    z, c, matrices = draw_sequences((4, 3, 2, 3), most=2)
    mine = solution.cpc_loss(z[order], c[order], matrices, negatives)
    torch.testing.assert_close(mine, solution.cpc_loss(z, c, matrices, negatives))


@pytest.mark.parametrize("negatives", MODES)
@settings(max_examples=30)
@given(shift=st.floats(-5, 5))
def test_what_all_candidates_share_does_not_count(solution, negatives, shift):
    """The same vector on all features adds the same number to all scores of a context."""
    z, c, matrices = draw_sequences((3, 4, 2, 3), most=2)
    mine = solution.cpc_loss(z + shift, c, matrices, negatives)
    torch.testing.assert_close(mine, solution.cpc_loss(z, c, matrices, negatives))


@pytest.mark.parametrize("negatives", MODES)
@settings(max_examples=30)
@given(sizes=SIZES)
def test_a_guess_costs_the_logarithm_of_the_candidates(solution, negatives, sizes):
    z, c, matrices = draw_sequences(sizes, most=1)
    count = sizes[0] * (sizes[1] - 1 if negatives == "all" else 1)
    assert solution.cpc_loss(z, c, 0 * matrices, negatives).item() == pytest.approx(math.log(count))


@settings(max_examples=30)
@given(sizes=SIZES)
def test_more_candidates_never_cost_less(solution, sizes):
    batch = draw_sequences(sizes, most=1)
    assert solution.cpc_loss(*batch, "all") >= solution.cpc_loss(*batch, "batch") - 1e-12


@pytest.mark.parametrize("negatives", MODES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_the_loss_lives_under_autocast(solution, negatives, dtype):
    """Scores of several hundred, in half precision."""
    z, c, matrices = (20 * given.float().requires_grad_() for given in draw_sequences((3, 4, 2, 3), most=2))
    with torch.autocast("cpu", dtype=dtype):
        loss = solution.cpc_loss(z, c, matrices / 20, negatives)
    assert loss.isfinite()
    assert all(gradient.isfinite().all() for gradient in torch.autograd.grad(loss, (z, c, matrices)))


@pytest.mark.parametrize("channels", [1, 3])
@settings(max_examples=30)
@given(seed=st.integers(0, 2**31), steps=st.integers(1, 9))
def test_the_model_in_any_state_has_one_feature_vector_every_32_samples(solution, channels, seed, steps):
    torch.manual_seed(seed)
    model = solution.CPCModel(channels, 6, 5).double()
    z = model.encode(draw(1, 2, channels, 32 * steps))
    assert z.shape == (2, steps, 6)
    assert (z >= 0).all()
    assert model.context(z).shape == (2, steps, 5)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**31), step=st.integers(0, 6))
def test_the_future_has_no_derivative_and_the_past_has_one(solution, seed, step):
    torch.manual_seed(seed)
    z = draw(1, 1, 7, 6).requires_grad_()
    context = solution.CPCModel(1, 6, 5).double().context(z)
    (gradient,) = torch.autograd.grad(context[0, step].sum(), z)
    heard = gradient[0].any(dim=1)
    assert heard.tolist() == [earlier <= step for earlier in range(7)]


@settings(max_examples=30)
@given(seed=st.integers(0, 2**31), step=st.integers(0, 10))
def test_a_feature_has_no_derivative_far_away(solution, seed, step):
    torch.manual_seed(seed)
    x = draw(1, 1, 2, 32 * 11).requires_grad_()
    z = solution.CPCModel(2, 32, 5).double().encode(x)
    (gradient,) = torch.autograd.grad(z[0, step].sum(), x)
    heard = gradient[0].any(dim=0).nonzero().flatten()
    assert heard.min() > 32 * step - 128
    assert heard.max() < 32 * step + 32 + 127
