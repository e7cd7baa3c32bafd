"""Sprites: what is said about a pixel is true of what the frames show."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.colors import rgb_to_lab
from homework.sprites import COLORS, DARKEST, LIGHTEST, make_video

seeds = st.integers(0, 2**32)


def draw(seed, **options):
    options = {"sprites": 3, "side": 30, "size": 11, "frames": 6} | options
    return make_video(torch.Generator().manual_seed(seed), **options)


@pytest.fixture(scope="module")
def still_camera():
    """Videos without noise."""
    return [draw(seed, noise=0.0) for seed in range(12)]


def test_a_point_of_a_surface_keeps_its_lightness_and_its_color(still_camera):
    for video in still_camera:
        for now, before in ((1, 0), (5, 0), (0, 5), (4, 3)):
            rows, columns = video.origins(now, before).unbind(dim=-1)
            is_known = rows >= 0
            assert is_known.float().mean() > 0.5
            for values in (video.lightness[:, 0], video.owners, video.classes):
                there = values[before][rows[is_known], columns[is_known]]
                assert torch.equal(there, values[now][is_known])


def test_what_has_no_origin_was_hidden(still_camera):
    """A sprite's point was then under a later sprite; a point of the ground under any."""
    for video in still_camera:
        owner, hidden = video.owners[5], video.origins(5, 0)[..., 0] < 0
        assert hidden.any()
        for row, column in hidden.nonzero().tolist():
            sprite = int(owner[row, column])
            shift = video.corners[0, sprite - 1] - video.corners[5, sprite - 1] if sprite else torch.zeros(2).long()
            above = int(video.owners[0][row + shift[0], column + shift[1]])
            assert above > sprite


@given(seed=seeds, now=st.integers(0, 5))
@settings(max_examples=20)
def test_nothing_moves_between_a_frame_and_itself(seed, now):
    video = draw(seed)
    assert not video.changed(now, now).any()
    assert (video.origins(now, now) >= 0).all()


@given(seed=seeds)
@settings(max_examples=20)
def test_where_nothing_changed_the_picture_is_the_same(seed):
    video = draw(seed, noise=0.0)
    for now in range(1, 6):
        same = ~video.changed(now, 0)
        assert torch.equal(video.frames[now][:, same], video.frames[0][:, same])


@given(seed=seeds)
@settings(max_examples=20)
def test_masks_share_no_pixel_and_lie_in_their_square(seed):
    video = draw(seed)
    masks = video.masks
    assert masks.shape == (6, 3, 30, 30)
    assert torch.equal(masks.sum(dim=1) > 0, video.owners > 0)
    for frame, corners in zip(masks, video.corners.tolist(), strict=True):
        for mask, (top, left) in zip(frame, corners, strict=True):
            rest = mask.clone()
            rest[top : top + 11, left : left + 11] = False
            assert not rest.any()


@given(seed=seeds)
@settings(max_examples=20)
def test_the_frames_show_the_lightness_and_the_colors(seed):
    """In Lab, as scikit-image reads it from the frames: a screen can show all of these colours but for the noise."""
    video = draw(seed)
    lab = rgb_to_lab(video.frames)
    expected = torch.tensor(COLORS).float()[video.classes].movedim(-1, 1)
    assert (lab[:, 1:] - expected).abs().max() < 6  # at the ends of the lightness, a few are just beyond a screen
    assert (lab[:, 1:] - expected).abs().mean() < 0.2
    assert (lab[:, :1] - video.lightness).abs().max() < 4
    assert (lab[:, :1] - video.lightness).abs().mean() < 0.1


def test_each_sprite_has_a_color_of_its_own():
    colors = draw(0, sprites=6).colors
    assert colors.tolist()[0] == 0
    assert sorted(colors.tolist()) == list(range(7))


@given(seed=seeds)
@settings(max_examples=20)
def test_sprites_move_in_every_frame_at_most_as_fast_as_asked(seed):
    """In both directions, at a constant pace but for turning back: and never beyond the border."""
    video = draw(seed, speed=3)
    moves = (video.corners[1:] - video.corners[:-1]).abs().amax(dim=2)  # (T - 1, S)
    assert moves.max() <= 3
    assert video.corners.min() >= 0
    assert video.corners.max() <= 30 - 11
    assert (video.corners[0] != video.corners[1]).any(dim=1).float().mean() > 0.5


def test_the_colors_cannot_be_told_from_the_lightness():
    """Over many videos, every colour has the same mean lightness, up to 5 standard errors."""
    means = {color: [] for color in range(1, len(COLORS))}
    for seed in range(60):
        video = draw(seed, frames=1)
        for sprite, mask in enumerate(video.masks[0], start=1):
            if mask.any():
                means[int(video.colors[sprite])].append(float(video.lightness[0, 0][mask].mean()))
    everything = torch.tensor([value for values in means.values() for value in values])
    for values in means.values():
        error = everything.std() / len(values) ** 0.5
        assert abs(torch.tensor(values).mean() - everything.mean()) < 5 * error


def test_without_noise_the_lightness_keeps_its_range(still_camera):
    for video in still_camera:
        assert DARKEST <= video.lightness.min() < video.lightness.max() <= LIGHTEST


def test_the_generator_is_the_only_source_of_randomness():
    torch.manual_seed(0)
    first = draw(7)
    state = torch.random.get_rng_state()
    again = draw(7)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(first.frames, again.frames)
    assert not torch.equal(first.frames, draw(8).frames)
