"""What the solution answers on further sets of inputs, where every right variant agrees with it."""

from collections.abc import Iterable
from concurrent.futures import Executor

from autograder.authoring import bank
from autograder.observing.observe import observe_exercises
from autograder.observing.other_inputs import SETS, agreeing, on_other_inputs
from autograder.observing.sameness import is_same
from autograder.records import Call, Harvest, Observations, Verdict
from autograder.sandbox.supervisor import Sandbox
from autograder.suite import Suite


def record(suite: Suite, solution: Harvest, own: Observations, sandbox: Sandbox, pool: Executor) -> Observations:
    """Observations by (exercise, "probe@number"); all sets of a call or none."""
    calls = [(exercise, probe) for exercise in suite.written for probe in suite.probes[exercise]]
    others = observe_exercises([], solution, suite, sandbox, more=_on_all_sets(calls))
    kept = {call for call in calls if _is_telling(call, own, others)}

    def find_dissent(answer: bank.Answer) -> set[Call]:
        asked = [call for call in kept if call[0] == answer.exercise]
        statements = answer.put_into(solution.statements)
        seen = observe_exercises([answer.exercise], Harvest(statements), suite, sandbox, more=_on_all_sets(asked))
        return {
            call
            for call in asked
            if not all(agreeing(seen[call], own[call]) <= agreeing(seen[o], others[o]) for o in _on_all_sets([call]))
        }

    for dissent in list(pool.map(find_dissent, bank.variants(suite))):
        kept -= dissent
    return {call: others[call] for call in _on_all_sets(sorted(kept))}


def _on_all_sets(calls: Iterable[Call]) -> list[Call]:
    return [on_other_inputs(call, number) for call in calls for number in range(1, SETS + 1)]


def _is_telling(call: Call, own: Observations, others: Observations) -> bool:
    """The call has an answer on each set, and it is another one than on the first inputs."""
    answers = [others[each] for each in _on_all_sets([call])]
    return own[call].verdict == Verdict.PASSED and not any(
        seen.verdict != Verdict.PASSED or is_same(seen, own[call]) for seen in answers
    )
