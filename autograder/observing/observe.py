"""Runs a suite's probes on a harvest in the sandbox, and turns what comes back into observations."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from autograder.observing import other_inputs
from autograder.observing.interpret import in_our_words, interpret, interpret_ours, out_of_budget
from autograder.observing.references import References
from autograder.observing.sameness import is_same
from autograder.observing.series import Queue
from autograder.records import Call, Harvest, Observation, Observations, Observed, Verdict
from autograder.sandbox.budget import Budget
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Sandbox
from autograder.submissions.intake import FOLDER
from autograder.submissions.unpacking import MAX_ARTEFACT
from autograder.suite import Suite

FOR_OTHER_INPUTS = (10.0, 30.0)  # seconds, of processor time and in all: nobody gets out of it by using up the rest
OF_ARTEFACTS = Limits(wall_seconds=180.0, cpu_seconds=60)  # a large network samples pictures


def observe(harvest: Harvest, suite: Suite, sandbox: Sandbox, references: References) -> Observed:
    """Observe every exercise, and those that lean on a doubtful one once more with stand-ins."""
    budget = Budget()
    return follow(observe_own(harvest, suite, sandbox, references, budget), harvest, suite, sandbox, references, budget)


def observe_own(
    harvest: Harvest, suite: Suite, sandbox: Sandbox, references: References, budget: Budget, digest: str = ""
) -> Observed:
    """Every exercise with the student's own definitions; and which of them are to be observed with stand-ins.

    digest: the submission's, from which is drawn what is observed on other inputs too; nothing is without it.
    """

    def is_doubtful(call: Call, seen: Observation) -> bool:
        return call in references.solution and not is_same(seen, references.solution[call])

    drawn = other_inputs.draw(digest, references) if digest else []
    drawn = [call for call in drawn if call[0] not in harvest.problems]
    seen = observe_exercises(suite.names, harvest, suite, sandbox, is_doubtful, budget=budget, more=drawn)
    own, on_others = ({call: seen[call] for call in seen if (call in drawn) == is_other} for is_other in (False, True))

    reserve = Budget(*FOR_OTHER_INPUTS)

    def call_alone(call: Call) -> Observation:
        if reserve.is_spent:
            return out_of_budget(call[1])
        (outcome, *_) = sandbox.run(Job((call,), harvest.statements, needs=harvest.needs, budget=reserve))
        return interpret(call[1], outcome, Limits())

    refuted = tuple(other_inputs.find_refuted(own, on_others, references, call_alone))
    doubtful = {call[0] for call, seen in own.items() if is_doubtful(call, seen)}
    replaced = {
        exercise.name: tuple(used for used in exercise.uses if used in doubtful)
        for exercise in suite.exercises
        if exercise.name in doubtful and exercise.name not in harvest.problems
    }
    return Observed(own, replaced={name: used for name, used in replaced.items() if used}, refuted=refuted)


def follow(
    observed: Observed, harvest: Harvest, suite: Suite, sandbox: Sandbox, references: References, budget: Budget
) -> Observed:
    """Those that lean on a doubtful exercise once more, with our stand-ins in its place."""
    followed: Observations = {}
    for name, replaced in observed.replaced.items():
        standing_in = replace(harvest, stand_ins=suite.stand_in(replaced))
        for call, seen in observe_exercises([name], standing_in, suite, sandbox, budget=budget).items():
            followed[call] = in_our_words(seen, references.words(call))
    return replace(observed, followed=followed)


def observe_exercises(
    names: Sequence[str],
    harvest: Harvest,
    suite: Suite,
    sandbox: Sandbox,
    is_doubtful: Callable[[Call, Observation], bool] = lambda call, seen: False,
    in_short: bool = False,
    budget: Budget | None = None,
    more: Sequence[Call] = (),
) -> Observations:
    """One observation for each probe of these exercises.

    One process answers for all of them, as long as nothing looks odd. But no exercise loses by what another one has
    done to the process: one that looks doubtful behind a doubtful one is observed again in a process of its own.
    in_short: what hangs is not waited for long. budget: what all of it may take. more: calls beside those of
    the exercises, made after them.
    """
    budget = budget or Budget()
    written = [name for name in names if name not in suite.artefacts and name not in harvest.problems]
    calls = [*((name, probe) for name in written for probe in suite.probes[name]), *more]
    answered = dict(_answers(Queue(calls, suite, in_short), harvest, sandbox, is_doubtful, budget))
    observations: Observations = {call: answered[call] for call in more}
    for name in names:
        if name in harvest.problems:
            verdict, saw = harvest.problems[name]
            observations |= {(name, probe): Observation(probe, verdict, saw=saw) for probe in suite.probes[name]}
        elif name in suite.artefacts:
            observations |= _observe_artefact(name, harvest, suite, sandbox, budget)
        else:
            observations |= {(name, probe): answered[name, probe] for probe in suite.probes[name]}
    return observations


def _answers(
    queue: Queue,
    harvest: Harvest,
    sandbox: Sandbox,
    is_doubtful: Callable[[Call, Observation], bool],
    budget: Budget,
) -> Iterator[tuple[Call, Observation]]:
    """Each call of the queue with its answer; series by series, until all have one or the budget is spent."""
    while queue.calls:
        if budget.is_spent:
            yield from ((call, out_of_budget(call[1])) for call in queue.calls)
            return
        series = queue.next_series()
        asked = Job(series.calls, harvest.statements, series.limits, needs=harvest.needs, budget=budget)
        outcomes = sandbox.run(replace(asked, stand_ins=harvest.stand_ins))
        for call, outcome in zip(series.calls, outcomes, strict=False):  # a process may end before its last call
            seen = interpret(call[1], outcome, series.limits)
            is_odd = is_doubtful(call, seen)
            if not series.may_take(call, outcome, seen, is_odd):
                queue.keep_apart()
                continue
            queue.take(call, outcome)
            if is_odd:
                series.doubtful.add(call[0])
            yield call, seen


def _observe_artefact(exercise: str, harvest: Harvest, suite: Suite, sandbox: Sandbox, budget: Budget) -> Observations:
    """The handed-in files are data: to our own evaluator, alone in its process, or to the network a student wrote."""
    name, observations = suite.artefacts[exercise], {}
    problem = _describe_unusable(name, harvest.artefacts)
    for probe in suite.probes[exercise]:
        if problem:
            observations[exercise, probe] = Observation(probe, *problem)
            continue
        if budget.is_spent:
            observations[exercise, probe] = out_of_budget(probe)
            continue
        given = {key: path.read_bytes() for key, path in suite.given.items()}
        files = {**harvest.artefacts, **given}
        job = Job(((exercise, probe),), harvest.statements, OF_ARTEFACTS, files, needs=harvest.needs, budget=budget)
        evaluator = suite.evaluator(exercise)
        if evaluator:
            job = replace(job, statements=evaluator, needs=None)
        understand = interpret_ours if evaluator else interpret
        observations[exercise, probe] = understand(probe, sandbox.run(job)[0], OF_ARTEFACTS)
    return observations


def _describe_unusable(name: str, artefacts: dict[str, bytes]) -> tuple | None:
    """Why nothing can be evaluated: the rest of an observation, or None."""
    if name not in artefacts:
        return Verdict.NOT_WRITTEN, {}, f"{FOLDER}/{name} was not handed in; train, and run the hand-in cell again"
    if any(len(content) > MAX_ARTEFACT for content in artefacts.values()):
        return (
            Verdict.UNREADABLE,
            {},
            f"an artefact is larger than {MAX_ARTEFACT >> 20} MB; hand in the given network's",
        )
    return None
