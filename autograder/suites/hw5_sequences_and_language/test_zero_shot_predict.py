"""Hidden tests of zero_shot_predict: 3 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, assert_unchanged, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_left_alone
from autograder.suites.hw5_sequences_and_language.equations.language import find_probabilities
from autograder.suites.hw5_sequences_and_language.probes import zero_shot_predict as probes

READ = "CLIP (Radford et al., 2021), section 3.1.2; notebook section 2.3"
CONTRACT = "the docstring of zero_shot_predict; notebook section 2.3"

UNASKED = {
    "modules": "it is given tensors, and no module",
    "again": "it has no state",
    "long": "there are no sequences",
    "kinds": "the contract speaks of tensors only",
    "empty": "no image and no class need not work",
}


@points(1, asks=("one", "unequal", "odd", "ends", "ties", "dtypes", "layout", "inputs", "ragged"))
def test_the_classes_compete_for_each_image(observed):
    """Each image of any norm has its probabilities, for any sizes and in float64; inputs are left as they are."""
    actual, expected = observed(probes.on_four_images)["probabilities"], find_probabilities(*probes.four_images())
    fits = isinstance(actual, Tensor) and actual.shape == expected.shape and actual.is_floating_point()
    shape = tuple(actual.shape) if isinstance(actual, Tensor) else type(actual).__name__
    think = "how many classes are there, how many images, and which numbers of an image compete?"
    assert_that(fits, saw=f"for four images and three classes the result has the shape {shape}", think=think, read=READ)
    assert_matches("the sum over the classes", actual.sum(dim=1), torch.ones(4), think=think, read=READ)
    think = "what is not of norm 1 yet when it comes in, and along which dimension is it normalised?"
    assert_matches("the probabilities", actual, expected.float(), think=think, read=READ)
    _assert_any_sizes_work(observed)
    values, think = observed(probes.in_another_order), "which step needs numbers that lie side by side in memory?"
    images, classifier, log_scale = probes.four_images()
    for key, given in (("probabilities", images), ("probabilities_of_expanded", images[:1].expand(4, 5))):
        name = "the probabilities of inputs in another order in memory"
        in_order = find_probabilities(given, classifier, log_scale).float()
        assert_matches(name, values[key], in_order, think=think, read=CONTRACT)
    what, values = "the image features, the classifier or log_scale", observed(probes.leave_inputs)
    assert_left_alone(values, *probes.four_images(), what=what, read=CONTRACT, learn=False)


def _assert_any_sizes_work(observed) -> None:
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    images, classifier, log_scale = probes.three_of_all()
    cases = (probes.on_three_of_all, "three images", images), (probes.on_one_image, "one image", images[:1])
    for probe, told, given in cases:
        expected = find_probabilities(given, classifier, log_scale).float()
        name = f"the probabilities of {told} and three classes"
        assert_matches(name, observed(probe)["probabilities"], expected, think=think, read=CONTRACT)
    values = observed(probes.on_other_sizes)
    for name, batch in probes.other_sizes().items():
        told, expected = f"the probabilities of {name.replace('_', ' ')}", find_probabilities(*batch).float()
        assert_matches(told, values[name], expected, think=think, read=CONTRACT)
    actual, expected = observed(probes.in_float64)["probabilities"], find_probabilities(*probes.four_images())
    assert_matches("the probabilities in float64", actual, expected, think=think, read=CONTRACT)


@points(1, asks=("ends", "special", "options"))
def test_the_scale_is_that_of_the_loss(observed):
    """The scale is exp(log_scale), and 100 at most: right from log_scale -7 to 95, for images of norm 1."""
    values = observed(probes.at_many_scales)
    think = "what is done to log_scale before it multiplies, and which number is it that may not pass 100?"
    for name, value in {**probes.SCALES, "6": 6.0}.items():
        log_scale = torch.tensor(value)
        expected = find_probabilities(*probes.close_directions(), log_scale).float()
        label = f"the probabilities at log_scale {'log 100' if name == 'bound' else name}"
        assert_matches(label, values[f"at_{name}"], expected, think=think, read=CONTRACT)
    expected = find_probabilities(*probes.opposite_directions(), torch.tensor(probes.LOG_BOUND)).float()
    name, think = "the probabilities of classes that an image is, or is the opposite of", "may a probability be 0?"
    assert_matches(name, values["of_opposites"], expected, think=think, read=CONTRACT)
    after = values["log_scale_after"]
    assert_unchanged(after, torch.tensor([6.0]), what="a log_scale above its bound holds", read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given tensors on a GPU, the probabilities are right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    expected = find_probabilities(*probes.three_of_all()).float()
    assert_matches("the probabilities on a GPU", values["probabilities"], expected, think=think, read=CONTRACT)
