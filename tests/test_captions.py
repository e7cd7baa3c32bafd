"""Words to numbers, and the encoders of captions and drawings; and the given linear probe."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from homework.captions import NO_WORD, DrawingEncoder, Vocabulary, WordBag, split_words
from homework.probing import WEIGHT_DECAY, probe_accuracy


def test_captions_become_words_in_small_letters():
    assert split_words("FAMILY: Man, Clock-12") == ["family", "man", "clock", "12"]


def test_words_are_numbered_in_order_and_unknown_ones_are_nothing():
    vocabulary = Vocabulary(["red heart", "big red ball"])  # ball, big, heart, red
    assert len(vocabulary) == 5
    assert vocabulary.encode(["red ball", "a red red heart!"]).tolist() == [[4, 1, 0, 0], [NO_WORD, 4, 4, 3]]


@given(st.lists(st.text("ab ", min_size=1), min_size=1))
def test_known_captions_come_back(captions):
    vocabulary = Vocabulary(captions)
    words = {number: word for word, number in vocabulary.numbers.items()}
    for caption, row in zip(captions, vocabulary.encode(captions).tolist(), strict=True):
        assert [words[number] for number in row if number] == split_words(caption)


def test_a_bag_of_words_is_a_sum_in_any_order():
    torch.manual_seed(0)
    bag = WordBag(6, 4)
    vectors = bag.vectors.weight
    found = bag(torch.tensor([[1, 5, 0], [5, 1, 0], [0, 0, 0]]))
    torch.testing.assert_close(found[0], vectors[1] + vectors[5])
    torch.testing.assert_close(found[1], found[0])
    assert not found[2].any()


def test_drawings_become_features():
    assert DrawingEncoder(3, 4, 7)(torch.zeros(2, 3, 32, 32)).shape == (2, 7)


def test_the_probe_minimises_the_decayed_cross_entropy():
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
    assert probe_accuracy(features.requires_grad_(), labels, queries, truth) == pytest.approx(expected, abs=0.005)
    assert 0.4 < expected < 0.95
