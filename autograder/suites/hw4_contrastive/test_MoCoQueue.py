"""Hidden tests of MoCoQueue: 12 points. The slots of the keys are free; which keys are held is the contract."""

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.suites.assertions import (
    Mismatch,
    assert_dtype,
    assert_matches,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
)
from autograder.suites.hw4_contrastive.probes import MoCoQueue as probes
from autograder.suites.hw4_contrastive.probes.inputs_moco import KEY_DIM, NUMBERED, number_keys

READ = "MoCo (He et al., 2020), section 3.2, “Dictionary as a queue”; notebook section 2.2"
CONTRACT = "the docstring of MoCoQueue; notebook section 2.2"
DIRECTIONS = F.normalize(number_keys(1, NUMBERED).double(), dim=1)
UNASKED = {
    "special": "a key of norm zero has no direction, and does not come",
    "long": "keys come in batches, without an order beyond their age; long use is asked for under again",
    "kinds": "keys are a tensor",
}
SHOWN = 12  # keys that a sentence names at most


def _numbers_of(keys: Tensor) -> list[str]:
    """The numbers of (n, 3) keys by their directions, sorted; "?" for a row that is none of the keys."""
    cosines, index = (F.normalize(keys[:1000].double(), dim=1) @ DIRECTIONS.T).max(dim=1)
    known, unknown = index[cosines > 0.9999].sort().values, int((~(cosines > 0.9999)).sum())
    return [str(number + 1) for number in known.tolist()] + ["?"] * unknown


def _list(held: list[str]) -> str:
    more = ", …" if len(held) > SHOWN else ""
    unknown = " (? is none of the keys that came)" if "?" in held[:SHOWN] else ""
    return f"keys {', '.join(held[:SHOWN])}{more}{unknown}" if held else "no keys"


def _assert_holds(
    keys: Tensor, first: int, last: int, when: str, think: str, read: str = READ, *, twice: tuple[int, ...] = ()
) -> None:
    """Keys number first ... last are held and no others, whatever their norm; some of them twice."""
    if not isinstance(keys, Tensor) or keys.dim() != 2 or keys.shape[1] != KEY_DIM:
        shape = tuple(keys.shape) if isinstance(keys, Tensor) else type(keys).__name__
        raise Mismatch(f"{when} keys() gives {shape}, but should give (n, {KEY_DIM})", "", CONTRACT)
    held = _numbers_of(keys)
    expected = [str(number) for number in sorted([*range(first, last + 1), *twice])]
    saw = f"{when} the queue holds {_list(held)}"
    assert_that(held == expected, saw=saw, think=think, read=read)


@points(1, asks=("empty",))
def test_a_new_queue_is_empty(observed):
    """Before any enqueue there are no keys, shape (0, D)."""
    _assert_holds(
        observed(probes.look_at_a_new_queue)["keys"],
        1,
        0,
        "before anything was enqueued",
        think="how does the queue know how many of its rows are real keys?",
    )


@points(1, asks=("unequal", "ties"))
def test_before_it_is_full_it_holds_what_came(observed):
    """Until the queue is full, keys() gives all keys that came, twice what came twice, and nothing else."""
    values = observed(probes.enqueue_small_batches)
    think = "which rows of the memory have been written so far?"
    _assert_holds(values["keys_after_2"], 1, 2, "after 2 keys in a queue of 5,", think)
    _assert_holds(values["keys_after_4"], 1, 4, "after 4 keys in a queue of 5,", think)
    keys, think = (
        observed(probes.enqueue_a_key_twice)["keys"],
        "two images may have the same key: which of them counts?",
    )
    _assert_holds(keys, 1, 2, "after key 1, key 1 and key 2 in a queue of 5,", think, twice=(1,))


@points(2, asks=("odd", "options", "again"))
def test_the_newest_keys_replace_the_oldest(observed):
    """A full queue drops its oldest keys and only those, also when a batch meets the end, and after long use."""
    values = observed(probes.enqueue_small_batches)
    think = "one slot is left and two keys come: where does each of them go, and where do the next two?"
    for last in (6, 8, 10, 12):
        when = f"after {last} keys, in pairs, in a queue of 5,"
        _assert_holds(values[f"keys_after_{last}"], last - 4, last, when, think)
    when = "after 120 keys, in batches of 1, 2, 3, 4, 5 and 9 in turn, in a queue of 7,"
    _assert_holds(observed(probes.enqueue_for_long)["keys"], NUMBERED - 6, NUMBERED, when, think)


@points(1)
def test_a_batch_may_fill_the_queue_exactly(observed):
    """A batch as large as the queue fills it, and the next key replaces the oldest of them."""
    values = observed(probes.enqueue_small_batches)
    think = "where does the pointer stand after the last slot was written?"
    _assert_holds(values["keys_of_four_after_4"], 1, 4, "after a batch of 4 keys in a queue of 4,", think)
    _assert_holds(values["keys_of_four_after_5"], 2, 5, "after one more key,", think)


@points(1, asks=("one", "ragged"))
def test_of_a_batch_larger_than_the_queue_the_last_keys_stay(observed):
    """Of more keys than slots the last ones stay, and the queue goes on from there, also with a single slot."""
    values = observed(probes.enqueue_large_batches)
    think = "if the keys came one by one, which would be left, and which of them would go next?"
    _assert_holds(values["keys_after_12"], 9, 12, "after a batch of 7 keys (6 to 12) in a queue of 4,", think)
    _assert_holds(values["keys_after_14"], 11, 14, "after two keys more (13 and 14),", think)
    _assert_holds(values["keys_after_22"], 19, 22, "after a batch of 8 keys (15 to 22),", think)
    values = observed(probes.enqueue_single_keys)
    for last, what in ((1, "key 1"), (3, "keys 2 and 3"), (4, "key 4")):
        when = f"after {what} in a queue of a single key,"
        _assert_holds(values[f"keys_of_one_after_{last}"], last, last, when, think)
    signs, name = torch.tensor([[1.0], [-1.0], [-1.0]]), "the keys of a queue of 3 after the keys 2, -3, 0.5 and -7"
    assert_matches(name, values["signs"], signs, think=think, read=CONTRACT)


@points(1, asks=("ends", "dtypes", "layout"))
def test_keys_are_normalized(observed):
    """Every key is kept with L2 norm 1, short or long, and with its own direction; in float64 after .double()."""
    keys = observed(probes.enqueue_keys_with_a_graph)["keys"]
    _assert_holds(keys, 1, 3, "after 3 keys in a queue of 4,", "over which dimension is a key's norm taken?")
    norms = torch.linalg.vector_norm(keys.double(), dim=1)
    think = "the encoder's outputs come with any norm; at which moment is it taken away?"
    assert_matches("the norm of the keys", norms, torch.ones_like(norms), think=think, read=READ)
    keys, when = observed(probes.enqueue_short_and_long_keys)["keys"], "after keys with norms of 0.001, 1000 and 1"
    _assert_holds(keys, 1, 3, f"{when},", think)
    norms = torch.linalg.vector_norm(keys.double(), dim=1)
    # A small number added to each norm, up to 1e-6, is no mistake.
    are_one = bool(((norms - 1).abs() < 2e-3).all())
    assert_that(are_one, saw=f"{when} not every key has norm 1", think=think, read=READ)
    keys, think = observed(probes.enqueue_in_float64)["keys"], "is any tensor made with a dtype of its own?"
    _assert_holds(keys, 1, 3, "after .double() and 3 keys in float64", think)
    name, numbers = "after .double() the queue of keys in float64", 3 * KEY_DIM
    assert_dtype(name, keys, torch.float64, numbers=numbers, think=think, read=CONTRACT)


@points(1, asks=("modules",))
def test_keys_carry_no_graph(observed):
    """The queue keeps numbers: no gradient flows from its keys back into an encoder."""
    values = observed(probes.enqueue_keys_with_a_graph)
    think = "who keeps no keys keeps no graph: which keys should there be?"
    _assert_holds(values["keys"], 1, 3, "after 3 keys in a queue of 4,", think)
    assert_that(
        values["carries_graph"] is False,
        saw="keys() asks for gradients: the queue keeps the graph of every batch in it alive",
        think="what hangs on a tensor that an encoder has just returned?",
        read="MoCo (He et al., 2020), section 3.2 and algorithm 1; notebook section 2.2",
    )


@points(1, asks=("inputs",))
def test_keys_are_copied(observed):
    """The caller's tensor is left as it is, and the queue does not change when the caller uses it again."""
    values = observed(probes.enqueue_keys_with_a_graph)
    think = "does the queue's memory belong to the queue alone?"
    saw = "the tensor given to enqueue holds other numbers after the call than before it"
    assert_that(is_unchanged(values["input_after"], number_keys(1, 3)), saw=saw, think=think, read=CONTRACT)
    saw = "the tensor given to enqueue has lost its graph: whoever made it can no longer send a gradient through it"
    assert_that(values["input_kept_its_graph"] is True, saw=saw, think=think, read=CONTRACT)
    when = "after keys 1 to 3 were enqueued and their tensor was written over by the caller,"
    _assert_holds(values["keys_after_reuse"], 1, 3, when, think, CONTRACT)


@points(1, asks=("modules",))
def test_a_state_dict_restores_the_keys(observed):
    """A saved state_dict, loaded into an empty or a full queue, gives the same keys."""
    values = observed(probes.restore)
    think = "is everything that keys() needs part of the state_dict, the number of valid keys too?"
    for name in ("empty", "full"):
        when = f"after a state with keys 1 to 3 was loaded into {'an' if name == 'empty' else 'a'} {name} queue of 4,"
        _assert_holds(values[f"{name}_partly_filled"], 1, 3, when, think, CONTRACT)
        when = f"after a state with keys 3 to 6 was loaded into {'the same' if name == 'empty' else 'that'} queue,"
        _assert_holds(values[f"{name}_wrapped"], 3, 6, when, think, CONTRACT)


@points(1, asks=("again",))
def test_a_restored_queue_goes_on_where_it_was(observed):
    """After loading, the next key replaces the oldest one."""
    values = observed(probes.restore)
    think = "is the place of the next key part of the state_dict?"
    for last in (7, 8):
        when = f"after a queue of 4 was restored with keys 3 to 6 and went on up to key {last},"
        _assert_holds(values[f"continued_{last}"], last - 3, last, when, think, CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the queue takes keys and gives them back, all of them there."""
    values = observed(probes.on_a_gpu)
    think = "which of your tensors move with .to(device), and where does what you make afterwards lie?"
    for first, last in ((1, 2), (2, 4)):
        when = f"on a GPU, after {last} keys, in pairs, in a queue of 3,"
        _assert_holds(values[f"keys_after_{last}"], first, last, when, think)
    assert_stays_on_device(values, read=CONTRACT)
