"""Lab colours against kornia, another library's formulas, and against values that are known."""

import warnings

import pytest
import torch

from homework.colors import color_centers, lab_to_rgb, rgb_to_lab
from homework.photos import draw_patches, load_photos, split_photo


def draw_images(seed=0, shape=(3, 3, 5, 7)):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def kornia_color():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports are not ours
        return pytest.importorskip("kornia.color", reason="kornia is in the extra `bench`")


def test_lab_agrees_with_kornia(kornia_color):
    images = draw_images()
    torch.testing.assert_close(rgb_to_lab(images), kornia_color.rgb_to_lab(images), rtol=1e-3, atol=0.05)


def test_rgb_agrees_with_kornia_inside_and_outside_of_what_a_screen_can_show(kornia_color):
    rng = torch.Generator().manual_seed(1)
    lab = torch.rand(4, 3, 6, 5, generator=rng) * torch.tensor([60, 160, 160])[:, None, None]
    lab = lab + torch.tensor([30, -80, -80])[:, None, None]
    torch.testing.assert_close(lab_to_rgb(lab), kornia_color.lab_to_rgb(lab, clip=True), rtol=0, atol=5e-3)


@pytest.mark.parametrize(
    ("rgb", "lab"),  # D65, from Lindbloom's calculator, to one decimal
    [
        ((0, 0, 0), (0, 0, 0)),
        ((1, 1, 1), (100, 0, 0)),
        ((1, 0, 0), (53.2, 80.1, 67.2)),
        ((0, 1, 0), (87.7, -86.2, 83.2)),
        ((0, 0, 1), (32.3, 79.2, -107.9)),
    ],
)
def test_known_colors(rgb, lab):
    image = torch.tensor(rgb).float()[None, :, None, None]
    torch.testing.assert_close(rgb_to_lab(image).flatten(), torch.tensor(lab).float(), rtol=0, atol=0.1)


def test_there_and_back():
    images = draw_images(2).double()
    back = lab_to_rgb(rgb_to_lab(images))
    assert back.dtype == torch.float64
    torch.testing.assert_close(back, images, rtol=0, atol=1e-4)


def test_colors_beyond_the_screen_give_no_warning_and_stay_in_range():
    lab = torch.tensor([20.0, 100.0, 110.0])[None, :, None, None].expand(2, 3, 4, 4)
    rgb = lab_to_rgb(lab)
    assert rgb.isfinite().all()
    assert rgb.min() >= 0
    assert rgb.max() <= 1


def test_pixels_that_were_not_scaled_are_refused():
    with pytest.raises(ValueError, match="divide pixels by 255"):
        rgb_to_lab(255 * draw_images())
    with pytest.raises(TypeError, match="divide pixels by 255"):
        rgb_to_lab(torch.zeros(1, 3, 2, 2, dtype=torch.uint8))


def test_images_are_left_unchanged_and_any_layout_is_right():
    images = draw_images(3)
    before = images.clone()
    expected = rgb_to_lab(images)
    assert torch.equal(images, before)
    torch.testing.assert_close(rgb_to_lab(images.to(memory_format=torch.channels_last)), expected)


def test_the_centers_cover_what_a_screen_can_show():
    """No color of any photo is farther from its class than half the diagonal of a cell of the grid."""
    centers = color_centers(10)
    assert 240 < len(centers) < 320
    assert (centers == 0).all(dim=1).any()
    assert len(centers.unique(dim=0)) == len(centers)
    ab = rgb_to_lab(draw_images(4, (8, 3, 50, 50)))[:, 1:].movedim(1, -1).reshape(-1, 2)
    assert torch.cdist(ab, centers).amin(dim=1).max() < 10 / 2**0.5 + 3  # a cell that is only touched may be missing


def test_the_photos_are_photos_in_color():
    for name, photo in load_photos().items():
        assert photo.dtype == torch.uint8
        assert photo.shape[0] == 3, name
        assert min(photo.shape[1:]) >= 300, name
        assert rgb_to_lab(photo[None] / 255)[:, 1:].norm(dim=1).mean() > 5, name


def test_what_is_tested_with_is_not_learnt_from():
    """The strips are the photo, in turn, and leave out less than one pair of them."""
    photo = torch.arange(3 * 40 * 100).reshape(3, 40, 100)
    learnt, tested = split_photo(photo, broad=20, narrow=10)
    assert [strip.shape[2] for strip in learnt + tested] == [20, 20, 20, 10, 10, 10]
    pairs = [strip for pair in zip(learnt, tested, strict=True) for strip in pair]
    assert torch.equal(torch.cat(pairs, dim=2), photo[:, :, :90])


def test_patches_come_from_everywhere_in_a_photo():
    """Of two strips with other pixels, every place is cut out in some of them, the outermost ones too."""
    strips = list(torch.arange(2 * 8 * 9).reshape(2, 1, 8, 9).expand(-1, 3, -1, -1))
    patches = draw_patches(strips, 800, 5, torch.Generator().manual_seed(5))
    assert patches.shape == (800, 3, 5, 5)
    corners = patches[:, 0, 0, 0]
    places = {72 * strip + 9 * top + left for strip in range(2) for top in range(4) for left in range(5)}
    assert set(corners.tolist()) == places
    rows, columns = corners // 9, corners % 9
    steps = torch.arange(5)
    expected = 9 * (rows[:, None, None] + steps[:, None]) + columns[:, None, None] + steps
    assert torch.equal(patches[:, 1], expected)
