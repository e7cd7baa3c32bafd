"""Hidden tests of zero_shot_predict: 3 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_unchanged
from autograder.suites.hw5_sequences_and_language.equations.language import find_probabilities
from autograder.suites.hw5_sequences_and_language.probes import zero_shot_predict as probes

READ = "CLIP (Radford et al., 2021), section 3.1.2; notebook section 2.3"
CONTRACT = "the docstring of zero_shot_predict; notebook section 2.3"


@points(1)
def test_the_classes_compete_for_each_image(observed):
    """Each image has probabilities of its own that add up to 1 and stand in the order of its cosines."""
    actual, expected = observed(probes.on_four_images)["probabilities"], find_probabilities(*probes.four_images())
    fits = isinstance(actual, Tensor) and actual.shape == expected.shape and actual.is_floating_point()
    shape = tuple(actual.shape) if isinstance(actual, Tensor) else type(actual).__name__
    think = "how many classes are there, how many images, and which numbers of an image compete?"
    assert_that(fits, saw=f"for four images and three classes the result has the shape {shape}", think=think, read=READ)
    assert_matches("the sum over the classes", actual.sum(dim=1), torch.ones(4), think=think, read=READ)
    assert_that(bool((actual > 0).all()), saw="a probability is 0 or less", think=think, read=READ)
    ranks = [found.argsort(dim=1) for found in (actual, expected)]
    saw = "the order of an image's probabilities is not that of its cosines"
    assert_that(bool((ranks[0] == ranks[1]).all()), saw=saw, think=think, read=READ)


@points(1)
def test_the_scale_is_that_of_the_loss(observed):
    """The scale is exp(log_scale), and 100 at most: right from log_scale -1 to 9, for images of norm 1."""
    values = observed(probes.at_many_scales)
    think = "what is done to log_scale before it multiplies, and which number is it that may not pass 100?"
    for name in ("-1", "2", "4.5", "bound", "4.7", "6", "9"):
        log_scale = torch.tensor(probes.LOG_BOUND if name == "bound" else float(name))
        expected = find_probabilities(*probes.close_directions(), log_scale).float()
        label = f"the probabilities at log_scale {'log 100' if name == 'bound' else name}"
        assert_matches(label, values[f"at_{name}"], expected, think=think, read=CONTRACT)


@points(1)
def test_images_of_any_norm_and_number(observed):
    """The probabilities are right for images of any norm, for three or one, in float64; inputs are left unchanged."""
    values, expected = observed(probes.on_other_sizes), find_probabilities(*probes.four_images()).float()
    think = "what is not of norm 1 yet when it comes in, and along which dimension is it normalised?"
    actual = observed(probes.on_four_images)["probabilities"]
    assert_matches("the probabilities", actual, expected, think=think, read=READ)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    images, classifier, log_scale = probes.three_of_all()
    expected = find_probabilities(images, classifier, log_scale).float()
    name = "the probabilities of three images and three classes"
    assert_matches(name, values["of_three_of_all"], expected, think=think, read=CONTRACT)
    assert_matches("the probabilities of one image", values["of_one_image"], expected[:1], think=think, read=CONTRACT)
    expected = find_probabilities(*probes.four_images())
    assert_matches("the probabilities in float64", values["in_float64"], expected, think=think, read=CONTRACT)
    after = observed(probes.on_four_images)["inputs_after"]
    assert_unchanged(
        "the image features, the classifier or log_scale hold", after, *probes.four_images(), read=CONTRACT
    )
    after = observed(probes.at_many_scales)["log_scale_after"]
    assert_unchanged("a log_scale above its bound holds", after, torch.tensor([6.0]), read=CONTRACT)
