"""Hidden tests of CPCModel: 8 points. They know no layer by name: who hears whom is found by changing one of them."""

from autograder.checks import assert_that, points
from autograder.suites.hw5_sequences_and_language.probes import CPCModel as probes

READ = "CPC (van den Oord et al., 2018), section 2.1 and figure 1; notebook section 1.1"
CONTRACT = "the docstring of CPCModel; notebook section 1.1"
CONVOLUTIONS = 3


@points(1)
def test_features_and_contexts_have_the_right_shapes(observed):
    """A signal (B, C, S) becomes z (B, S / 32, D); z (B, L, D) becomes c (B, L, E)."""
    values = observed(probes.measure)
    think = "by how much does each stride shorten the sequence, and which order of dimensions does each layer take?"
    for name, (channels, dim, context_dim, batch, steps) in probes.SIZES.items():
        model, length = f"CPCModel({channels}, {dim}, {context_dim})", steps * probes.WINDOW
        found = values[f"features_of_{name}"]
        saw = f"{model} encodes x {(batch, channels, length)} as {found}"
        assert_that(found == str((batch, steps, dim)), saw=saw, think=think, read=CONTRACT)
        found = values[f"contexts_of_{name}"]
        saw = f"{model} makes contexts {found} of z {(batch, steps, dim)}"
        assert_that(found == str((batch, steps, context_dim)), saw=saw, think=think, read=CONTRACT)
    saw = "another signal has the same features"
    _assert_true(values["features_follow_the_signal"], saw, "on what does z depend?", CONTRACT)
    saw = "other features have the same context"
    _assert_true(values["contexts_follow_the_features"], saw, "on what does c depend?", CONTRACT)


@points(1)
def test_each_feature_hears_its_own_neighbourhood(observed):
    """A sample moves features near its place alone, and each sample moves some; features come from left to right."""
    values = observed(probes.change_one_sample)
    saw = "one sample was changed, and a feature moved whose own 32 samples are 128 or more away"
    think = "which of your layers looks at more than a few neighbours, and in which order do the features come?"
    _assert_false(values["far_samples_move_it"], saw, think, CONTRACT)
    saw = "some samples in the middle of the signal can be changed, and no feature moves"
    think = "which samples lie between two places of a kernel that is smaller than its stride?"
    _assert_true(values["each_sample_moves_some"], saw, think, READ)


@points(1)
def test_the_same_network_looks_at_every_window(observed):
    """A signal that begins 32 samples later has the same features, one step earlier, away from the ends."""
    values = observed(probes.change_one_sample)
    saw = "all steps have the same features, whatever the signal does there"
    _assert_true(values["steps_differ"], saw, "on which samples does z[:, t] depend?", CONTRACT)
    saw = "the signal was moved by 32 samples, and its features did not just move by one step"
    think = "what in your encoder knows the number of the step?"
    _assert_true(values["the_same_one_step_later"], saw, think, READ)


@points(1)
def test_a_relu_follows_each_convolution(observed):
    """There are three convolutions; what one of them makes of a signal goes on where it is above 0, as it is."""
    values = observed(probes.turn_signs)
    saw = f"the encoder has {values['weights']} weight tensors"
    think = "how many convolutions does the encoder have?"
    assert_that(values["weights"] == CONVOLUTIONS, saw=saw, think=think, read=CONTRACT)
    think = "what does a ReLU do to numbers below 0, and after how many of the convolutions does one stand?"
    _assert_false(values["below_zero"], "some features are below 0", think, CONTRACT)
    saw = "where a convolution's outputs are all below 0, the signal still comes through it"
    _assert_false(values["still_follow"], saw, think, CONTRACT)
    saw = "where all weights are above 0, features for a signal twice as large are not twice as large"
    think = "what, besides ReLUs, stands between or after the convolutions?"
    _assert_true(values["doubles"], saw, think, CONTRACT)


@points(1)
def test_the_context_does_not_know_the_future(observed):
    """c[:, t] depends on z[:, t] and on no later step."""
    values = observed(probes.change_one_feature)
    saw = "z[:, t] was changed, and a context before step t moved"
    think = "in which directions does your context network walk over the steps?"
    _assert_false(values["earlier_contexts_move"], saw, think, READ)
    saw = "z[:, t] was changed, and c[:, t] stayed as it was"
    _assert_true(values["the_present_one_moves"], saw, "which steps has c[:, t] seen, the last one included?", CONTRACT)


@points(1)
def test_the_context_remembers_all_steps(observed):
    """c[:, t] depends on every step of z before t, the first one too."""
    values = observed(probes.change_one_feature)
    saw = "a step of z was changed, and a later context of the same sequence stayed as it was"
    think = "along which dimension does your GRU walk, and what does it carry from step to step?"
    _assert_true(values["all_later_ones_move"], saw, think, READ)


@points(1)
def test_each_sequence_is_on_its_own(observed):
    """No sequence of a batch, and no batch that came before, has a part in the others' features and contexts."""
    values = observed(probes.change_one_sequence)
    for name, what in (("encode", "features"), ("context", "contexts")):
        saw = f"a sequence was replaced, and its {what} stayed as they were"
        _assert_true(values[f"{name}_moves_it"], saw, f"on what do the {what} depend?", CONTRACT)
        saw = f"one sequence of a batch was replaced, and the {what} of another one moved"
        think = "which dimension is the batch for each of your layers, and which layers mix it?"
        _assert_false(values[f"{name}_moves_others"], saw, think, CONTRACT)
        saw = f"the same batch came twice, and its {what} were others the second time"
        _assert_true(values[f"{name}_again"], saw, "what is left to chance, or kept from call to call?", CONTRACT)


@points(1)
def test_both_networks_are_trained(observed):
    """Gradients reach all parameters, x and z; the context has a GRU's weights; chance sets how training begins."""
    values = observed(probes.train)
    think = "where does the path back from z or c leave the graph?"
    saw = f"no gradient reaches {values['unreached_parameters']} of the parameters"
    assert_that(values["unreached_parameters"] == 0, saw=saw, think=think, read=CONTRACT)
    _assert_true(values["encoder_is_trained"], "no gradient from z reaches a parameter", think, CONTRACT)
    _assert_true(values["reaches_x"], "no gradient from encode reaches x", think, CONTRACT)
    _assert_true(values["reaches_z"], "no gradient from context reaches z", think, CONTRACT)
    dim, context_dim = probes.MANY, probes.CONTEXT_DIM
    layers = {3 * context_dim * (dim + context_dim + 2 * context_dim * more) for more in range(4)}  # of a deeper GRU
    saw = f"for D = {dim} and E = {context_dim} the context network has {values['context_weights']} weights, no biases"
    think = "how many gates does a GRU have, and what does each of them multiply?"
    assert_that(values["context_weights"] in layers, saw=saw, think=think, read=CONTRACT)
    think = "how do the weights begin, and what would two equal units learn?"
    _assert_true(values["features_of_another_differ"], "two new models have the same features", think, CONTRACT)
    _assert_true(values["contexts_of_another_differ"], "two new models have the same contexts", think, CONTRACT)
    _assert_true(values["units_differ"], "in a new model, all units compute the same", think, CONTRACT)


def _assert_true(value: object, saw: str, think: str, read: str) -> None:
    assert_that(value is True, saw=saw, think=think, read=read)


def _assert_false(value: object, saw: str, think: str, read: str) -> None:
    assert_that(value is False, saw=saw, think=think, read=read)
