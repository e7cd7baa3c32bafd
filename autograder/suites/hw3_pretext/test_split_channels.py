"""Hidden tests of split_channels: 2 points."""

from autograder.suites.assertions import assert_matches, assert_stays_on_device, points
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import split_channels as probes

READ = "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.6"
CONTRACT = "the docstring of split_channels; notebook section 7.6"
CHANNELS = {"l": [0], "ab": [1, 2]}
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "numbers are moved, and nothing is computed of them",
    "special": "numbers are moved, and nothing is computed of them",
    "ties": "nothing is ordered or chosen",
    "options": "it has no argument but the images",
}


@points(1, asks=("unequal", "inputs"))
def test_lightness_comes_first_and_color_after_it(observed):
    """l is the first channel of each image, (B, 1, H, W), and ab the second and the third, in this order."""
    values = observed(probes.split)
    think = "which dimension are the channels in, which of them is L, and does it keep its dimension?"
    for name, channels in CHANNELS.items():
        expected = probes.images()[:, channels]
        assert_matches(name, values[name], expected, think=think, read=READ, rtol=0, atol=0)
    assert_left_alone(values["inputs after"], probes.images(), read=CONTRACT)


@points(1, asks=("one", "odd", "dtypes", "layout", "device"))
def test_one_image_float64_other_memory_and_a_gpu_work(observed):
    """One image, float64 and any place in memory work; on a GPU (a stand-in for one) both results lie on it."""
    values, think = observed(probes.split_other_kinds), "does any step drop a dimension of size 1, or choose a dtype?"
    for kind, lab in probes.other_kinds().items():
        for name, channels in CHANNELS.items():
            label, expected = f"{name} of {kind}", lab[:, channels]
            assert_matches(label, values[label], expected, think=think, read=CONTRACT, rtol=0, atol=0)
    values = observed(probes.on_a_gpu)
    for name, channels in CHANNELS.items():
        label, expected = f"{name} on a GPU", probes.images()[:, channels]
        assert_matches(label, values[name], expected, think=think, read=CONTRACT, rtol=0, atol=0)
    assert_stays_on_device(values, read=CONTRACT)
