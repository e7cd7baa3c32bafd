"""Hidden tests of mutual_information_bound: 2 points."""

import math

import torch

from autograder.checks import assert_matches, points
from autograder.suites.hw4_contrastive.probes import mutual_information_bound as probes

READ = "CPC (van den Oord et al., 2018), eq. 5; notebook section 1.3"


@points(1)
def test_the_bound_is_log_n_minus_the_loss(observed):
    """The bound is the natural logarithm of the number of candidates, minus the loss."""
    values = observed(probes.bound_single_losses)
    think = "how large is the loss of a model that guesses among N candidates, and how much does it then know?"
    assert_matches("the bound for 9 candidates", values["of_nine"], math.log(9) - 1.5, think=think, read=READ)
    assert_matches("the bound for 4097 candidates", values["of_many"], math.log(4097) - 5.25, think=think, read=READ)


@points(1)
def test_the_bound_may_be_negative(observed):
    """Each loss has its own bound, and one worse than guessing has a negative bound, as it stands."""
    assert_matches(
        "the bounds for 4 candidates",
        observed(probes.bound_a_history)["bounds"],
        math.log(4) - torch.tensor([3.0, 1.0, 0.5]),
        think="what does the formula give when the loss is larger than that of guessing, and is that still true?",
        read=READ,
    )
