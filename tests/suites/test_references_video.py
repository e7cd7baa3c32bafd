"""The video exercises of hw3_pretext agree with torch's own attention, with numpy, and with laws of their own."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from autograder.authoring.record import solution_harvest
from homework.running import define

SIZES = st.tuples(*[st.integers(1, 4)] * 6)  # B, T, C or D, H, W, and a seed for the numbers
EXAMPLES = settings(max_examples=40)


@pytest.fixture(scope="module")
def solution(root):
    names = ["pointer_attention", "copy_colors", "color_loss", "propagate_labels", "propagate_keypoints"]
    defined = define(solution_harvest(root, "hw3_pretext").statements)[0]
    return SimpleNamespace(**{name: defined[name] for name in names})


def draw(seed, *shape):
    return torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).standard_normal(shape))


def draw_video(sizes, channels=3):
    """ref_features (B, T, D, H, W), target_features (B, D, H, W) and ref_colors (B, T, C, H, W), float64."""
    videos, frames, dim, height, width, seed = sizes
    refs, target = draw(seed, videos, frames, dim, height, width), draw(seed + 9, videos, dim, height, width)
    return refs, target, draw(seed + 99, videos, frames, channels, height, width)


def places_in_a_row(frames):
    """(B, T, C, H, W) -> (B, T H W, C)."""
    return frames.movedim(2, 4).flatten(1, 3)


def attend(sizes):
    """Weights (B, H, W, T, H, W) by scipy."""
    refs, target, colors = draw_video(sizes)
    similarity = np.einsum("bdij,btdkl->bijtkl", target.numpy(), refs.numpy())
    return torch.from_numpy(softmax(similarity, axis=(3, 4, 5))), colors


@EXAMPLES
@given(sizes=SIZES, temperature=st.floats(0.005, 10))
def test_colors_are_copied_as_by_scaled_dot_product_attention(solution, sizes, temperature):
    refs, target, colors = draw_video(sizes)
    copied = solution.copy_colors(solution.pointer_attention(refs, target, temperature), colors)
    query, key, value = places_in_a_row(target[:, None]), places_in_a_row(refs), places_in_a_row(colors)
    expected = F.scaled_dot_product_attention(query, key, value, scale=1 / temperature)  # (B, H W, C)
    torch.testing.assert_close(copied.flatten(2).mT, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_are_those_of_scaled_dot_product_attention(solution, dtype):
    refs, target, colors = (each.to(dtype).requires_grad_() for each in draw_video((2, 3, 4, 2, 5, 1)))
    copied = solution.copy_colors(solution.pointer_attention(refs, target, 0.5), colors)
    query, key, value = places_in_a_row(target[:, None]), places_in_a_row(refs), places_in_a_row(colors)
    expected = F.scaled_dot_product_attention(query, key, value, scale=2.0)
    pull = draw(2, *copied.shape).to(dtype)
    mine = torch.autograd.grad(copied, (refs, target, colors), pull)
    theirs = torch.autograd.grad(expected, (refs, target, colors), pull.flatten(2).mT)
    torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


@EXAMPLES
@given(sizes=SIZES, temperature=st.floats(0.005, 10))
def test_the_weights_of_each_place_sum_to_1(solution, sizes, temperature):
    refs, target, _ = (each.float() for each in draw_video(sizes))
    weights = solution.pointer_attention(refs, target, temperature)
    total = weights.sum(dim=(3, 4, 5))
    assert (weights >= 0).all()
    torch.testing.assert_close(total, torch.ones_like(total))


@EXAMPLES
@given(sizes=SIZES, order=st.permutations(range(4)))
def test_the_order_of_frames_is_that_of_the_attention_and_makes_no_other_difference(solution, sizes, order):
    refs, target, colors = draw_video(sizes)
    order = [frame for frame in order if frame < refs.shape[1]]
    weights = solution.pointer_attention(refs, target, 1.0)
    permuted = solution.pointer_attention(refs[:, order], target, 1.0)
    torch.testing.assert_close(permuted, weights[:, :, :, order])
    for copy in (solution.copy_colors, lambda *case: solution.propagate_labels(*case, 1)):
        torch.testing.assert_close(copy(weights, colors), copy(permuted, colors[:, order]))


@EXAMPLES
@given(sizes=SIZES)
def test_mirrored_frames_have_mirrored_copies(solution, sizes):
    refs, target, colors = draw_video(sizes)
    copied = solution.copy_colors(solution.pointer_attention(refs, target, 1.0), colors)
    for axis in (-2, -1):
        weights = solution.pointer_attention(refs.flip(axis), target.flip(axis), 1.0)
        torch.testing.assert_close(solution.copy_colors(weights, colors.flip(axis)), copied.flip(axis))


@EXAMPLES
@given(sizes=SIZES)
def test_a_frame_that_is_the_reference_finds_itself(solution, sizes):
    """Unit features at a low temperature: every place looks at itself, whatever moves nowhere stays."""
    refs, _, colors = draw_video((sizes[0], 1, 4, *sizes[3:]))
    refs = F.normalize(refs, dim=2)
    cosines = places_in_a_row(refs) @ places_in_a_row(refs).mT
    assume((cosines - 2 * torch.eye(cosines.shape[1])).max() < 0.9)  # places can be told apart
    weights = solution.pointer_attention(refs, refs[:, 0], 0.005)
    torch.testing.assert_close(solution.copy_colors(weights, colors), colors[:, 0], rtol=1e-5, atol=1e-5)
    rows = torch.arange(refs.shape[3])[:, None].expand(refs.shape[3:]).flatten()
    columns = torch.arange(refs.shape[4]).expand(refs.shape[3:]).flatten()
    points = torch.stack([torch.zeros_like(rows), rows, columns], dim=1).expand(len(refs), -1, -1)
    assert torch.equal(solution.propagate_keypoints(weights, points), points[:, :, 1:])


@EXAMPLES
@given(sizes=SIZES, rare=st.floats(0, 1))
def test_color_loss_is_a_cross_entropy(solution, sizes, rare):
    """numpy, pixel by pixel; where nothing is improbable it is torch's cross entropy of the logarithms too."""
    videos, _, _, height, width, seed = sizes
    copied = draw(seed, videos, 5, height, width).softmax(dim=1)
    classes = draw(seed + 1, videos, 5, height, width).argmax(dim=1)
    torch.testing.assert_close(solution.color_loss(copied, classes), F.cross_entropy(copied.log(), classes))
    copied[0, :, 0, 0] = (1 - rare) / 4
    copied[0, classes[0, 0, 0], 0, 0] = rare
    pixels = np.ndindex(tuple(classes.shape))
    costs = [-np.log(max(copied[b, classes[b, i, j], i, j].item(), 1e-6)) for b, i, j in pixels]
    assert solution.color_loss(copied, classes).item() == pytest.approx(np.mean(costs), rel=1e-12)


@pytest.mark.parametrize("value", [0.0, 1e-7, 1e-6])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_color_loss_has_a_finite_gradient_where_nothing_was_copied(solution, value, dtype):
    copied = torch.tensor([[1 - value, value]], dtype=dtype)[:, :, None, None].requires_grad_()
    for true in (0, 1):
        loss = solution.color_loss(copied, torch.full((1, 1, 1), true))
        assert torch.autograd.grad(loss, copied)[0].isfinite().all()


@EXAMPLES
@given(sizes=SIZES, share=st.floats(0, 1))
def test_labels_are_propagated_as_by_a_sorted_list(solution, sizes, share):
    weights, masks = attend(sizes)
    flat, masks_in_a_row = weights.flatten(3).numpy(), places_in_a_row(masks).numpy()
    top_k = 1 + round(share * (flat.shape[3] - 1))
    expected = np.empty((*flat.shape[:3], masks.shape[2]))
    for b, i, j in np.ndindex(flat.shape[:3]):
        kept = np.argsort(flat[b, i, j])[::-1][:top_k]
        expected[b, i, j] = np.average(masks_in_a_row[b, kept], axis=0, weights=flat[b, i, j, kept])
    mine = solution.propagate_labels(weights, masks, top_k)
    np.testing.assert_allclose(mine.movedim(1, 3).numpy(), expected, rtol=1e-9, atol=1e-12)


@EXAMPLES
@given(sizes=SIZES)
def test_all_weights_propagate_what_copying_copies(solution, sizes):
    weights, masks = attend(sizes)
    everything = weights[0, 0, 0].numel()
    torch.testing.assert_close(
        solution.propagate_labels(weights, masks, everything), solution.copy_colors(weights, masks)
    )


@EXAMPLES
@given(sizes=SIZES, share=st.floats(0, 1))
def test_masks_stay_masks(solution, sizes, share):
    """Soft masks stay in [0, 1], and two that cover everything between them still do."""
    weights, masks = attend(sizes)
    masks = masks.sigmoid()
    top_k = 1 + round(share * (weights[0, 0, 0].numel() - 1))
    one, other = (solution.propagate_labels(weights, each, top_k) for each in (masks, 1 - masks))
    assert one.min() >= 0
    assert one.max() <= 1 + 1e-12
    torch.testing.assert_close(one + other, torch.ones_like(one))


@EXAMPLES
@given(sizes=SIZES, count=st.integers(1, 3))
def test_key_points_are_found_as_by_numpy(solution, sizes, count):
    weights, _ = attend(sizes)
    rng = np.random.Generator(np.random.PCG64(sizes[-1]))
    points = rng.integers(0, weights.shape[3:], (len(weights), count, 3))
    places = solution.propagate_keypoints(weights, torch.from_numpy(points))
    for b, p in np.ndindex(points.shape[:2]):
        looks = weights[b].numpy()[:, :, *points[b, p]]
        assert tuple(places[b, p].tolist()) == np.unravel_index(looks.argmax(), looks.shape)


def test_a_moving_dot_takes_its_color_its_mask_and_its_key_point_along(solution):
    """A dot with a feature of its own goes from row 1, column 0 to row 0, column 3 of a 2 x 4 image."""
    features = torch.zeros(2, 2, 2, 4)  # two frames of two features
    features[:, 0] = 1
    features[0, :, 1, 0] = features[1, :, 0, 3] = torch.tensor([0.0, 1.0])
    marked = torch.zeros(1, 1, 1, 2, 4)
    marked[..., 1, 0] = 1
    moved = torch.zeros(1, 1, 2, 4)
    moved[..., 0, 3] = 1
    weights = solution.pointer_attention(features[None, :1], features[1:], 0.02)
    torch.testing.assert_close(solution.copy_colors(weights, marked), moved)
    torch.testing.assert_close(solution.propagate_labels(weights, marked, 1), moved)
    assert solution.propagate_keypoints(weights, torch.tensor([[[0, 1, 0]]])).tolist() == [[[0, 3]]]
