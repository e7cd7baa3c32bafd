"""Hidden tests of init_dcgan_weights: 4 points.

The draws are a student's own, so they are judged by their distribution. Of n = 65,536 draws from N(m, 0.02) the mean
has a standard error of 0.02 / sqrt(n) = 7.8e-5, the standard deviation of 0.02 / sqrt(2 n) = 5.5e-5, the kurtosis of
sqrt(24 / n) = 0.019. They come rounded to 0.001, 0.001 and 1, and have to be right then: half a unit of the mean is
6.4 standard errors (a false alarm in 6e9 draws), of the others 9 and more. With all 11 draws of these tests together,
a right function is called wrong less than once in 10^8 times.
"""

import torch
from torch import Tensor

from autograder.checks import Mismatch, assert_matches, assert_that, points
from autograder.suites.hw2_gan.equations.dcgan import NORMAL_KURTOSIS, SPREAD, is_unchanged
from autograder.suites.hw2_gan.probes import init_dcgan_weights as probes
from autograder.suites.hw2_gan.probes.inputs import join

READ = "DCGAN (Radford et al., 2016), section 4; notebook section 3.1"
CONTRACT = "the docstring of init_dcgan_weights; notebook section 3.1"


def _assert_drawn(name: str, statistics: Tensor, mean: float, think: str) -> None:
    """Mean, standard deviation and kurtosis are those of N(mean, 0.02)."""
    if not isinstance(statistics, Tensor) or statistics.shape != (3,):
        raise Mismatch(f"the weights of {name} cannot be described", "", CONTRACT)
    found_mean, found_spread, found_kurtosis = statistics.tolist()
    saw = f"the weights of {name} have mean {found_mean:.3g} and standard deviation {found_spread:.3g}"
    is_right = abs(found_mean - mean) < 1e-6 and abs(found_spread - SPREAD) < 1e-6
    assert_that(is_right, saw=saw, think=think, read=READ)
    saw = f"the weights of {name} have mean and standard deviation of the right size, but are not normally distributed"
    assert_that(found_kurtosis == NORMAL_KURTOSIS, saw=saw, think="what does the N stand for?", read=READ)


@points(1)
def test_convolutions_are_drawn_around_0(observed):
    """Weights of convolutions and transposed convolutions, 1-d to 3-d, are drawn from N(0, 0.02)."""
    think = "which layers does your condition let in, and is 0.02 the variance or the standard deviation?"
    for name in probes.CONVOLUTIONS:
        _assert_drawn(name, observed(probes.apply_to_a_network)[name], 0.0, think)


@points(1)
def test_batch_norm_is_drawn_around_1(observed):
    """Weights of batch norm, 1-d to 3-d, are drawn from N(1, 0.02)."""
    think = "what does batch norm multiply by when its weights are close to 0, and what at the start of training?"
    for name in probes.NORMS:
        _assert_drawn(name, observed(probes.apply_to_a_network)[name], 1.0, think)


@points(1)
def test_biases_become_0(observed):
    """Biases of convolutions and of batch norm become exactly 0, where there are any."""
    biases = observed(probes.apply_to_a_network)["largest_biases"]
    think = "which layers of a network have a bias, and what was in it before?"
    expected = torch.zeros(len(probes.CONVOLUTIONS) + len(probes.NORMS))
    assert_matches("the largest bias of each layer", biases, expected, think=think, read=CONTRACT, atol=0)
    think = "which of weight and bias may a layer be without?"
    convolution = observed(probes.meet_a_convolution_without_bias)["convolution"]
    _assert_drawn("a convolution without bias", convolution, 0.0, think)
    is_still_without = observed(probes.meet_a_norm_without_parameters)["still_without"] is True
    assert_that(is_still_without, saw="a batch norm without parameters has some now", think=think, read=CONTRACT)


@points(1)
def test_other_layers_are_left_alone(observed):
    """Dense layers, embeddings, other norms, and the running statistics of batch norm stay as they were."""
    values = observed(probes.leave_others_alone)
    think = "which layers does your condition let in?"
    _assert_drawn("a convolution", values["convolution"], 0.0, think)  # who does nothing changes nothing
    others = [parameter for layer in probes.make_others() for parameter in layer.parameters()]
    saw = "a layer that is neither a convolution nor batch norm has other numbers than before"
    assert_that(is_unchanged(values["others_after"], join(others)), saw=saw, think=think, read=CONTRACT)
    norm = probes.give_history(torch.nn.BatchNorm2d(4))
    saw = "batch norm has lost its running mean or variance"
    think = "what of a batch norm is a parameter, and what has it learnt from data?"
    is_kept = is_unchanged(values["history_after"], norm.running_mean, norm.running_var)
    assert_that(is_kept, saw=saw, think=think, read=CONTRACT)
