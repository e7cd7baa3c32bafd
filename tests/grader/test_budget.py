"""One submission has one budget over all its processes; a call for which nothing is left is not made, and says so."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder import suite
from autograder.authoring.record import solution_harvest
from autograder.observing import observe, references
from autograder.observing.opening import open_sandbox
from autograder.records import Harvest, Verdict
from autograder.sandbox.budget import Budget, Spent
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Sandbox

HW = "hw1_diffusion"
PROBES = {"inputs": "import torch\n", "exercise": "def probe(student):\n    return {'answer': student.solve()}\n"}
CALL = ("exercise", "probe")


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


@pytest.fixture(scope="module")
def homework():
    chosen = suite.load(HW)
    with open_sandbox(chosen) as running:
        yield chosen, running


def run(sandbox, body, budget, calls=3, limits=None):
    source = f"import time, torch\ndef solve():\n    {body}"
    return sandbox.run(Job((CALL,) * calls, ((source, "cell 1"),), limits or Limits(), budget=budget))


def test_answers_are_counted_over_calls_and_jobs(sandbox):
    budget = Budget(answer_mib=8)
    first = run(sandbox, "return torch.zeros(3 << 18)", budget, calls=2)  # 3 MiB each
    assert [each.ended for each in first] == ["answered"] * 2
    assert budget.received == pytest.approx(6 << 20, rel=0.01)
    assert [each.ended for each in run(sandbox, "return torch.zeros(3 << 18)", budget)] == ["flooded"]
    assert budget.is_spent


def test_processor_time_is_counted_over_jobs(sandbox):
    budget = Budget(cpu_seconds=2)
    busy = "t = time.process_time()\n    while time.process_time() - t < 1: pass\n    return 0"
    assert [each.ended for each in run(sandbox, busy, budget, calls=1)] == ["answered"]
    outcomes = run(sandbox, busy, budget, calls=4)
    assert outcomes[-1].ended == "timed out"
    assert budget.seconds_left <= 0.5


def test_a_call_ends_with_the_time_of_the_whole(sandbox):
    began = time.monotonic()
    (outcome,) = run(sandbox, "time.sleep(60)", Budget(wall_seconds=1.5), limits=Limits(wall_seconds=30))
    assert outcome.ended == "timed out"
    assert time.monotonic() - began < 20


def test_it_goes_on_from_what_was_spent():
    budget = Budget(spent=Spent(cpu_seconds=170, wall_seconds=299, answer_bytes=5 << 20))
    assert budget.seconds_left == pytest.approx(10)
    assert budget.deadline - time.monotonic() < 1.01
    assert budget.bytes_left == 27 << 20
    spent = budget.stop()
    assert (spent.cpu_seconds, spent.answer_bytes) == (170, 5 << 20)
    assert spent.wall_seconds >= 299


def test_what_was_lost_or_waited_for_is_forgiven():
    budget = Budget(spent=Spent(10.0, 20.0, 30))
    before = budget.stop()
    budget.used_seconds, budget.received = 100.0, 1 << 20
    budget._began -= 200  # as if 200 s had passed
    assert budget.stop().wall_seconds > 200
    budget.forgive(before)
    after = budget.stop()
    assert (after.cpu_seconds, after.answer_bytes) == (10.0, 30)
    assert after.wall_seconds == pytest.approx(before.wall_seconds, abs=0.5)


def test_who_waits_for_one_that_runs_alone_pays_nothing(sandbox):
    """As long as a lost job runs alone, the others wait; their budgets stand still."""
    budget = Budget(wall_seconds=60)
    with ThreadPoolExecutor(1) as pool:
        with sandbox._turns.alone():
            waiting = pool.submit(run, sandbox, "return 1", budget, calls=1)
            time.sleep(6)
            assert not waiting.done()
        assert [each.ended for each in waiting.result(timeout=60)] == ["answered"]
    assert budget.stop().wall_seconds < 6


def test_what_is_slow_on_purpose_ends_and_is_named(homework, root):
    """Every function sleeps: each call is within its limits, and all of them together are not."""
    chosen, sandbox = homework
    solution = solution_harvest(root, HW)
    slow = "import time as _time\n_time.sleep(0.5)"
    harvest = Harvest(((slow, "cell 1"), *solution.statements))
    known = references.known(chosen.references_folder)
    observed = observe.observe_own(harvest, chosen, sandbox, known, Budget(wall_seconds=6.0))
    told = {seen.saw for seen in observed.own.values() if seen.verdict == Verdict.TIMED_OUT}
    assert any("had used up what all of it may take together" in saw for saw in told)
    assert Verdict.PASSED in {seen.verdict for seen in observed.own.values()}
    assert set(observed.own) == {(name, probe) for name in chosen.names for probe in chosen.probes[name]}


def test_an_honest_submission_takes_a_small_part(homework, root):
    chosen, sandbox = homework
    budget = Budget()
    known = references.known(chosen.references_folder)
    observe.observe_own(solution_harvest(root, HW), chosen, sandbox, known, budget)
    assert budget.received < 4 << 20
