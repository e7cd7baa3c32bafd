"""Pairs of pictures: the known partners are the right ones, and nothing but the generator decides what is drawn."""

import pytest
import torch

from homework.correspondences import make_pairs
from homework.networks import DescriptorNet


@pytest.fixture(scope="module")
def pairs():
    return make_pairs(12, torch.Generator().manual_seed(3))


def test_partners_show_the_same_color_up_to_the_light(pairs):
    for pair in range(len(pairs)):
        matches = pairs.all_matches(pair)
        first = pairs.first[pair][:, matches[:, 0], matches[:, 1]]
        second = pairs.second[pair][:, matches[:, 2], matches[:, 3]]
        for channel in range(3):
            both = torch.stack([first[channel], second[channel]])
            assert torch.corrcoef(both)[0, 1] > 0.8  # rounded to whole pixels, with noise; unrelated places have 0.3


def test_swapped_rows_and_columns_would_not_do(pairs):
    wrong = [pairs.all_matches(pair)[:, [1, 0, 3, 2]] for pair in range(len(pairs))]
    found = []
    for pair, matches in enumerate(wrong):
        matches = matches[(matches[:, [0, 2]] < 48).all(dim=1)]
        first = pairs.first[pair][:, matches[:, 0], matches[:, 1]].flatten()
        second = pairs.second[pair][:, matches[:, 2], matches[:, 3]].flatten()
        found.append(torch.corrcoef(torch.stack([first, second]))[0, 1])
    assert torch.stack(found).median() < 0.6


def test_matches_lie_on_the_object_in_both_pictures(pairs):
    for pair in range(len(pairs)):
        matches = pairs.all_matches(pair)
        assert len(matches) > 50
        assert pairs.first_masks[pair][matches[:, 0], matches[:, 1]].all()
        assert pairs.second_masks[pair][matches[:, 2], matches[:, 3]].all()


def test_the_way_is_an_affine_map_that_turns_and_scales(pairs):
    """A similarity: its matrix times its transpose is a multiple of the identity."""
    products = pairs.turns @ pairs.turns.transpose(1, 2)
    scales = products[:, 0, 0]
    torch.testing.assert_close(products, scales[:, None, None] * torch.eye(2).expand_as(products), rtol=1e-4, atol=1e-4)
    assert ((scales.sqrt() > 0.85 / 1.25 - 1e-3) & (scales.sqrt() < 1.25 / 0.85 + 1e-3)).all()


def test_non_matches_are_far_from_the_right_place(pairs):
    rng = torch.Generator().manual_seed(0)
    matches = pairs.draw_matches(0, 30, rng)
    others = pairs.draw_non_matches(0, matches, 400, rng)
    assert 250 < len(others) <= 400
    right = {tuple(match[:2]): match[2:] for match in matches.tolist()}
    for row_a, column_a, *place in others.tolist():
        found = right[row_a, column_a]
        assert (found[0] - place[0]) ** 2 + (found[1] - place[1]) ** 2 >= 9


def test_objects_have_their_size_and_are_mostly_inside(pairs):
    """A disc 32 pixels wide has 804; the shapes have less, at scales of 0.85 to 1.25, and a part may be outside."""
    areas = torch.cat([pairs.first_masks, pairs.second_masks]).sum(dim=(1, 2))
    assert areas.min() > 250
    assert areas.max() < 804 * 1.25**2


def test_the_seed_decides_everything():
    torch.manual_seed(0)
    state = torch.get_rng_state()
    first, again, other = (make_pairs(3, torch.Generator().manual_seed(seed)) for seed in (7, 7, 8))
    assert torch.equal(first.first, again.first)
    assert torch.equal(first.second, again.second)
    assert torch.equal(first.shifts, again.shifts)
    assert not torch.equal(first.first, other.first)
    assert torch.equal(torch.get_rng_state(), state)


def test_pictures_have_the_size_and_range_that_the_network_wants():
    pairs = make_pairs(2, torch.Generator().manual_seed(1), height=40, width=56)
    assert pairs.first.shape == pairs.second.shape == (2, 3, 40, 56)
    assert pairs.first.min() >= -1
    assert pairs.first.max() <= 1
    assert not torch.equal(pairs.first[0], pairs.second[0])


def test_a_descriptor_for_every_pixel_moves_with_the_picture():
    """The network is convolutional: of a picture that is moved by four pixels, the descriptors are moved too."""
    torch.manual_seed(0)
    network = DescriptorNet(3, 4, 5).eval()
    ground = torch.zeros(1, 3, 64, 96)
    ground[:, :, 24:36, 40:52] = torch.randn(3, 12, 12)
    moved = ground.roll((4, 8), dims=(2, 3))
    with torch.no_grad():
        before, after = network(ground), network(moved)
    assert before.shape == (1, 5, 64, 96)
    inner = (slice(None), slice(None), slice(20, 52), slice(36, 68))
    torch.testing.assert_close(after[inner], before.roll((4, 8), dims=(2, 3))[inner], rtol=1e-2, atol=1e-2)


def test_one_picture_alone_has_the_descriptors_that_it_has_among_others():
    torch.manual_seed(0)
    network, images = DescriptorNet(3, 4, 5), torch.randn(3, 3, 16, 20)
    torch.testing.assert_close(network(images)[1:2], network(images[1:2]), rtol=1e-4, atol=1e-5)
