"""Hidden tests of began_update_k: 4 points."""

from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points, to_number
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.began import find_next_k
from autograder.suites.hw2_gan.probes import began_update_k as probes

READ = "BEGAN (Berthelot et al., 2017), section 3.3; notebook section 6.2"
CONTRACT = "the docstring of began_update_k; notebook section 6.2"
UNASKED = {
    "odd": "a mean has no chunks",
    "ties": "nothing is ordered or chosen",
    "layout": "a row of numbers can be read however it lies",
    "modules": "none is handed in",
    "again": "k is handed in, and no other state there",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("one", "unequal", "ragged", "special", "dtypes", "options", "inputs"))
def test_k_moves_by_lambda_times_the_imbalance(observed):
    """The next k is k + lambda_k (gamma L(x) - L(G(z))): it grows, falls, or rests in balance; errors stay."""
    values = observed(probes.move)
    think = "which of the two errors is multiplied by gamma, what is multiplied by lambda_k, and what is added to what?"
    errors, setting = probes.well_reconstructed(), probes.UP
    assert_matches("k, where it grows,", values["up"], _next_k(errors, setting), think=think, read=READ)
    errors, setting = probes.badly_reconstructed(), probes.DOWN
    assert_matches("k, where it falls,", values["down"], _next_k(errors, setting), think=think, read=READ)
    think = "fake images are reconstructed too well: should D care more for them or less, and when is it neither?"
    name = "k, where both players are in balance,"
    assert_matches(name, values["steady"], probes.STEADY["k"], think=think, read=READ)
    think, values = "does any step count on more than one error, or on float32?", observed(probes.move_by_one_of_each)
    expected = _next_k(probes.one_of_each(), probes.DOWN)
    assert_matches("k after one error each, float64,", values["k"], expected, think=think, read=CONTRACT)
    assert_untouched(values, *probes.well_reconstructed(), what="the errors", read=CONTRACT)


@points(1, asks=("ends",))
def test_k_stays_between_0_and_1(observed):
    """Of two steps that lead far beyond the ends, one ends at 1 and the other at 0."""
    values = observed(probes.move_beyond_the_ends)
    think = "what does a step too far end at, above and below, and what exactly is clamped?"
    lower, upper = sorted(to_number(values[name]) for name in ("from_above", "from_below"))
    assert_that(upper == 1, saw=f"the larger of the two is {upper:.3g}", think=think, read=READ)
    assert_that(lower == 0, saw=f"the smaller of the two is {lower:.3g}", think=think, read=READ)


@points(1)
def test_k_carries_no_graph(observed):
    """With errors that carry a graph, and k as a 0-d tensor, the new k is a number or a 0-d tensor without one."""
    values = observed(probes.move_with_a_graph)
    think = "k goes into the loss of every later round: what would hang on it?"
    saw = f"began_update_k returned a {values['kind']}"
    assert_that(values["kind"] in probes.NUMBERS, saw=saw, think=think, read=CONTRACT)
    expected = _next_k(probes.well_reconstructed(), probes.UP)
    think = "which errors does the new k depend on, and is k a tensor as good as a float?"
    assert_matches("k, given as a 0-d tensor,", values["k"], expected, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_errors_may_lie_on_a_gpu(observed):
    """Errors on a GPU give the same k, up and down."""
    values, own = observed(probes.move_on_a_gpu), observed(probes.move)
    assert_same_on_gpu(values, own, "up", "down", "steady", read=CONTRACT)


def _next_k(errors: tuple[Tensor, Tensor], setting: dict[str, float]) -> float:
    real, fake = errors
    return find_next_k(setting["k"], real, fake, setting["gamma"], setting["lambda_k"])
