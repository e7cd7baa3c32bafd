"""Hidden tests of label_subset: 4 points. Which images are chosen is free; how many, and how, is the contract."""

from autograder.suites.assertions import assert_matches, assert_shape, assert_that, assert_unchanged, points
from autograder.suites.shared.probes import label_subset as probes

READ = "SimCLR (Chen et al., 2020), section 6, on class-balanced subsets; notebook section 4.3"
CONTRACT = "the docstring of label_subset; notebook section 4.3"
UNASKED = {
    "special": "a fraction is a number like any other, up to 1",
    "modules": "there are no modules",
    "ragged": "there is one batch; classes of unequal size are asked for under unequal",
    "long": "there are no sequences",
    "kinds": "labels are a tensor",
    "empty": "there is at least one image",
    "device": "labels come on the processor, as numpy's generator does",
}


def _assert_indices(values: dict, prefix: str, when: str) -> None:
    kind, repeated = values[f"{prefix} kind"], values[f"{prefix} repeated"]
    think = "what would labels[your answer] give?"
    assert_that(kind == "indices", saw=f"{when} the answer is a {kind}, not indices", think=think, read=CONTRACT)
    think = "once an image is chosen, can it be chosen again?"
    assert_that(repeated == 0, saw=f"{when} {repeated} indices come more than once", think=think, read=CONTRACT)


def _take_counts(values: dict, prefix: str, sizes: dict[int, int]) -> list[float]:
    """How many different images of each class were chosen, in the order of the labels."""
    counts = values[f"{prefix} counts"]
    assert_shape("the number of different images of each class", counts, len(sizes), read=CONTRACT)
    return counts.tolist()


def _assert_counts(values: dict, prefix: str, sizes: dict[int, int], fraction: float, when: str) -> None:
    """Each class keeps its fraction, half a unit either way, and at least one."""
    _assert_indices(values, prefix, when)
    for (label, size), count in zip(sorted(sizes.items()), _take_counts(values, prefix, sizes), strict=True):
        is_right = count >= 1 and (abs(count - fraction * size) < 0.5 + 1e-6 or count == 1 > fraction * size)
        saw = f"{when} {count:g} of the {size} images of class {label} are chosen"
        think = "of what is the fraction taken, how is it rounded, and from which images do you choose?"
        assert_that(is_right, saw=saw, think=think, read=READ)


@points(1, asks=("unequal", "odd", "ties", "options", "dtypes", "inputs"))
def test_each_class_keeps_its_fraction(observed):
    """Of every class the same fraction is chosen, rounded, whatever the labels' numbers, order and class sizes."""
    values = observed(probes.choose_fractions)
    for order in ("sorted", "mixed"):
        for fraction in probes.FRACTIONS:
            when = f"with fraction {fraction} of {order} labels"
            _assert_counts(values, f"{order} {fraction}", probes.SIZES, fraction, when)
    for order, labels in (("sorted", probes.sort_labels(probes.SIZES)), ("mixed", probes.mix_labels(probes.SIZES))):
        assert_unchanged(values[f"{order} labels_after"], labels, what="the labels hold", read=CONTRACT)


@points(1, asks=("one", "ends", "layout"))
def test_a_rare_class_keeps_one_and_all_is_all(observed):
    """A class too small for its fraction keeps one image, a single image is kept, and fraction 1 keeps every image."""
    values = observed(probes.choose_few_and_all)
    _assert_counts(values, "few", probes.RARE_SIZES, 0.1, "with fraction 0.1 of small classes")
    _assert_counts(values, "all", probes.SIZES, 1.0, "with fraction 1")
    _assert_counts(values, "tiny", probes.SIZES, 0.001, "with fraction 0.001")
    _assert_counts(values, "alone", {7: 1}, 0.3, "with fraction 0.3 of a single image")


@points(1)
def test_images_are_chosen_at_random(observed):
    """Over 600 draws of three images out of six, all images come alike, and all pairs of images."""
    values = observed(probes.choose_many_times)
    think = "can every image of a class be chosen, and every combination of images?"
    # An image is chosen in 1/2 of the draws, a pair in 3/6 * 2/5 = 1/5. A right way to choose is off by more than the
    # probe's rounding forgives, for any of 6 images and 15 pairs, with probability 6e-8.
    for name, share in (("rarest", 0.5), ("commonest", 0.5), ("rarest_pair", 0.2), ("commonest_pair", 0.2)):
        what = f"the share of draws with the {name.replace('_', ' ').removesuffix(' pair')} "
        what += "pair of images" if "pair" in name else "image"
        assert_matches(what, values[name], share, think=think, read=READ)


@points(1, asks=("again",))
def test_the_generator_is_the_only_randomness(observed):
    """The answer follows from rng alone, differs from draw to draw, and global generators are left as they are."""
    counts = _take_counts(observed(probes.choose_fractions), "mixed 0.5", probes.SIZES)
    for label, count in zip(sorted(probes.SIZES), counts, strict=True):
        saw = f"with fraction 0.5, no image of class {label} is chosen"
        assert_that(count >= 1 and count % 1 == 0, saw=saw, think="what do you choose at all?", read=CONTRACT)
    values = observed(probes.choose_again)
    think = "from which generator does each of your random numbers come?"
    complaints = {
        "next_draw_differs": "two draws from the same generator, one after the other, choose the same images",
        "other_seed_differs": "generators with different seeds choose the same images",
        "same_seed_agrees": "two generators with the same seed choose different images",
        "torch_untouched": "torch's global generator has moved",
        "numpy_untouched": "numpy's global generator has moved",
        "python_untouched": "the global generator of the module random has moved",
    }
    for name, saw in complaints.items():
        assert_that(values[name] is True, saw=saw, think=think, read=CONTRACT)
