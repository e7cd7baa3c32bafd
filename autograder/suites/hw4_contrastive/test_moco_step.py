"""Hidden tests of moco_step: 12 points."""

from functools import cache

from autograder.suites.assertions import (
    assert_matches,
    assert_moved,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
    take_word,
)
from autograder.suites.hw4_contrastive.equations import Moment, train_moco
from autograder.suites.hw4_contrastive.probes import moco_step as probes
from autograder.suites.hw4_contrastive.probes.inputs_moco import sort_rows

READ = "MoCo (He et al., 2020), algorithm 1; notebook section 2.4"
CONTRACT = "the docstring of moco_step; notebook section 2.4"
UNASKED = {
    "ends": "the loss and the update have these ends, and their own tests",
    "special": "the loss and the update have these points, and their own tests",
    "ties": "nothing is ordered or chosen",
    "long": "there are no sequences; several steps are asked for under again",
    "kinds": "views are tensors",
}


@cache
def _three_steps() -> list[Moment]:
    return train_moco(
        probes.two_encoders(),
        probes.first_keys(),
        probes.SIZE,
        [probes.views(step, batch) for step, batch in enumerate(probes.BATCHES, start=1)],
        m=probes.M,
        temperature=probes.TEMPERATURE,
        learning_rate=probes.LEARNING_RATE,
        sgd_momentum=probes.SGD_MOMENTUM,
    )


def _assert_parameters(values: dict, prefix: str, expected: dict, when: str, think: str) -> None:
    encoder = prefix.rstrip("_123")
    for name, parameter in expected.items():
        label = f"{encoder}.{name} {when}"
        assert_matches(label, values[f"{prefix}.{name}"], parameter.float(), think=think, read=READ)


@points(2, asks=("unequal",))
def test_the_loss_compares_with_the_queue_before_the_batch_joins_it(observed):
    """The first step's loss is that of the two views against the keys already in the queue, before anything moves."""
    loss = observed(probes.take_three_steps)["loss_1"]
    think = "which view goes into which encoder, and what has already changed at the moment the loss is computed?"
    assert_matches("the loss of the first step", loss, _three_steps()[0].loss.float(), think=think, read=READ)


@points(1)
def test_encoder_q_takes_one_optimizer_step(observed):
    """encoder_q moves by one step of the given optimizer on this batch's gradient."""
    think = "which gradient does the optimizer use, and how often is it asked to step?"
    values = observed(probes.take_three_steps)
    _assert_parameters(values, "encoder_q_1", _three_steps()[0].encoder_q, "after one step", think)


@points(2)
def test_encoder_k_follows_the_updated_encoder_q(observed):
    """encoder_k makes one momentum update towards encoder_q as it is after the optimizer's step, by the given m."""
    think = "where does encoder_q stand at the moment encoder_k moves towards it, and how far does it move?"
    values = observed(probes.take_three_steps)
    _assert_parameters(values, "encoder_k_1", _three_steps()[0].encoder_k, "after one step", think)


@points(1, asks=("odd", "ragged"))
def test_the_keys_of_the_loss_join_the_queue(observed):
    """Afterwards the queue holds the very keys that the loss was computed with, once, and the oldest made room."""
    values, moments = observed(probes.take_three_steps), _three_steps()
    think = "which encoder made the keys, and had it moved by then?"
    for step in (1, 3):
        name, expected = f"the queue's content after step {step}", sort_rows(moments[step - 1].keys).float()
        assert_matches(name, values[f"keys_{step}"], expected, think=think, read=READ)


@points(1, asks=("again", "modules"))
def test_steps_leave_nothing_behind(observed):
    """A step follows its own gradient alone, whatever was left before: after another loss, and in the third step."""
    values, last = observed(probes.take_three_steps), _three_steps()[-1]
    think = "what does backward do with a gradient that is still there from the step before?"
    _assert_parameters(values, "encoder_q_3", last.encoder_q, "after three steps", think)
    _assert_parameters(values, "encoder_k_3", last.encoder_k, "after three steps", think)
    keys, batches = probes.first_keys()[:5], [probes.views(6)]
    expected = train_moco(probes.two_encoders(), keys, 5, batches, **probes.AFTER)[0].encoder_q
    when = "after a step that found gradients of another loss"
    think = "when do you clear the gradients, and does anything else change them before the optimizer's step?"
    _assert_parameters(observed(probes.take_a_step_after_another_loss), "encoder_q", expected, when, think)


@points(1, asks=("dtypes",))
def test_the_loss_carries_no_graph(observed):
    """The step returns its loss as one number without a graph: a 0-d tensor, or a Python float."""
    values = observed(probes.take_three_steps)
    assert_moved(probes.two_encoders()[0], values, "encoder_q_1", who="encoder_q", read=READ)
    kind = take_word(values, "kind_of_loss")
    saw = f"moco_step returned a {kind}"
    think = "a training loop collects thousands of these; what would hang on each?"
    assert_that(kind == probes.NUMBER, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("inputs", "layout", "modules"))
def test_a_step_leaves_no_graph(observed):
    """encoder_k is used in its mode, once, and gets no graph or gradient; queue and views carry none, either."""
    values = observed(probes.take_a_step_alone)
    assert_moved(probes.two_encoders()[0], values, "encoder_q", who="encoder_q", read=READ)
    think = "which parts of the step does autograd have to record, and which not?"
    saw = "a parameter of encoder_k carries a graph, or asks for gradients, after the step"
    untouched = values["k_without_graph"] is True and values["k_still_frozen"] is True
    assert_that(untouched, saw=saw, think=think, read=READ)
    saw = "the queue's keys ask for gradients after the step"
    assert_that(values["queue_without_graph"] is True, saw=saw, think=think, read=READ)
    saw = "view_q or view_k holds other numbers after the step, or asks for gradients"
    kept = is_unchanged(values["views_after"], *probes.views(4, batch=1)) and values["views_kept"] is True
    assert_that(kept, saw=saw, think=think, read=CONTRACT)
    saw, encoded = "an encoder was called more than once, or not at all", take_word(values, "encoded")
    assert_that(encoded == "k q", saw=saw, think="how often does each view need to be encoded?", read=CONTRACT)
    saw = "a gradient was put on encoder_k, which was not frozen"
    untrained = observed(probes.take_three_steps)["k_without_gradient"] is True
    assert_that(untrained, saw=saw, think="by what is encoder_k moved, and by what is it not?", read=CONTRACT)
    values = observed(probes.take_a_step_with_batch_norm)
    batches = [probes.strided_views()]
    encoders, settings = probes.two_encoders_with_batch_norm(), {"m": probes.M, "temperature": probes.TEMPERATURE}
    keys, rate = probes.first_keys()[:5], probes.LEARNING_RATE
    moment = train_moco(encoders, keys, 5, batches, **settings, learning_rate=rate)[0]
    think = "an encoder in training mode normalises by its batch: does your step change the mode, or the views' memory?"
    assert_matches("the loss with batch norm", values["loss"], moment.loss.float(), think=think, read=CONTRACT)
    expected = sort_rows(moment.keys).float()
    assert_matches("the queue's content with batch norm", values["keys"], expected, think=think, read=CONTRACT)
    saw = "an encoder is in another mode (train, eval) after the step"
    assert_that(values["modes"] == "True True", saw=saw, think=think, read=CONTRACT)


@points(1, asks=("empty", "options"))
def test_a_step_from_an_empty_queue(observed):
    """With an empty queue the loss is 0, and yet it is a step: optimizer, momentum update, and the keys come in."""
    settings = {name: value for name, value in probes.FIRST.items() if name != "size"}
    no_keys, size = probes.first_keys()[:0], int(probes.FIRST["size"])
    moment = train_moco(probes.two_encoders(), no_keys, size, [probes.views(5)], **settings)[0]
    values = observed(probes.take_the_first_step)
    think = "which parts of a step have to wait until there are negatives?"
    assert_matches("the loss with an empty queue", values["loss"], 0.0, think=think, read=CONTRACT)
    _assert_parameters(values, "encoder_q", moment.encoder_q, "after a step with an empty queue", think)
    _assert_parameters(values, "encoder_k", moment.encoder_k, "after a step with an empty queue", think)
    expected = sort_rows(moment.keys).float()
    assert_matches("the queue's content after its first step", values["keys"], expected, think=think, read=CONTRACT)


@points(1, asks=("one", "options"))
def test_a_batch_of_one_works(observed):
    """With one pair, another m, another temperature and another optimizer the step is right as well."""
    settings, keys, pair = probes.ALONE, probes.first_keys()[:3], probes.views(4, batch=1)
    moment = train_moco(probes.two_encoders(), keys, 3, [pair], **settings)[0]
    values = observed(probes.take_a_step_alone)
    think = "does the step use the m, the temperature and the optimizer it is given, and does it work for B = 1?"
    assert_matches("the loss", values["loss"], moment.loss.float(), think=think, read=READ)
    _assert_parameters(values, "encoder_q", moment.encoder_q, "after the step", think)
    _assert_parameters(values, "encoder_k", moment.encoder_k, "after the step", think)
    expected = sort_rows(moment.keys).float()
    assert_matches("the queue's content", values["keys"], expected, think=think, read=READ)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With encoders, queue and views on a GPU the step is right, and everything stays there."""
    settings, keys, pair = probes.ALONE, probes.first_keys()[:3], probes.views(4, batch=1)
    moment = train_moco(probes.two_encoders(), keys, 3, [pair], **settings)[0]
    values, think = observed(probes.on_a_gpu), "which of your tensors are made on the processor?"
    assert_matches("the loss on a GPU", values["loss"], moment.loss.float(), think=think, read=READ)
    _assert_parameters(values, "encoder_q", moment.encoder_q, "after the step on a GPU", think)
    _assert_parameters(values, "encoder_k", moment.encoder_k, "after the step on a GPU", think)
    expected = sort_rows(moment.keys).float()
    assert_matches("the queue's content on a GPU", values["keys"], expected, think=think, read=READ)
    assert_stays_on_device(values, read=CONTRACT)
