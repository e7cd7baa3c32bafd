"""Hidden tests of freeze: 7 points. They look at what a network does and what changes in it, never at how it is held.

Whoever freezes nothing leaves all other parts alone as well: what is asked of those counts only if the named parts
have kept their parameters.
"""

import torch
from torch import Tensor, nn

from autograder.suites.assertions import assert_matches, assert_that, points, take_word
from autograder.suites.hw3_pretext.equations.freezing import find_frozen_features, find_frozen_output, name_learners
from autograder.suites.hw3_pretext.probes import freeze as probes
from autograder.suites.hw3_pretext.probes.inputs_network import is_of

READ = "RotNet (Gidaris et al., 2018), section 3; notebook section 4.1"
CONTRACT = "the docstring of freeze; notebook section 4.1"
BATCH_NORM = "PyTorch's documentation of BatchNorm2d and of Module.train; notebook section 4.1"
FROZEN = ((probes.freeze_the_first_layers, probes.FIRST), (probes.freeze_parts_of_parts, probes.NESTED))
COUNTS = "batches that others have counted"
LEARNS = "does anything outside the named parts differ from what it was before you froze them?"
UNASKED = {
    "one": "it takes a network, and no batch",
    "unequal": "it takes a network, and no batch",
    "odd": "it takes a network, and no batch",
    "ends": "it computes nothing",
    "special": "it computes nothing",
    "ties": "nothing is ordered or chosen",
    "dtypes": "it computes nothing",
    "layout": "it computes nothing",
    "inputs": "the network is changed by contract",
    "ragged": "it takes a network, and no batch",
    "long": "there is no sequence",
    "device": "it makes no tensor, and moves none",
}


def _list(values: dict, what: str) -> list[str]:
    """The names that came back, joined by commas."""
    return [name for name in take_word(values, what).split(", ") if name]


def _abridge(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    return ", ".join(names[:1]) + (f" (and {len(names) - 1} more)" if len(names) > 1 else "")


def _assert_kept(values: dict, network: nn.Module, names: list[str], think: str, read: str) -> None:
    """These hold, bit for bit, what they held before the training."""
    before = probes.state(network)
    changed = [
        name
        for name in names
        if not isinstance(now := values[f"frozen {name}"], Tensor) or not torch.equal(now, before[name])
    ]
    saw = f"after {probes.STEPS} steps of training, {_abridge(changed)} is not what it was, though its part is frozen"
    assert_that(not changed, saw=saw, think=think, read=read)


def _assert_parameters_kept(values: dict, parts: tuple[str, ...]) -> None:
    names = [name for name, _ in probes.network().named_parameters() if is_of(name, parts)]
    think = (
        "which parameters lie in a part and in the parts of that part, and what keeps an optimiser from moving them?"
    )
    _assert_kept(values, probes.network(), names, think, READ)


def _assert_something_learns(values: dict, parts: tuple[str, ...]) -> None:
    """Frozen parts keep still for a reason: others have moved."""
    learners = name_learners(probes.network(), parts)
    still = _list(values, "others that have not moved")
    saw = "no parameter of the network has moved, in a frozen part or elsewhere"
    assert_that(not set(learners) <= set(still), saw=saw, think=LEARNS, read=CONTRACT)


def _assert_all_others_learn(values: dict, parts: tuple[str, ...]) -> None:
    """Frozen parts hold still, every other parameter has moved."""
    _assert_parameters_kept(values, parts)
    still = _list(values, "others that have not moved")
    saw = f"after {probes.STEPS} steps of training, {_abridge(still)} has not moved, though its part is not frozen"
    think = "which parts do the names mean and which are only called alike, and what do parts before a frozen one need?"
    assert_that(not still, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_no_parameter_of_a_frozen_part_moves(observed):
    """Two training steps leave every parameter of the frozen parts bit for bit as it was, while others learn."""
    for probe, parts in FROZEN:
        _assert_something_learns(observed(probe), parts)
        _assert_parameters_kept(observed(probe), parts)


@points(1)
def test_no_buffer_of_a_frozen_part_moves(observed):
    """Training changes no buffer of the frozen parts: batch norm's running mean and variance, its count of batches."""
    network = probes.network()
    for probe, parts in FROZEN:
        _assert_something_learns(observed(probe), parts)
        names = [name for name, _ in network.named_buffers() if is_of(name, parts)]
        think = "when does batch norm update its running statistics, and does requires_grad have a say in it?"
        _assert_kept(observed(probe), network, names, think, BATCH_NORM)


@points(1, asks=("modules",))
def test_a_frozen_part_computes_as_in_evaluation(observed):
    """At once and after model.train(), batch norm uses the statistics that it has, and dropout drops nothing."""
    values = observed(probes.freeze_the_first_layers)
    expected = find_frozen_output(probes.images(), probes.network().get_submodule("conv1").state_dict()).float()
    think = "what do batch norm and dropout do in training and in evaluation, and who tells them which of both it is?"
    for when, name in (("right after freeze", "at once"), ("after model.train()", "in training")):
        label = f"the output of the frozen part {when}"
        assert_matches(label, values[name], expected, think=think, read=BATCH_NORM)


def _has_counted(counts: object, parts: tuple[str, ...]) -> bool:
    """Every batch norm outside of these parts has counted the batches of training, and no other."""
    names = [name for name, _ in probes.network().named_buffers() if name.endswith("num_batches_tracked")]
    expected = torch.full((sum(not is_of(name, parts) for name in names),), float(probes.COUNTED))
    return isinstance(counts, Tensor) and counts.shape == expected.shape and bool((counts == expected).all())


@points(1, asks=("modules", "options"))
def test_other_parts_learn_as_before(observed):
    """All others move, before and behind a frozen part; their batch norms count batches, in training mode only."""
    _assert_all_others_learn(observed(probes.freeze_parts_of_parts), probes.NESTED)
    values = observed(probes.freeze_the_first_layers)
    _assert_all_others_learn(values, probes.FIRST)
    think = "in which mode are the other parts after freeze, after model.train() and after model.eval()?"
    for name, more in ((COUNTS, ""), (f"{COUNTS} after evaluation", ", and one in evaluation mode")):
        saw = "a batch norm outside of the frozen part has not counted each batch in training mode, and only those: "
        saw += f"{probes.COUNTED} came by in training mode{more}"
        assert_that(_has_counted(values[name], probes.FIRST), saw=saw, think=think, read=CONTRACT)


@points(1, asks=("options", "kinds"))
def test_the_parameters_that_still_learn_come_back(observed):
    """A list of all parameters that are not frozen comes back, each once, in the order of model.parameters()."""
    for probe, parts in (*FROZEN, (probes.freeze_nothing, ())):
        values, learners = observed(probe), name_learners(probes.network(), parts)
        returned = _list(values, "returned")
        think = "what does the optimiser get from you, which of it is frozen, and what of the rest is missing?"
        saw = _describe_wrong(probes.network(), returned, learners, take_word(values, "kind"))
        assert_that(saw == "", saw=saw, think=think, read=CONTRACT)
        saw = f"a {values['kind']} came back, which is not a list"
        think = "what is left of it once somebody has gone through it?"
        assert_that(values["listed"] is True, saw=saw, think=think, read=CONTRACT)


def _describe_wrong(network: nn.Module, returned: list[str], learners: list[str], kind: str) -> str:
    """What is wrong with the names of the returned parameters, the worst of it, or ""."""
    known = {name for name, _ in network.named_parameters()}
    strangers = [name for name in returned if name not in known]
    frozen = [name for name in returned if name in known and name not in learners]
    missing = [name for name in learners if name not in returned]
    if not returned:
        return f"no parameter came back, but a {kind}"
    if strangers:
        return f"what came back holds {strangers[0]}"
    if frozen:
        return f"{frozen[0]} came back, which is of a frozen part"
    if missing:
        return f"{missing[0]} did not come back"
    if len(set(returned)) < len(returned):
        return "a parameter came back more than once"
    return "" if returned == learners else "the parameters came back in another order than that of the model"


@points(1, asks=("empty",))
def test_no_name_freezes_nothing_and_unknown_names_are_errors(observed):
    """An empty list of names leaves everything to learn; a name that the model does not have raises an error."""
    values = observed(probes.freeze_nothing)
    think = "what does your code do when there is no name, and what when a name stands for nothing?"
    saw = "with an empty list of names, parts of the network do not learn as before"
    learns = _has_counted(values[COUNTS], ()) and values["others that have not moved"] == ""
    assert_that(learns, saw=saw, think=think, read=CONTRACT)
    raised = _list(values, "names that raise an error")
    quiet = [" and ".join(names) for names in probes.UNKNOWN if " and ".join(names) not in raised]
    saw = f"no error for {', '.join(quiet)}, though the model has no such part: a typing error would freeze nothing"
    assert_that(not quiet, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("modules", "again"))
def test_shared_weights_and_a_second_call(observed):
    """A second call leaves frozen what was; parts inside are called one by one; a shared weight comes back once."""
    values, network = observed(probes.freeze_twice), probes.woven()
    think = "who holds the first part in evaluation mode, also if the parts inside it are called one by one?"
    expected = find_frozen_features(probes.features(), network.get_submodule("stem").state_dict()).float()
    for when, name in (("after one call", "after one call"), ("after two", "in training")):
        label = f"the output of the part that was frozen first, {when} and model.train(),"
        assert_matches(label, values[name], expected, think=think, read=BATCH_NORM)
    frozen = [name for name in network.state_dict() if is_of(name, probes.TWICE)]
    _assert_kept(values, network, frozen, "what does your second call leave of what the first one did?", CONTRACT)
    still = _list(values, "others that have not moved")
    saw = f"after {probes.STEPS} steps of training, {_abridge(still)} has not moved, though its part is not frozen"
    assert_that(not still, saw=saw, think=LEARNS, read=CONTRACT)
    saw = _describe_wrong(network, _list(values, "returned"), name_learners(network, probes.TWICE[:1]), "list")
    think = "how often does a weight come back that two layers share?"
    assert_that(saw == "", saw=saw, think=think, read=CONTRACT)
