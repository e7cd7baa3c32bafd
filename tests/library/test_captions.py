"""Words to numbers, and the encoders of captions and drawings."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from homework.networks import DrawingEncoder, WordBag
from homework.vocabulary import NO_WORD, Vocabulary, split_words


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
