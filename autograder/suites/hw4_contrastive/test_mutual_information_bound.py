"""Hidden tests of mutual_information_bound: 2 points."""

import math

from autograder.checks import assert_matches, points
from autograder.suites.hw4_contrastive.probes import mutual_information_bound as probes

READ = "CPC (van den Oord et al., 2018), section 2.3: I >= log N - L; notebook section 1.3"


@points(1)
def test_the_bound_is_log_n_minus_the_loss(observed):
    """The bound is the natural logarithm of the number of candidates, minus the loss."""
    values = observed(probes.bound_three_losses)
    think = "how large is the loss of a model that guesses among N candidates, and how much does it then know?"
    assert_matches("the bound for 9 candidates", values["of_nine"], math.log(9) - 1.5, think=think, read=READ)
    assert_matches("the bound for 4097 candidates", values["of_many"], math.log(4097) - 5.25, think=think, read=READ)


@points(1)
def test_the_bound_may_be_negative(observed):
    """A loss worse than guessing gives a negative bound, as it stands."""
    assert_matches(
        "the bound for 4 candidates and a loss of 3",
        observed(probes.bound_three_losses)["of_four"],
        math.log(4) - 3.0,
        think="what does the formula give when the loss is larger than that of guessing, and is that still true?",
        read=READ,
    )
