"""Hidden tests of ProjectionHead: 4 points. They look at what a head does, not at how it is built."""

from autograder.checks import assert_that, points
from autograder.suites.hw4_contrastive.probes import ProjectionHead as probes
from autograder.suites.hw4_contrastive.probes.ProjectionHead import D_HIDDEN, D_IN, D_OUT

READ = "SimCLR (Chen et al., 2020), section 4.2; notebook section 3.2"
CONTRACT = "the docstring of ProjectionHead; notebook section 3.2"


@points(1)
def test_h_becomes_z(observed):
    """h (B, d_in) becomes z (B, d_out), in training and in evaluation, for one row too, in the dtype of the module."""
    values = observed(probes.project_a_few)
    think = "which of the three sizes goes into which layer, and does any step need more than one row?"
    sizes = f"ProjectionHead({D_IN}, {D_HIDDEN}, {D_OUT})"
    for key, rows, mode in (
        ("in_training", 5, "in training"),
        ("in_evaluation", 5, "in evaluation"),
        ("alone", 1, "in evaluation"),
    ):
        saw = f"{sizes} makes {values[key]} of h {(rows, D_IN)} {mode}"
        assert_that(values[key] == str((rows, D_OUT)), saw=saw, think=think, read=CONTRACT)
    saw = "different features come out the same"
    assert_that(values["rows_differ"] is True, saw=saw, think="on what does z depend?", read=CONTRACT)
    saw = f"after .double() the output for float64 features is {values['dtype_of_double']}"
    think = "is any tensor made with a dtype of its own?"
    assert_that(values["dtype_of_double"] == "torch.float64", saw=saw, think=think, read=CONTRACT)


@points(1)
def test_a_relu_stands_between_the_layers(observed):
    """A single hidden unit is off on one side of its boundary, and grows along a straight line on the other."""
    values = observed(probes.follow_a_single_unit)
    think = "what does a ReLU between two linear layers do to one hidden unit, and where does it stand?"
    saw = "with d_hidden = 1, z follows a straight line wherever h goes: the head is linear"
    assert_that(values["bends_somewhere"] is True, saw=saw, think=think, read=READ)
    saw = "with d_hidden = 1, z bends at more than one place of a line: a single ReLU bends at one"
    assert_that(values["bends_all_along"] is False, saw=saw, think=think, read=READ)
    saw = f"with d_hidden = 1, far out on a line, z still changes on {values['ends_that_change']} of its two ends"
    assert_that(values["ends_that_change"] == 1, saw=saw, think=think, read=READ)


@points(1)
def test_nothing_follows_the_second_layer(observed):
    """Outputs have both signs, any norm and any mean: no ReLU, no normalisation after the second layer."""
    values = observed(probes.project_far_away)
    think = "what is the last thing that happens to z, and what would it take away?"
    both = values["below_zero"] is True and values["above_zero"] is True
    saw = "all outputs have the same sign"
    assert_that(both, saw=saw, think=think, read=CONTRACT)
    saw = "for features twice as large, far from 0, z does not grow twice as large"
    assert_that(values["doubles"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "in training every column of z has mean 0 over the batch"
    assert_that(values["columns_are_centred"] is False, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_two_layers_are_trained(observed):
    """There are the weights of two layers with d_hidden units between them; gradients reach all of them, and h."""
    values = observed(probes.train_once)
    saw = f"ProjectionHead({D_IN}, {D_HIDDEN}, {D_OUT}) has {values['weights']} weights, biases left out"
    think = "how large are the matrices of the two layers, and does the module know about them?"
    assert_that(values["weights"] == D_IN * D_HIDDEN + D_HIDDEN * D_OUT, saw=saw, think=think, read=READ)
    think = "where does the path from z back to h leave the graph?"
    saw = f"no gradient reaches {values['unreached_parameters']} of the parameters"
    assert_that(values["unreached_parameters"] == 0, saw=saw, think=think, read=CONTRACT)
    assert_that(values["reaches_h"] is True, saw="no gradient reaches h", think=think, read=CONTRACT)
