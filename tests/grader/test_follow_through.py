"""Exercises that lean on others, observed through the door: as if our stand-ins stood in the notebook itself."""

from dataclasses import replace

import pytest

from autograder import suite
from autograder.authoring import bank, record
from autograder.observing import references
from autograder.observing.observe import observe, observe_exercises
from autograder.observing.sameness import is_same
from autograder.records import Harvest, Verdict
from autograder.sandbox.supervisor import Sandbox

pytestmark = pytest.mark.proof

LEANING = [
    (homework, exercise)
    for homework in suite.homeworks()
    for exercise in suite.load(homework).exercises
    if exercise.uses
]


@pytest.fixture(scope="module")
def sandboxes():
    """homework -> its running sandbox, started when it is asked for."""
    running = {}

    def start(homework):
        if homework not in running:
            running[homework] = Sandbox(suite.load(homework).probe_sources).__enter__()
        return running[homework]

    yield start
    for sandbox in running.values():
        sandbox.__exit__()


def right_answers(root, chosen, exercise):
    """name -> statements: the solution, and the exercise in every other style that is known to be right."""
    solution = record.solution_harvest(root, chosen.homework).statements
    variants = [answer for answer in bank.variants(chosen) if answer.exercise == exercise]
    return {"solution": solution} | {answer.name: answer.put_into(solution) for answer in variants}


@pytest.mark.parametrize(("homework", "exercise"), LEANING, ids=[exercise.name for _, exercise in LEANING])
def test_through_the_door_all_is_observed_as_beside_the_stand_ins(root, sandboxes, homework, exercise):
    chosen, sandbox = suite.load(homework), sandboxes(homework)
    stand_ins, known = chosen.stand_in(exercise.uses), references.known(chosen.references_folder)
    for name, statements in right_answers(root, chosen, exercise.name).items():
        through = observe_exercises([exercise.name], Harvest(statements, stand_ins=stand_ins), chosen, sandbox)
        if all(is_same(seen, known.solution[call]) for call, seen in through.items()):
            continue  # most are the same as the solution's, beside our stand-ins as well
        beside = observe_exercises([exercise.name], Harvest((*statements, *stand_ins)), chosen, sandbox)
        assert all(seen.verdict == Verdict.PASSED for seen in beside.values()), name
        assert [call for call, seen in through.items() if not is_same(seen, beside[call])] == [], name


@pytest.mark.parametrize("name", ["moco_step", "train_gan", "sample"])
def test_one_that_leans_on_failed_ones_is_observed_as_if_they_were_right(root, sandboxes, name):
    homework, exercise = next((homework, exercise) for homework, exercise in LEANING if exercise.name == name)
    whole, solution = suite.load(homework), record.solution_harvest(root, homework)
    chosen = replace(whole, exercises=tuple(each for each in whole.exercises if each.name in (*exercise.uses, name)))
    failed = "\n".join(f"def {used}(*args, **options):\n    raise ValueError('failed')" for used in exercise.uses)
    known = references.load(whole.references_folder)
    harvest = Harvest((*solution.statements, (failed, "cell 99")))
    observed = observe(harvest, chosen, sandboxes(homework), known)
    assert observed.replaced[name] == exercise.uses
    for probe in chosen.probes[name]:
        assert observed.own[name, probe].verdict == Verdict.CRASHED
        assert is_same(observed.followed[name, probe], known.solution[name, probe]), observed.followed[name, probe]
