"""Hidden tests of ConditionalBatchNorm2d: 6 points. They know no part by its name: descent shows what it does."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points, to_number
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.biggan import (
    find_change,
    find_gradient_of_normalized,
    find_normalized,
    find_normalized_by_running,
)
from autograder.suites.hw2_gan.probes import ConditionalBatchNorm2d as probes
from autograder.suites.hw2_gan.probes.inputs import draw

READ = "BigGAN (Brock et al., 2019), section 3; notebook section 7.5"
CONTRACT = "the docstring of ConditionalBatchNorm2d; notebook section 7.5"
BATCH_NORM = "PyTorch's documentation of BatchNorm2d; notebook section 7.5"
UNASKED = {
    "odd": "there are no chunks",
    "special": "a channel that hardly varies is an end",
    "ties": "nothing is ordered or chosen",
    "layout": "maps lie as a layer made them",
    "ragged": "images and labels come in pairs",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}
RTOL, ATOL = 1e-3, 1e-4  # a channel that varies by 0.01 around 0.5 has lost two digits in float32


@points(1, asks=("ends", "unequal", "options", "inputs"))
def test_at_the_start_it_is_batch_norm(observed):
    """In training, a fresh layer gives each channel of the batch mean 0 and variance 1, with the gradient of both."""
    values, x = observed(probes.start), probes.images(720)
    think = "which gain and bias does a fresh layer have, and over which dimensions is a channel normalised?"
    expected = find_normalized(x).float()
    assert_matches("the output", values["output"], expected, think=think, read=READ, rtol=RTOL, atol=ATOL)
    think = "mean and variance depend on the images: where does that path leave the graph?"
    actual = values.get("gradient_of_x")
    assert_that(isinstance(actual, Tensor), saw="no gradient reaches the images", think=think, read=CONTRACT)
    expected = find_gradient_of_normalized(x, draw(725, *x.shape)).float()
    name = "the gradient of the images"
    assert_matches(name, actual, expected, think=think, read=BATCH_NORM, rtol=RTOL, atol=5e-3)
    others, think = observed(probes.use_other_sizes), "which of your sizes is fixed, and which two do you confuse?"
    for name, given in (("many", probes.draw(727, 3, 1, 2, 2)), ("square", probes.draw(728, 4, 4, 4, 4))):
        actual, expected = others[name], find_normalized(given).float()
        assert_matches("the output in other sizes", actual, expected, think=think, read=CONTRACT, rtol=RTOL, atol=ATOL)
    given = probes.images(726), torch.tensor(probes.LABELS).float()
    assert_untouched(observed(probes.leave_inputs_alone), *given, what="images or labels", read=CONTRACT)


@points(1, asks=("modules", "again"))
def test_evaluation_uses_running_statistics(observed):
    """After two batches in training, evaluation mode normalises by the running statistics of nn.BatchNorm2d."""
    values, x = observed(probes.use_running_statistics), probes.images(723)
    batches = [probes.images(721), probes.images(722)]
    expected = find_normalized_by_running(x, batches).float()
    think = "which mean and variance are used in evaluation mode, and how far does a batch move them?"
    name, actual = "the output in evaluation mode", values["output"]
    assert_matches(name, actual, expected, think=think, read=BATCH_NORM, rtol=RTOL, atol=ATOL)
    name, actual = "the output for one image in evaluation mode", values["output_alone"]
    assert_matches(name, actual, expected[2:3], think=think, read=BATCH_NORM, rtol=RTOL, atol=ATOL)
    saw, moved = "running statistics move in evaluation mode", to_number(observed(probes.leave_inputs_alone)["moved"])
    assert_that(moved == 0, saw=saw, think="when does a batch norm learn its statistics?", read=BATCH_NORM)


@points(1)
def test_each_class_has_its_own_gain_and_bias(observed):
    """After steps of descent that only gains, or only biases, can follow, each image has those of its own label."""
    think = "which row of the gains belongs to which image, what does it multiply, and can an optimizer find it?"
    _assert_learnt(observed(probes.learn), "gains", think)
    think = "which row of the biases belongs to which image, where is it added, and can an optimizer find it?"
    _assert_learnt(observed(probes.learn), "biases", think)


@points(1)
def test_gain_comes_first_and_nothing_else_is_learnt(observed):
    """After a step of all parameters, the output is gain times x plus bias; a class without images is as it was."""
    think = "what is scaled and what is shifted, in which order, and what in the layer is learnt beside gain and bias?"
    _assert_learnt(observed(probes.learn), "both", think)


@points(1, asks=("one", "dtypes"))
def test_one_image_in_float64_works(observed):
    """A layer learns from one image in training, in float64: it is normalised over its own pixels."""
    x, pull = probes.one_image()
    expected = find_change(x, [3], x, [3], pull, probes.RATE, probes.CLASSES)
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    actual = observed(probes.learn_from_one_image)["change"]
    name = "the change of the output for one image, after a step,"
    assert_matches(name, actual, expected, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_images_and_layer_may_lie_on_a_gpu(observed):
    """With layer, images and labels on a GPU, the output and the gradient are the same, and lie there."""
    values, own = observed(probes.start_on_a_gpu), observed(probes.start)
    assert_same_on_gpu(values, own, "output", "gradient_of_x", read=CONTRACT)


def _assert_learnt(values: dict, lesson: str, think: str) -> None:
    """The outputs for other images change as they do with the gains and biases that this lesson teaches."""
    x, pull = probes.lessons()[lesson]
    new, labels = probes.new_images(), probes.OTHER_LABELS
    expected = find_change(new, labels, x, probes.LABELS, pull, probes.RATE, probes.CLASSES).float()
    name, actual = "the change of the output, after a step,", values[f"change_by_{lesson}"]
    assert_matches(name, actual, expected, think=think, read=READ, rtol=RTOL, atol=ATOL)
