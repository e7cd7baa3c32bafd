"""Hidden tests of zero_shot_classifier: 5 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_differ, assert_unchanged
from autograder.suites.hw5_sequences_and_language.equations.language import find_classifier
from autograder.suites.hw5_sequences_and_language.probes import zero_shot_classifier as probes

READ = "CLIP (Radford et al., 2021), section 3.1.4; notebook section 2.2"
CONTRACT = "the docstring of zero_shot_classifier; notebook section 2.2"
OTHER = "on which texts does your classifier depend?"


def _assert_one_row_a_class(classifier: object) -> Tensor:
    expected = tuple(find_classifier(probes.three_classes()).shape)
    fits = isinstance(classifier, Tensor) and classifier.shape == expected and classifier.is_floating_point()
    shape = tuple(classifier.shape) if isinstance(classifier, Tensor) else type(classifier).__name__
    think = "over which of the three dimensions is there a mean, and which two stay?"
    assert_that(fits, saw=f"the classifier of three classes has the shape {shape}", think=think, read=CONTRACT)
    return classifier.float()


@points(2)
def test_the_directions_of_a_class_are_averaged(observed):
    """Each class points where the mean of its texts' directions does (whatever the norm of the result)."""
    classifier = _assert_one_row_a_class(observed(probes.on_three_classes)["classifier"])
    norms = classifier.norm(dim=1, keepdim=True)
    think = "what is averaged over what, and how much does a long text count beside a short one?"
    expected = find_classifier(probes.three_classes()).float()
    name = "the direction of the classes"
    assert_matches(name, classifier / norms.clamp(min=1e-12), expected, think=think, read=READ)


@points(1)
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


@points(1)
def test_any_sizes_and_float64_work(observed):
    """As many classes as texts, one text a class, one class, and float64 work; the input is left unchanged."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    for name, features in probes.of_all_sizes().items():
        expected = find_classifier(features).float()
        name, actual = f"the classifier of {name.replace('_', ' ')}", values[name]
        assert_matches(name, actual, expected, think=think, read=CONTRACT)
    expected = find_classifier(probes.three_classes())
    assert_matches("the classifier in float64", values["in_float64"], expected, think=think, read=CONTRACT)
    after = observed(probes.on_three_classes)["input_after"]
    assert_unchanged("the features hold", after, probes.three_classes(), read=CONTRACT)
