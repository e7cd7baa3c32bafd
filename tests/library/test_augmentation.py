"""What is drawn for augmented views, against torchvision's own draws and what each docstring promises.

A test with random numbers compares two samples by Kolmogorov and Smirnov's statistic or a rate with its standard error.
Seeds are fixed, so each test always gives the same answer; a right implementation with other seeds would fail one of
the comparisons below with a probability of at most 1e-4 each.
"""

import math

import pytest
import torch
from torch import Tensor
from torchvision.transforms import RandomResizedCrop

from homework.augmentation import draw_augmentations, to_grey

COUNT = 20_000
HEIGHT, WIDTH = 900, 1200  # large, since torchvision rounds its boxes to whole pixels


def draw(count: int = COUNT, height: int = HEIGHT, width: int = WIDTH, seed: int = 0, **strengths):
    return draw_augmentations(count, height, width, torch.Generator().manual_seed(seed), **strengths)


def distance(a: Tensor, b: Tensor) -> float:
    """The largest difference between the two samples' distribution functions (Kolmogorov and Smirnov)."""
    places = torch.cat([a, b]).sort().values
    shares = [torch.searchsorted(sample.sort().values, places, right=True) / len(sample) for sample in (a, b)]
    return (shares[0] - shares[1]).abs().max().item()


def allowed(m: int, n: int, false_alarms: float = 1e-4) -> float:
    """The distance that two samples of one distribution exceed with this probability, for large m and n."""
    return math.sqrt(-math.log(false_alarms / 2) / 2 * (m + n) / (m * n))


@pytest.fixture(scope="module")
def torchvisions() -> Tensor:
    """Boxes (N, 4) of the reference: top, left, height, width."""
    image = torch.empty(1, HEIGHT, WIDTH)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        boxes = [RandomResizedCrop.get_params(image, [0.2, 1.0], [3 / 4, 4 / 3]) for _ in range(5_000)]
    return torch.tensor(boxes, dtype=torch.float32)


@pytest.mark.parametrize(
    "measure",
    [
        pytest.param(lambda top, left, height, width: height * width, id="area"),
        pytest.param(lambda top, left, height, width: width / height, id="ratio"),
        pytest.param(lambda top, left, height, width: top, id="top"),
        pytest.param(lambda top, left, height, width: left, id="left"),
        pytest.param(lambda top, left, height, width: top + left + height, id="jointly"),
    ],
)
def test_boxes_are_distributed_as_torchvisions(measure, torchvisions):
    own, reference = measure(*draw().boxes.T), measure(*torchvisions.T)
    # one whole pixel of rounding moves a sample by a thousandth of its range
    assert distance(own, reference) < allowed(len(own), len(reference)) + 2e-3


def test_places_are_uniform_in_the_room_that_the_box_leaves():
    top, left, height, width = draw(area=(0.2, 0.5)).boxes.T
    uniform = (torch.arange(100_000) + 0.5) / 100_000
    for place, room in ((top, HEIGHT - height), (left, WIDTH - width)):
        assert distance(place / room, uniform) < allowed(COUNT, COUNT * 1000)


@pytest.mark.parametrize(("height", "width"), [(28, 28), (32, 32), (20, 200), (200, 20), (1, 1)])
def test_boxes_lie_inside_the_image(height, width):
    top, left, box_height, box_width = draw(height=height, width=width).boxes.T
    assert (top >= 0).all()
    assert (left >= 0).all()
    assert (box_height > 0).all()
    assert (box_width > 0).all()
    assert (top + box_height <= height * (1 + 1e-6)).all()
    assert (left + box_width <= width * (1 + 1e-6)).all()


def test_a_box_that_never_fits_is_cut_to_the_image():
    boxes = draw(count=50, height=10, width=10, area=(1.0, 1.0), ratio=(4.0, 4.0)).boxes
    assert torch.allclose(boxes[:, 3], torch.tensor(10.0))  # 20 wide and 5 high
    assert torch.allclose(boxes[:, 2], torch.tensor(5.0))


def test_the_whole_image_is_a_box_too():
    boxes = draw(height=28, width=28, area=(1.0, 1.0), ratio=(1.0, 1.0)).boxes
    assert torch.allclose(boxes, torch.tensor([0.0, 0.0, 28.0, 28.0]), atol=1e-4)


@pytest.mark.parametrize(("name", "strength"), [("flips", "flip"), ("grey", "grey")])
@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 1.0])
def test_rates_of_mirrors_and_greys(name, strength, rate):
    drawn = getattr(draw(**{strength: rate}), name)
    assert drawn.dtype == torch.bool
    error = math.sqrt(rate * (1 - rate) / COUNT)
    assert abs(drawn.float().mean().item() - rate) <= 4 * error  # beyond four standard errors: 6e-5


def test_factors_are_uniform_around_one():
    draws = draw(jitter=0.3)
    uniform = 0.7 + 0.6 * (torch.arange(100_000) + 0.5) / 100_000
    for factor in (draws.brightness, draws.contrast, draws.saturation):
        assert distance(factor, uniform) < allowed(COUNT, COUNT * 1000)


def test_no_draw_depends_on_another():
    """Correlations within an image's draws and with the image before: 153 pairs, five standard errors (9e-5 in all)."""
    draws = draw(area=(0.2, 0.5))  # such boxes fit always; of larger ones only those of a fitting ratio stay
    top, left, height, width = draws.boxes.T
    columns = [top / (HEIGHT - height), left / (WIDTH - width), (height * width).log(), (width / height).log()]
    columns += [draws.brightness, draws.contrast, draws.saturation, draws.flips.float(), draws.grey.float()]
    table = torch.stack([*(column[1:] for column in columns), *(column[:-1] for column in columns)])
    correlations = torch.corrcoef(table.double()).fill_diagonal_(0)
    assert correlations.abs().max() < 5 / math.sqrt(COUNT)


def test_every_image_has_a_draw_of_its_own():
    draws = draw(count=500)
    for name in ("boxes", "brightness", "contrast", "saturation"):
        assert len(getattr(draws, name).unique(dim=0)) > 490


def test_the_generator_alone_decides_and_the_global_one_is_left_alone():
    before = torch.get_rng_state()
    first, again, other = draw(seed=3, count=7), draw(seed=3, count=7), draw(seed=4, count=7)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.boxes, again.boxes)
    assert torch.equal(first.contrast, again.contrast)
    assert not torch.equal(first.boxes, other.boxes)


def test_one_image_is_a_batch_too():
    draws = draw(count=1)
    assert draws.boxes.shape == (1, 4)
    assert draws.flips.shape == draws.grey.shape == draws.brightness.shape == (1,)


def test_grey_is_that_of_torchvision():
    from torchvision.transforms.functional import rgb_to_grayscale

    images = torch.rand(4, 3, 5, 6, generator=torch.Generator().manual_seed(0))
    # torchvision rounds the weights to four digits
    torch.testing.assert_close(to_grey(images), rgb_to_grayscale(images, num_output_channels=3), rtol=0, atol=2e-4)
    assert torch.equal(to_grey(images[:, :1]), images[:, :1])
