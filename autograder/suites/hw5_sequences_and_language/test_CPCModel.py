"""Hidden tests of CPCModel: 8 points. They know no layer by name: who hears whom is found by changing one of them."""

import torch
from torch import Tensor

from autograder.suites.assertions import (
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    points,
    to_number,
)
from autograder.suites.hw5_sequences_and_language.assertions_cpc import CONTRACT, describe, take, take_all
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_left_alone
from autograder.suites.hw5_sequences_and_language.probes import CPCModel as probes
from autograder.suites.hw5_sequences_and_language.probes.inputs_cpc import MOVED, find_moved

READ = "CPC (van den Oord et al., 2018), section 2.2 and figure 1; notebook section 1.1"
CONVOLUTIONS = 3
FEATURES, CONTEXTS = (1, probes.STEPS, probes.DIM), (1, probes.STEPS, probes.CONTEXT_DIM)
SAMPLES = probes.STEPS * probes.WINDOW

UNASKED = {
    "special": "a ReLU at 0 has no say in a signal, and gates have no special points",
    "ties": "nothing is ordered or chosen",
    "kinds": "the contract speaks of tensors only",
    "empty": "an empty batch need not work",
}


@points(1, asks=("one", "unequal", "odd", "options", "layout", "inputs"))
def test_features_and_contexts_have_the_right_shapes(observed):
    """A signal (B, C, S) becomes z (B, S / 32, D); z (B, L, D) becomes c (B, L, E), whatever their order in memory."""
    values = observed(probes.measure)
    think = "by how much does each stride shorten the sequence, and which order of dimensions does each layer take?"
    for name, (channels, dim, context_dim, batch, steps) in probes.SIZES.items():
        model, length = f"CPCModel({channels}, {dim}, {context_dim})", steps * probes.WINDOW
        found = values[f"features_of_{name}"]
        saw = f"{model} encodes x {(batch, channels, length)} as {describe(found)}"
        assert_that(describe(found) == str((batch, steps, dim)), saw=saw, think=think, read=CONTRACT)
        found = values[f"contexts_of_{name}"]
        saw = f"{model} makes contexts {describe(found)} of z {(batch, steps, dim)}"
        assert_that(describe(found) == str((batch, steps, context_dim)), saw=saw, think=think, read=CONTRACT)
    z, other = (take(values, name, *FEATURES) for name in ("features", "features_of_another"))
    saw = "another signal has the same features"
    assert_that(find_moved(z, other).all(), saw=saw, think="on what does z depend?", read=CONTRACT)
    c, other = (take(values, name, *CONTEXTS) for name in ("contexts", "contexts_of_another"))
    saw = "other features have the same context"
    assert_that(find_moved(c, other).all(), saw=saw, think="on what does c depend?", read=CONTRACT)

    think = "which of your steps needs numbers that lie side by side in memory?"
    for probe, name, size in (
        (probes.sum_up_in_another_order, "c", probes.CONTEXT_DIM),
        (probes.encode_in_another_order, "z", probes.DIM),
    ):
        values = observed(probe)
        plain, strided, expanded = (take(values, f"{name}{how}", 3, 4, size) for how in ("", "_strided", "_expanded"))
        saw = f"where the same numbers lie in memory in another order, {name} is another one"
        same = (plain - strided).abs().max() <= probes.CLOSE * plain.abs().max()
        assert_that(same, saw=saw, think=think, read=CONTRACT)
        same = (plain[:1] - expanded).abs().max() <= probes.CLOSE * plain.abs().max()
        assert_that(same, saw=saw, think=think, read=CONTRACT)
    given = probes.draw_signals(516, 2, probes.CHANNELS, 3), probes.draw(517, 2, 3, probes.DIM)
    assert_left_alone(observed(probes.leave_inputs), *given, what="the signal or the features", read=CONTRACT)


@points(1, asks=("long",))
def test_each_feature_hears_its_own_neighbourhood(observed):
    """A sample moves features near its place alone, each sample some; a signal one window later has the same ones."""
    values = observed(probes.change_one_sample)
    saw = "one sample was changed, and a feature moved whose own 32 samples are 128 or more away"
    think = "which of your layers looks at more than a few neighbours, and in which order do the features come?"
    moves = take(values, "moves", SAMPLES, probes.STEPS)
    moved = moves > MOVED * take(values, "z", *FEATURES).abs().max()
    first, samples = probes.WINDOW * torch.arange(probes.STEPS), torch.arange(SAMPLES)[:, None]
    distance = torch.maximum(first - samples, samples - first - probes.WINDOW + 1)  # (samples, steps)
    assert_that(not (moved & (distance >= probes.FAR)).any(), saw=saw, think=think, read=CONTRACT)
    saw = "some samples in the middle of the signal can be changed, and no feature moves"
    think = "which samples lie between two places of a kernel that is smaller than its stride?"
    assert_that(moved[probes.FAR : -probes.FAR].any(dim=1).all(), saw=saw, think=think, read=READ)
    saw = "all steps have the same features, whatever the signal does there"
    z = take(values, "z", *FEATURES)
    differ, think = find_moved(z[:, 1:], z[:, :-1]).all(), "on which samples does z[:, t] depend?"
    assert_that(differ, saw=saw, think=think, read=CONTRACT)
    saw = "the signal was moved by 32 samples, and its features did not just move by one step"
    think = "what in your encoder knows the number of the step?"
    later = take(values, "z_from_the_second_window_on", 1, probes.STEPS - 1, probes.DIM)
    ends = probes.FAR // probes.WINDOW
    assert_that(not find_moved(z[:, 1:], later)[:, ends:-ends].any(), saw=saw, think=think, read=READ)
    far = observed(probes.encode_far)
    largest, shift = to_number(far["largest"]), to_number(far["shift"])
    saw = f"a signal of {probes.LONG} windows was moved by one, and its features did not just move by one step"
    assert_that(0 <= shift <= probes.CLOSE * largest and largest > 0, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("ends",))
def test_a_relu_follows_each_convolution(observed):
    """There are three convolutions; what one of them makes of a signal goes on where it is above 0, as it is."""
    values = observed(probes.turn_signs)
    z, count = take(values, "z", *FEATURES), len(take_all(values, "one_turned", *FEATURES[1:]))
    weights = int(find_moved(z.expand(count, -1, -1), take_all(values, "one_turned", *FEATURES[1:])).any(dim=1).sum())
    saw = f"the encoder has {weights} weight tensors"
    think = "how many convolutions does the encoder have?"
    assert_that(weights == CONVOLUTIONS, saw=saw, think=think, read=CONTRACT)
    think = "what does a ReLU do to numbers below 0, and after how many of the convolutions does one stand?"
    turned, doubled = take_all(values, "turned", *FEATURES[1:]), take_all(values, "turned_of_doubled", *FEATURES[1:])
    assert_that(not (turned < 0).any(), saw="some features are below 0", think=think, read=CONTRACT)
    saw = "where a convolution's outputs are all below 0, the signal still comes through it"
    assert_shape("features of a doubled signal", doubled, *turned.shape, read=CONTRACT)
    follow = ((doubled - turned).abs() > MOVED * z.abs().max()).any()
    assert_that(not follow, saw=saw, think=think, read=CONTRACT)
    saw = "where all weights are above 0, features for a signal twice as large are not twice as large"
    think = "what, besides ReLUs, stands between or after the convolutions?"
    far, twice = take(values, "far", *FEATURES), take(values, "twice_as_far", *FEATURES)
    assert_that((twice - 2 * far).abs().max() < 0.01 * far.abs().max(), saw=saw, think=think, read=CONTRACT)
    saw = "where all weights are above 0, features of the mean of two signals are not the mean of their features"
    other, between = take(values, "other", *FEATURES), take(values, "between", *FEATURES)
    off = (z + other - 2 * between).abs().max()
    assert_that(off < probes.CLOSE * z.abs().max(), saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_context_does_not_know_the_future(observed):
    """c[:, t] depends on z[:, t] and on no later step."""
    values = observed(probes.change_one_feature)
    saw = "z[:, t] was changed, and a context before step t moved"
    think = "in which directions does your context network walk over the steps?"
    moved = _find_moved_contexts(values)
    assert_that(not moved.any(dim=1).tril(-1).any(), saw=saw, think=think, read=READ)
    saw = "z[:, t] was changed, and c[:, t] stayed as it was"
    think = "which steps has c[:, t] seen, the last one included?"
    assert_that(moved.all(dim=1).diagonal().all(), saw=saw, think=think, read=CONTRACT)


def _find_moved_contexts(values: dict) -> Tensor:
    """Which steps of z move which steps of c: (changed step, sequence, step), bool."""
    c = take(values, "c", 3, 7, probes.CONTEXT_DIM)
    return take(values, "moves", 7, 3, 7) > MOVED * c.abs().max()


@points(1, asks=("long",))
def test_the_context_remembers_all_steps(observed):
    """c[:, t] depends on every step of z before t, the first one too, in sequences of any length."""
    values = observed(probes.change_one_feature)
    saw = "a step of z was changed, and a later context of the same sequence stayed as it was"
    think = "along which dimension does your GRU walk, and what does it carry from step to step?"
    steps = torch.arange(7)
    later = _find_moved_contexts(values).all(dim=1)[steps[:, None] < steps]
    assert_that(later.all(), saw=saw, think=think, read=READ)
    far = observed(probes.sum_up_far)
    first, last = (take(far, name, probes.CONTEXT_DIM) for name in ("first", "last"))
    saw = "after many steps with the same feature the context is that of the first step"
    assert_that((last - first).abs().max() > probes.CLOSE, saw=saw, think=think, read=CONTRACT)
    saw = f"in a sequence of {probes.LONG} steps with the same feature the context has settled, and then jumps"
    think = "at which step does your context network begin anew, and what does it know there?"
    jump = to_number(far["jump"])
    assert_that(0 <= jump <= probes.CLOSE * (last - first).abs().max(), saw=saw, think=think, read=CONTRACT)


@points(1, asks=("modules", "again", "ragged"))
def test_each_sequence_is_on_its_own(observed):
    """No other sequence, no batch before, and no mode has a part in a sequence's features and contexts."""
    for probe, name, what, size in (
        (probes.change_one_sequence, "context", "contexts", probes.CONTEXT_DIM),
        (probes.change_one_signal, "encode", "features", probes.MANY),
    ):
        values = observed(probe)
        before, after, again = (take(values, f"{name}_{when}", 3, 5, size) for when in ("before", "after", "again"))
        moved = find_moved(before, after).any(dim=1)
        saw = f"a sequence was replaced, and its {what} stayed as they were"
        assert_that(moved[1], saw=saw, think=f"on what do the {what} depend?", read=CONTRACT)
        saw = f"one sequence of a batch was replaced, and the {what} of another one moved"
        think = "which dimension is the batch for each of your layers, and which layers mix it?"
        assert_that(not moved[::2].any(), saw=saw, think=think, read=CONTRACT)
        saw = f"the same batch came twice, and its {what} were others the second time"
        think = "what is left to chance, or kept from call to call?"
        assert_that(not find_moved(before, again).any(), saw=saw, think=think, read=CONTRACT)
        two = take(values, f"{name}_two", 2, 5, size)
        saw = f"a smaller batch came after larger ones, and its {what} are others than in those"
        assert_that(not find_moved(before[:2], two).any(), saw=saw, think=think, read=CONTRACT)
    values = observed(probes.freeze_and_evaluate)
    for name, size in (("z", probes.MANY), ("c", probes.CONTEXT_DIM)):
        train, evaluated = (take(values, f"{name}_in_{mode}", 3, 5, size) for mode in ("training", "evaluation"))
        saw, think = f"in evaluation mode {name} is another one than in training", "which layers know the mode?"
        assert_that(not find_moved(train, evaluated).any(), saw=saw, think=think, read=CONTRACT)
    saw = "after a call, frozen parameters learn again, or modules are in training mode that were not"
    think = "which of your lines sets the mode, or requires_grad?"
    assert_that(to_number(values["learning"]) == 0, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("dtypes",))
def test_both_networks_are_trained(observed):
    """Gradients reach all parameters, x and z; the context has a GRU's weights; chance sets how training begins."""
    values = observed(probes.train)
    think = "where does the path back from z or c leave the graph?"
    count = values["sizes"].numel() if isinstance(values["sizes"], Tensor) else 0
    sizes = take(values, "sizes", count)
    of_encoder, of_context = (take(values, f"{name}_norms", count + 1) for name in ("encode", "context"))
    unreached = int((of_encoder.isnan() & of_context.isnan())[:-1].sum())
    saw = f"no gradient reaches {unreached} of the parameters"
    assert_that(unreached == 0, saw=saw, think=think, read=CONTRACT)
    is_trained = bool((of_encoder[:-1] > 0).any())
    assert_that(is_trained, saw="no gradient from z reaches a parameter", think=think, read=CONTRACT)
    assert_that(of_encoder[-1] > 0, saw="no gradient from encode reaches x", think=think, read=CONTRACT)
    assert_that(of_context[-1] > 0, saw="no gradient from context reaches z", think=think, read=CONTRACT)
    for name, norms in (("encode", of_encoder), ("context", of_context)):
        lost = to_number(values[f"{name}_before"]) - to_number(values[f"{name}_after"])
        told = f"what a small step against the gradient of {name} takes from a sum over its outputs"
        expected = probes.RATE * float(norms.square().nansum())
        assert_matches(told, lost, expected, think=think, read=CONTRACT, rtol=0.05)
    dim, context_dim = probes.MANY, probes.CONTEXT_DIM
    layers = {3 * context_dim * (dim + context_dim + 2 * context_dim * more) for more in range(4)}  # of a deeper GRU
    weights = float(sizes[~of_context[:-1].isnan()].sum())
    saw = f"for D = {dim} and E = {context_dim} the context network has {weights:g} weights, no biases"
    think = "how many gates does a GRU have, and what does each of them multiply?"
    assert_that(weights in layers, saw=saw, think=think, read=CONTRACT)
    think = "what comes after the GRU in context?"
    own = take(values, "context_first", 5, context_dim)
    norms = own.norm(dim=1)
    assert_that((own < 0).any(), saw="no context is below 0, as a GRU's are", think=think, read=CONTRACT)
    same = norms.max() - norms.min() < probes.CLOSE * norms.max()
    assert_that(not same, saw="the contexts of all steps have one norm", think=think, read=CONTRACT)
    think = "how do the weights begin, and what would two equal units learn?"
    for name, what, size in (("encode", "features", dim), ("context", "contexts", context_dim)):
        first, other = (take(values, f"{name}_first{whose}", 5, size) for whose in ("", "_of_another"))
        differ = find_moved(first, other).any()
        assert_that(differ, saw=f"two new models have the same {what}", think=think, read=CONTRACT)
        units_differ = (first - first[:, :1]).abs().max() > 1e-4 * first.abs().max()
        assert_that(units_differ, saw="in a new model, all units compute the same", think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """A model on a GPU gives there the features and contexts that it gives on the processor."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    values_here, think = observed(probes.run_both), "on which device does each tensor lie that your methods make?"
    for name, size in (("z", probes.DIM), ("c", probes.CONTEXT_DIM)):
        here, there = (take(seen, name, 2, 4, size) for seen in (values_here, values))
        differ, saw = find_moved(here[:1], here[1:]).any(), f"all sequences have the same {name}"
        assert_that(differ, saw=saw, think=think, read=CONTRACT)
        saw = f"on a GPU {name} is another one than on the processor"
        same = (here - there).abs().max() <= probes.CLOSE * here.abs().max()
        assert_that(same, saw=saw, think=think, read=CONTRACT)
