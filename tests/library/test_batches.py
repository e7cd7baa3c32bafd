"""Batches and random numbers of a step are pure functions of seed and step."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from homework.training import Batches, step_rng


@given(st.integers(1, 40), st.integers(1, 10), st.integers(0, 2**40), st.integers(0, 50))
def test_every_epoch_is_a_permutation_without_its_remainder(count, size, seed, epoch):
    size = min(size, count)
    batches = Batches(torch.arange(count), size=size, seed=seed)
    assert batches.per_epoch == count // size
    seen = torch.cat([batches.at(epoch * batches.per_epoch + i)[0] for i in range(batches.per_epoch)])
    assert len(seen) == count // size * size
    assert len(set(seen.tolist())) == len(seen)
    assert set(seen.tolist()) <= set(range(count))


@given(st.lists(st.integers(0, 200), min_size=1, max_size=20), st.integers(0, 5))
def test_a_batch_is_a_function_of_seed_and_step(steps, seed):
    images, labels = torch.arange(17, dtype=torch.uint8)[:, None], torch.arange(17)
    walked = Batches(images, labels, size=4, seed=seed)
    for step in steps:
        ours, theirs = walked.at(step), Batches(images, labels, size=4, seed=seed).at(step)
        assert torch.equal(ours[0], theirs[0])
        assert torch.equal(ours[0][:, 0].long(), ours[1])
        assert ours[0].dtype == torch.uint8
        assert ours[1].dtype == torch.long


def test_every_epoch_and_every_seed_has_its_own_order():
    def order(seed, epoch):
        return tuple(Batches(torch.arange(50), size=50, seed=seed).at(epoch)[0].tolist())

    assert len({order(seed, epoch) for seed in range(5) for epoch in range(5)}) == 25


@pytest.mark.parametrize("size", [0, 6])
def test_a_batch_has_between_one_and_all_examples(size):
    with pytest.raises(ValueError, match=f"A batch cannot have {size} of 5 examples"):
        Batches(torch.arange(5), size=size)


def test_tensors_of_a_batch_have_one_length():
    with pytest.raises(ValueError, match=r"not of lengths \[4, 5\]"):
        Batches(torch.arange(5), torch.arange(4), size=2)


def test_random_numbers_of_a_step_depend_on_seed_and_step_alone():
    def draw(seed, step):
        return tuple(torch.randn(4, generator=step_rng(seed, step)).tolist())

    assert draw(3, 7) == draw(3, 7)
    assert len({draw(seed, step) for seed in range(5) for step in range(5)}) == 25


def test_noise_and_order_of_one_seed_are_not_the_same_stream():
    drawn = torch.randperm(50, generator=step_rng(3, 0))
    assert not torch.equal(Batches(torch.arange(50), size=50, seed=3).at(0)[0], drawn)
