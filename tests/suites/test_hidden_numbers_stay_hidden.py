"""What feedback tells of the distance from a hidden number: so little that handing in again and again finds none."""

import random
import re

import pytest
from rejudging import WRITTEN, Answers
from torch import Tensor

TRIES = 16
STEPS = 4  # different sentences that may tell how far off one value is
# Sentences with a number that is the student's own, rounded: no expected value or distance can be read off it.
_DRAWN = "mean and deviation of the student's own draws, beside those that the paper names"
OWN_NUMBERS = {
    "test_weights_are_drawn_around_0_and_1": _DRAWN,
    "test_biases_become_0": _DRAWN,
    "test_other_layers_are_left_alone": _DRAWN,
    "test_k_stays_between_0_and_1": "where a step ends that should end at 0 or 1, as its title says",
    "test_leaky_relu_follows_every_hidden_layer": "what an activation keeps of a negative number",
    "test_each_class_keeps_its_fraction": "how many images were chosen, of how many",
    "test_a_rare_class_keeps_one_and_all_is_all": "how many images were chosen, of how many",
    "test_both_networks_are_trained": "how many weights there are",
}


def perturbed(value, rng):
    """The value missed by some amount, from a thousandth to ten times of it, up or down."""
    amount = rng.choice((-1, 1)) * 10 ** rng.uniform(-3, 1)
    return value * (1 + amount) if isinstance(value, float) or value.is_floating_point() else value


def sentences(answers, test):
    """Where -> all that the test says of one value that is missed by different amounts, without the rows it names."""
    rng, said = random.Random(0), {}
    for call, name, value in answers.values(test):
        if isinstance(value, float) or (isinstance(value, Tensor) and value.is_floating_point()):
            for _ in range(TRIES):
                found = answers.judge(test, answers.changed(call, **{name: perturbed(value, rng)}))
                saw = re.sub(r",? (only )?in (every )?rows?( [\d, …]+ of \d+)?", "", getattr(found, "saw", ""))
                said.setdefault((call[1], name), set()).add(saw)
    return said


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.filterwarnings("ignore")  # of torch, about such numbers, as in the judge
def test_the_distance_from_a_hidden_number_is_told_in_few_steps(homework, exercise):
    answers = Answers(homework, exercise)
    talkative = {
        test.name: next(iter(said))
        for test in answers.tests
        for said in sentences(answers, test).values()
        if len(said) > STEPS and test.name not in OWN_NUMBERS
    }
    assert not talkative
