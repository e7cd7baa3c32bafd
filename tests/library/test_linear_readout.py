"""The given linear classifier on features."""

import pytest
import torch
import torch.nn.functional as F

from homework.linear_readout import WEIGHT_DECAY, readout_accuracy


def test_the_readout_minimises_the_decayed_cross_entropy():
    """torch's L-BFGS, in float64, finds a classifier that answers the same."""
    rng = torch.Generator().manual_seed(4)
    centres = torch.randn(4, 6, generator=rng)
    labels, truth = torch.randint(4, (300,), generator=rng), torch.randint(4, (500,), generator=rng)
    features = centres[labels] + torch.randn(300, 6, generator=rng)
    queries = centres[truth] + torch.randn(500, 6, generator=rng)
    mean, deviation = features.mean(dim=0), features.std(dim=0)
    known, asked = ((features - mean) / deviation).double(), ((queries - mean) / deviation).double()
    weight, bias = known.new_zeros(4, 6, requires_grad=True), known.new_zeros(4, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=500, tolerance_grad=1e-8, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(known @ weight.T + bias, labels) + WEIGHT_DECAY / 2 * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    expected = ((asked @ weight.T + bias).argmax(dim=1) == truth).double().mean().item()
    assert readout_accuracy(features.requires_grad_(), labels, queries, truth) == pytest.approx(expected, abs=0.005)
    assert 0.4 < expected < 0.95
