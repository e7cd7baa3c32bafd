"""Hidden tests of zero_shot_classifier: 5 points."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_differ, assert_left_alone
from autograder.suites.hw5_sequences_and_language.equations.language import find_classifier
from autograder.suites.hw5_sequences_and_language.probes import zero_shot_classifier as probes

READ = "CLIP (Radford et al., 2021), section 3.1.4; notebook section 2.2"
CONTRACT = "the docstring of zero_shot_classifier; notebook section 2.2"
OTHER = "on which texts does your classifier depend?"

UNASKED = {
    "options": "there are no options: sizes are all that varies",
    "modules": "it is given a tensor, and no module",
    "again": "it has no state",
    "ragged": "each class has as many texts",
    "long": "there are no sequences",
    "kinds": "the contract speaks of tensors only",
    "empty": "no text and no class need not work",
}


def _assert_one_row_a_class(classifier: Any) -> Tensor:
    expected = tuple(find_classifier(probes.three_classes()).shape)
    fits = isinstance(classifier, Tensor) and classifier.shape == expected and classifier.is_floating_point()
    shape = tuple(classifier.shape) if isinstance(classifier, Tensor) else type(classifier).__name__
    think = "over which of the three dimensions is there a mean, and which two stay?"
    assert_that(fits, saw=f"the classifier of three classes has the shape {shape}", think=think, read=CONTRACT)
    return classifier.float()


@points(1, asks=("unequal",))
def test_the_directions_of_a_class_are_averaged(observed):
    """Each class points where the mean of its texts' directions does (whatever the norm of the result)."""
    classifier = _assert_one_row_a_class(observed(probes.on_three_classes)["classifier"])
    norms = classifier.norm(dim=1, keepdim=True)
    think = "what is averaged over what, and how much does a long text count beside a short one?"
    expected = find_classifier(probes.three_classes()).float()
    name = "the direction of the classes"
    assert_matches(name, classifier / norms.clamp(min=1e-12), expected, think=think, read=READ)


@points(1, asks=("ends",))
def test_the_norm_of_a_text_does_not_count(observed):
    """With longer and shorter texts of the same directions, the classifier is the same."""
    values = observed(probes.on_three_classes)
    classifier = values["classifier"]
    assert_differ("the classifier", classifier, values["classifier_of_others"], think=OTHER, read=CONTRACT)
    think = "what happens to each text before the texts of a class are put together?"
    name = "the classifier from longer and shorter texts"
    assert_matches(name, values["classifier_of_lengthened"], classifier, think=think, read=READ)


@points(1)
def test_each_class_has_norm_1(observed):
    """Each row of the classifier has norm 1, so that a product with it can be a cosine."""
    values = observed(probes.on_three_classes)
    classifier = _assert_one_row_a_class(values["classifier"])
    assert_differ("the classifier", classifier, values["classifier_of_others"], think=OTHER, read=CONTRACT)
    think = "how long is the mean of vectors of length 1 that do not point the same way?"
    assert_matches("the norm of the classes", classifier.norm(dim=1), torch.ones(3), think=think, read=CONTRACT)


@points(1, asks=("one", "odd", "special", "ties", "dtypes", "layout", "inputs"))
def test_any_sizes_and_float64_work(observed):
    """Any number of classes and texts, equal texts, any order in memory and float64 work; the input is left alone."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    for name, features in probes.of_all_sizes().items():
        expected = find_classifier(features).float()
        name, actual = f"the classifier of {name.replace('_', ' ')}", values[name]
        assert_matches(name, actual, expected, think=think, read=CONTRACT)
    actual, expected = observed(probes.in_float64)["classifier"], find_classifier(probes.three_classes())
    assert_matches("the classifier in float64", actual, expected, think=think, read=CONTRACT)
    values, features = observed(probes.in_another_order), probes.three_classes()
    think = "which of your steps needs numbers that lie side by side in memory, or texts that differ?"
    for key, texts in (("classifier", features), ("classifier_of_expanded", features[:, :1].expand(3, 4, 5))):
        name, expected = "the classifier of an input in another order in memory", find_classifier(texts).float()
        assert_matches(name, values[key], expected, think=think, read=CONTRACT)
    assert_left_alone(observed(probes.leave_inputs), features, what="the texts' features", read=CONTRACT, learn=False)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given features on a GPU, the classifier is right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    expected = find_classifier(probes.three_classes()).float()
    assert_matches("the classifier on a GPU", values["classifier"], expected, think=think, read=CONTRACT)
