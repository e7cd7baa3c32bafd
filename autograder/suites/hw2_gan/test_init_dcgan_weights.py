"""Hidden tests of init_dcgan_weights: 4 points.

The draws are a student's own, so they are judged by their distribution. Of n = 65,536 draws from N(m, 0.02) the mean
has a standard error of 0.02 / sqrt(n) = 7.8e-5, the standard deviation of 0.02 / sqrt(2 n) = 5.5e-5, the kurtosis of
sqrt(24 / n) = 0.019. They come rounded to 0.001, 0.001 and 1, and have to be right then: half a unit of the mean is
6.4 standard errors (a false alarm in 6e9 draws), of the others 9 and more. With all 11 draws of these tests together,
a right function is called wrong less than once in 10^8 times. The correlation of two layers' weights has a standard
error of 1 / sqrt(n) = 0.004, and has to be below 0.05 in size.
"""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import (
    Mismatch,
    assert_matches,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
    to_number,
)
from autograder.suites.hw2_gan.equations.dcgan import NORMAL_KURTOSIS, SPREAD
from autograder.suites.hw2_gan.probes import init_dcgan_weights as probes
from autograder.suites.hw2_gan.probes.inputs import join

READ = "DCGAN (Radford et al., 2016), section 4; notebook section 3.1"
CONTRACT = "the docstring of init_dcgan_weights; notebook section 3.1"
UNASKED = {
    "one": "a draw of one number has no distribution",
    "unequal": "the size of a layer plays no part",
    "odd": "the size of a layer plays no part",
    "ends": "there are no numbers to compute with",
    "special": "there are no numbers to compute with",
    "ties": "nothing is ordered or chosen",
    "layout": "a draw fills memory in any order",
    "ragged": "there is no batch",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "a layer without weights is an option",
}


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


@points(1, asks=("again",))
def test_weights_are_drawn_around_0_and_1(observed):
    """Weights of convolutions, 1-d to 3-d, are drawn from N(0, 0.02), those of batch norm from N(1, 0.02)."""
    think = "which layers does your condition let in, and is 0.02 the variance or the standard deviation?"
    values = observed(probes.apply_to_a_network)
    for name in probes.CONVOLUTIONS:
        _assert_drawn(name, values[name], 0.0, think)
    think = "what does batch norm multiply by when its weights are close to 0, and what at the start of training?"
    for name in probes.NORMS:
        _assert_drawn(name, values[name], 1.0, think)
    twice = observed(probes.draw_twice)
    assert_matches("the spread", twice["spread"], torch.tensor(SPREAD), think=think, read=READ)
    think = "two layers of the same size: what makes their draws differ?"
    correlation = to_number(twice["correlation"])
    assert_that(correlation == 0, saw="two layers get the same weights", think=think, read=CONTRACT)


@points(1, asks=("options",))
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
    assert_that(is_unchanged(values["others_after"], join(*others)), saw=saw, think=think, read=CONTRACT)
    norm: Any = probes.give_history(torch.nn.BatchNorm2d(4))
    saw = "batch norm has lost its running mean or variance"
    think = "what of a batch norm is a parameter, and what has it learnt from data?"
    is_kept = is_unchanged(values["history_after"], norm.running_mean, norm.running_var)
    assert_that(is_kept, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("dtypes", "inputs", "modules", "device"))
def test_a_layer_stays_what_it_is(observed):
    """Parameters keep their place, dtype, device, flags and gradients: their numbers alone are new."""
    values = observed(probes.leave_the_parameters_what_they_are)
    before = [parameter for layer in probes.make_odd_layers() for parameter in layer.parameters()]
    numbers = values["numbers"]
    count = sum(map(torch.Tensor.numel, before))
    is_new = isinstance(numbers, Tensor) and numbers.shape == (count,) and not is_unchanged(numbers, join(*before))
    is_new = is_new and numbers.is_floating_point()
    think = "which layers does your condition let in?"
    assert_that(is_new and bool(numbers.abs().max() < 2), saw="no weight is drawn anew", think=think, read=READ)
    parts = zip(numbers.split([parameter.numel() for parameter in before]), before, strict=True)
    kept = [part for part, parameter in parts if torch.equal(part, parameter.detach().flatten().double())]
    saw = f"{len(kept)} of {len(before)} parameters, of which some are frozen, hold the numbers that they had before"
    assert_that(not kept, saw=saw, think="does it matter to a draw whether a layer learns?", read=CONTRACT)
    think = "do you change the values of a parameter, or is something else put in its place?"
    same, saw = values["same"] is True, "a layer holds other Parameter objects than before, which no optimizer knows"
    assert_that(same, saw=saw, think=think, read=CONTRACT)
    dtypes = ", ".join(str(parameter.dtype) for parameter in before)
    assert_that(values["dtypes"] == dtypes, saw="a parameter has another dtype than before", think=think, read=CONTRACT)
    trainable = ", ".join(str(parameter.requires_grad) for parameter in before)
    saw = "a frozen parameter asks for gradients now, or one that asked for them does no more"
    assert_that(values["trainable"] == trainable, saw=saw, think=think, read=CONTRACT)
    still = is_unchanged(values["gradients"], torch.ones(count))
    assert_that(still, saw="a parameter has lost its gradient, or has another one", think=think, read=CONTRACT)
    saw = "a layer in evaluation mode is in training mode now"
    assert_that(values["training"] is False, saw=saw, think=think, read=CONTRACT)
    _assert_drawn_on_a_gpu(observed(probes.initialise_on_a_gpu))


def _assert_drawn_on_a_gpu(there: dict) -> None:
    """What a convolution and a norm make of ones on a GPU, once they are drawn there."""
    assert_stays_on_device(there, read=CONTRACT)
    output, largest = there["output"], to_number(there["largest_bias"])
    is_small = isinstance(output, Tensor) and output.shape == (1, 16) and bool((output.abs() < 2).all())
    is_drawn = is_small and len(output.unique()) == output.numel() and largest == 0
    saw = "a convolution on a GPU is not drawn anew"
    assert_that(is_drawn, saw=saw, think="what is different with a layer on a GPU?", read=CONTRACT)
