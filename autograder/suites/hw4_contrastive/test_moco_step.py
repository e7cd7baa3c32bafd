"""Hidden tests of moco_step: 12 points."""

from functools import cache

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw4_contrastive.equations import Moment, is_unchanged, train_moco
from autograder.suites.hw4_contrastive.probes import moco_step as probes
from autograder.suites.hw4_contrastive.probes.inputs import sort_rows

READ = "MoCo (He et al., 2020), algorithm 1; notebook section 2.4"
CONTRACT = "the docstring of moco_step; notebook section 2.4"


@cache
def _three_steps() -> list[Moment]:
    return train_moco(
        probes.two_encoders(),
        probes.first_keys(),
        probes.SIZE,
        [probes.views(step) for step in range(1, probes.STEPS + 1)],
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


@points(2)
def test_the_loss_compares_with_the_queue_before_the_batch_joins_it(observed):
    """The first step's loss is that of the two views against the keys already in the queue, before anything moves."""
    loss = observed(probes.take_three_steps)["loss_1"]
    think = "which view goes into which encoder, and what has already changed at the moment the loss is computed?"
    assert_matches("the loss of the first step", loss, _three_steps()[0].loss.float(), think=think, read=READ)


@points(2)
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


@points(2)
def test_the_keys_of_the_loss_join_the_queue(observed):
    """Afterwards the queue holds the very keys that the loss was computed with, once, and the oldest made room."""
    values, moments = observed(probes.take_three_steps), _three_steps()
    think = "which encoder made the keys, and had it moved by then?"
    for step in (1, 3):
        name, expected = f"the queue's content after step {step}", sort_rows(moments[step - 1].keys).float()
        assert_matches(name, values[f"keys_{step}"], expected, think=think, read=READ)


@points(1)
def test_steps_leave_nothing_behind(observed):
    """After three steps both encoders are where three independent gradients lead."""
    values, last = observed(probes.take_three_steps), _three_steps()[-1]
    think = "what does backward do with a gradient that is still there from the step before?"
    _assert_parameters(values, "encoder_q_3", last.encoder_q, "after three steps", think)
    _assert_parameters(values, "encoder_k_3", last.encoder_k, "after three steps", think)


@points(1)
def test_the_loss_is_returned_as_a_float(observed):
    """The step returns its loss as a Python float, which keeps no graph alive."""
    values = observed(probes.take_three_steps)
    assert_that(
        values["loss_is_float"] is True,
        saw=f"moco_step returned a {values['kind_of_loss']}",
        think="a training loop collects thousands of these; what would hang on each?",
        read=CONTRACT,
    )


@points(1)
def test_a_step_leaves_no_graph(observed):
    """A frozen encoder_k stays frozen; neither its parameters nor the queue carry a graph; the views are unchanged."""
    values = observed(probes.take_a_step_alone)
    think = "which parts of the step does autograd have to record, and which not?"
    saw = "a parameter of encoder_k carries a graph, or asks for gradients, after the step"
    untouched = values["k_without_graph"] is True and values["k_still_frozen"] is True
    assert_that(untouched, saw=saw, think=think, read=READ)
    saw = "the queue's keys ask for gradients after the step"
    assert_that(values["queue_without_graph"] is True, saw=saw, think=think, read=READ)
    saw = "view_q or view_k holds other numbers after the step"
    assert_that(is_unchanged(values["views_after"], *probes.views(4, batch=1)), saw=saw, think=think, read=CONTRACT)


@points(1)
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
