"""Hidden tests of mutual_information_bound: 2 points."""

import math

import torch

from autograder.suites.assertions import assert_matches, assert_unchanged, points
from autograder.suites.hw4_contrastive.probes import mutual_information_bound as probes

READ = "CPC (van den Oord et al., 2018), eq. 5; notebook section 1.3"
UNASKED = {
    "unequal": "there is one loss and one number",
    "special": "a difference has no special point",
    "ties": "nothing is ordered or chosen",
    "dtypes": "a Python float is right as well, whatever came in",
    "layout": "a single number has no layout",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "ragged": "there is no batch",
    "long": "there are no sequences",
    "empty": "there is always one loss",
    "device": "a Python float is right as well, wherever the loss is",
}


@points(1, asks=("one", "odd", "options", "inputs"))
def test_the_bound_is_log_n_minus_the_loss(observed):
    """The bound is the natural logarithm of the number of candidates, minus the loss, which is left as it is."""
    values = observed(probes.bound_single_losses)
    think = "how large is the loss of a model that guesses among N candidates, and how much does it then know?"
    for name, what, bound in (
        ("of_nine", "9 candidates", math.log(9) - 1.5),
        ("of_many", "4097 candidates", math.log(4097) - 5.25),
        ("of_one", "a single candidate", -0.75),
        ("of_loss_0", "12 candidates and a loss of 0", math.log(12)),
    ):
        assert_matches(f"the bound for {what}", values[name], torch.tensor(bound), think=think, read=READ)
    assert_unchanged(values["loss_after"], torch.tensor(1.5), what="the loss holds", read=READ)


@points(1, asks=("ends", "kinds"))
def test_the_bound_may_be_negative(observed):
    """A loss worse than guessing has a negative bound, as it stands, whether it comes as a tensor or as a float."""
    values, bounds = observed(probes.bound_a_history), math.log(4) - probes.history()
    think = "what does the formula give when the loss is larger than that of guessing, and is that still true?"
    assert_matches("the bounds for 4 candidates, of tensors,", values["tensors"], bounds, think=think, read=READ)
    assert_matches("the bounds for 4 candidates, of floats,", values["floats"], bounds, think=think, read=READ)
