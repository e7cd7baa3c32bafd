"""Hidden tests of cpc_loss: 12 points."""

import math

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_gradient, assert_left_alone
from autograder.suites.hw5_sequences_and_language.equations.cpc import find_cpc_loss, find_gradients
from autograder.suites.hw5_sequences_and_language.probes import cpc_loss as probes

READ = "CPC (van den Oord et al., 2018), eq. 3 and 4; notebook section 1.3"
CONTRACT = "the docstring of cpc_loss; notebook section 1.3"
NAMES = ("z", "c", "W")

UNASKED = {
    "modules": "it is given tensors, and no module",
    "again": "it has no state",
    "ragged": "features and contexts are of the same sequences and steps",
    "kinds": "the contract speaks of tensors only",
    "empty": "an empty batch need not work, and K < L leaves one pair at least",
}


@points(1, asks=("unequal",))
def test_each_context_finds_its_own_next_features(observed):
    """For K = 1 the loss is -log softmax of the own sequence's next features among those of the batch."""
    loss = observed(probes.compare_with_the_batch)["one_step"]
    expected = find_cpc_loss(*probes.look_one_step_ahead(), "batch").float()
    think = "for one context, which B features does it choose from, at which step, and which one is its own?"
    assert_matches("the loss for K = 1", loss, expected, think=think, read=READ)


@points(2, asks=("options",))
def test_each_number_of_steps_has_its_own_matrix(observed):
    """For K = 3 the loss is the mean of three means; for k steps the matrix is W[k - 1]."""
    loss = observed(probes.compare_with_the_batch)["three_steps"]
    expected = find_cpc_loss(*probes.look_three_steps_ahead(), "batch").float()
    think = "which matrix and which pairs of steps belong to each k, and do all k count the same?"
    assert_matches("the loss for K = 3", loss, expected, think=think, read=READ)


@points(1)
def test_all_features_from_step_k_on_can_be_candidates(observed):
    """With negatives="all" a context chooses among B (L - k) features, those of its own sequence included."""
    values = observed(probes.compare_with_all)
    think = "from which sequences and steps do the candidates come, and where among them is the right one?"
    for name, batch in (("one_step", probes.look_one_step_ahead()), ("three_steps", probes.look_three_steps_ahead())):
        expected = find_cpc_loss(*batch, "all").float()
        told = f'the loss with negatives="all" for K = {len(batch[2])}'
        assert_matches(told, values[name], expected, think=think, read=CONTRACT)


@points(1)
def test_the_first_step_can_look_to_the_last_one(observed):
    """With K = L - 1 the largest k has a single pair of steps, and it counts as much as the others."""
    values = observed(probes.look_as_far_as_can_be)
    think = "how many pairs of steps does each k have, and what does a step do that has no step t + k?"
    for negatives in ("batch", "all"):
        expected = find_cpc_loss(*probes.as_far_as_can_be(), negatives).float()
        name = f'the loss for K = L - 1 with negatives="{negatives}"'
        assert_matches(name, values[negatives], expected, think=think, read=CONTRACT)


@points(1)
def test_a_guess_among_the_batch_costs_its_logarithm(observed):
    """Where all scores are equal, the loss is the logarithm of B; so it is 0 for a single sequence."""
    values = observed(probes.guess)
    think = "how many candidates does each context have, and are all losses averaged?"
    expected = math.log(len(probes.look_three_steps_ahead()[0]))
    assert_matches("the loss for W = 0", values["batch"], expected, think=think, read=READ)
    # of a single candidate, a score of about 10 is subtracted from itself in float32
    name, alone = "the loss for a batch of one sequence", observed(probes.look_in_one_sequence)["batch"]
    assert_matches(name, alone, torch.tensor(0.0), think=think, read=CONTRACT, atol=1e-5)


@points(1)
def test_a_guess_among_all_costs_their_logarithm(observed):
    """Where all scores are equal and negatives="all", the loss is the mean over k of the logarithm of B (L - k)."""
    z, _, matrices = probes.look_three_steps_ahead()
    batch, steps = z.shape[:2]
    expected = sum(math.log(batch * (steps - k)) for k in range(1, 1 + len(matrices))) / len(matrices)
    think = "how many features stand at the steps k ... L - 1 of all sequences?"
    loss = observed(probes.guess)["all"]
    assert_matches('the loss for W = 0 with negatives="all"', loss, expected, think=think, read=CONTRACT)


@points(1, asks=("one", "odd", "layout", "long"))
def test_any_number_of_sequences_and_steps_works(observed):
    """One sequence, one number at each step, many and long sequences, and any order in memory work."""
    think = "does any step drop a dimension of size 1, or count on a number of sequences or steps?"
    cases = {
        "for a single sequence": (probes.look_in_one_sequence, probes.one_sequence()),
        "with L = 2 and D = E = 1": (probes.look_at_one_number, probes.of_one_number()),
        "for many sequences": (probes.look_among_many, probes.many_sequences()),
        "for long sequences": (probes.look_far, probes.long_sequences()),
        "of inputs in another order in memory": (probes.look_in_another_order, probes.look_three_steps_ahead()),
    }
    for told, (probe, batch) in cases.items():
        values = observed(probe)
        for negatives in ("batch", "all"):
            name, expected = f'the loss {told} with negatives="{negatives}"', find_cpc_loss(*batch, negatives).float()
            assert_matches(name, values[negatives], expected, think=think, read=CONTRACT, atol=1e-5)
    values, (z, c, matrices) = observed(probes.look_in_another_order), probes.look_three_steps_ahead()
    for negatives in ("batch", "all"):
        name = f'the loss with the same context at all steps and negatives="{negatives}"'
        expected = find_cpc_loss(z, c[:, :1].expand(c.shape), matrices, negatives).float()
        assert_matches(name, values[f"{negatives}_of_expanded"], expected, think=think, read=CONTRACT)


@points(1, asks=("dtypes", "inputs"))
def test_equal_sizes_in_float64_work(observed):
    """With B = L = D = E = 4, in float64, the loss is right and float64; the inputs stay as they are."""
    values = observed(probes.compare_four_of_all)
    think = "does any step take one dimension for another that has the same size?"
    for negatives in ("batch", "all"):
        expected = find_cpc_loss(*probes.four_of_all(), negatives)
        name = f'the loss with B = L = D = E and negatives="{negatives}"'
        assert_matches(name, values[negatives], expected, think=think, read=CONTRACT)
    given = probes.look_three_steps_ahead()
    assert_left_alone(observed(probes.leave_inputs), *given, what="features, contexts or matrices", read=CONTRACT)


@points(1, asks=("ends", "ties"))
def test_the_loss_is_stable_at_large_scores(observed):
    """For scores of several hundred the loss is finite and right."""
    values = observed(probes.at_large_scores)
    think = "how large is exp(250) in float32, and which functions of torch never form it?"
    for negatives in ("batch", "all"):
        expected = find_cpc_loss(*probes.at_every_step_the_same(), negatives).float()
        name = f'the loss for large scores with negatives="{negatives}"'
        assert_matches(name, values[negatives], expected, think=think, read=CONTRACT)


@points(1, asks=("special", "ties"))
def test_gradients_reach_all_three_inputs(observed):
    """The gradients of z, c and W are right, with equal candidates too; for large scores, taken together."""
    values = observed(probes.differentiate)
    think = "along which paths does that input act on the loss, and is any of them cut off?"
    for negatives in ("batch", "all"):
        gradients = find_gradients(*probes.with_twins(), negatives)
        for name, expected in zip(NAMES, gradients, strict=True):
            key, told = f"gradient_of_{name}_among_{negatives}", f'{name} with negatives="{negatives}"'
            assert_gradient(told, values, key, expected, think=think, read=CONTRACT)
    values = observed(probes.at_large_scores)
    for name in NAMES:
        reaches = values[f"reaches_{name}"]
        assert_that(reaches is True, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
    folded = probes.fold(*find_gradients(*probes.at_every_step_the_same(), "batch"))
    think = "does a hopeless context, whose right candidate is the worst one, still get a gradient through your log?"
    for key, told in (("gradient_of_both", "z and c"), ("gradient_of_matrix", "W")):
        name = f"the gradient of {told} for large scores"
        assert_matches(name, values[key], folded[key].float(), think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given tensors on a GPU, the loss is right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    for negatives in ("batch", "all"):
        name = f'the loss on a GPU with negatives="{negatives}"'
        expected = find_cpc_loss(*probes.as_far_as_can_be(), negatives).float()
        assert_matches(name, values[negatives], expected, think=think, read=CONTRACT)
