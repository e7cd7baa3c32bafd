"""Runs a suite's probes on a harvest in the sandbox, and turns what comes back into observations."""

import math
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from autograder import wire
from autograder.intake import FOLDER, MAX_ARTEFACT
from autograder.records import Harvest, Observation, Verdict
from autograder.references import Observations, References, is_same
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Job, Outcome, Sandbox
from autograder.suite import Suite

OF_ARTEFACTS = Limits(wall_seconds=180.0, cpu_seconds=60)  # a large network samples pictures
AFTER_TIME_OUT = Limits(wall_seconds=4.0, cpu_seconds=1)  # a function that hung once is not waited for as long again
Call = tuple[str, str]  # exercise, probe
_TOLD = {Verdict(name) for name in ("PASSED", "WRONG", "CRASHED", "OUT_OF_MEMORY", "NOT_WRITTEN", "FORBIDDEN")}


@dataclass(frozen=True)
class Observed:
    """All observations of one submission.

    own: with nothing but the student's definitions. followed: exercises observed once more with our stand-ins in
    place of earlier ones that look wrong; replaced: exercise -> the names that were replaced.
    """

    own: Observations = field(default_factory=dict)
    followed: Observations = field(default_factory=dict)
    replaced: dict[str, tuple[str, ...]] = field(default_factory=dict)


def observe(harvest: Harvest, suite: Suite, sandbox: Sandbox, references: References) -> Observed:
    """Observe every exercise, and those that lean on a doubtful one once more with stand-ins."""

    def is_doubtful(call: Call, seen: Observation) -> bool:
        return call in references.solution and not is_same(seen, references.solution[call])

    observed = Observed(observe_exercises(suite.names, harvest, suite, sandbox, is_doubtful))
    doubtful = {call[0] for call, seen in observed.own.items() if is_doubtful(call, seen)}
    for exercise in suite.exercises:
        replaced = tuple(used for used in exercise.uses if used in doubtful)
        if replaced and exercise.name in doubtful and exercise.name not in harvest.problems:
            statements = (*harvest.statements, *suite.stand_in(replaced))
            standing_in = replace(harvest, statements=statements)
            observed.followed.update(observe_exercises([exercise.name], standing_in, suite, sandbox))
            observed.replaced[exercise.name] = replaced
    return observed


def observe_exercises(
    names: Sequence[str],
    harvest: Harvest,
    suite: Suite,
    sandbox: Sandbox,
    is_doubtful: Callable[[Call, Observation], bool] = lambda call, seen: False,
    in_short: bool = False,
) -> Observations:
    """One observation for each probe of these exercises.

    One process answers for all of them, as long as nothing looks odd. But no exercise loses by what another one has
    done to the process: one that looks doubtful behind a doubtful one is observed again in a process of its own.
    in_short: what hangs is not waited for long.
    """
    written = [name for name in names if name not in suite.artefacts and name not in harvest.problems]
    calls = [(name, probe) for name in written for probe in suite.probes[name]]
    answered = dict(_answers(calls, harvest, suite, sandbox, is_doubtful, in_short))
    observations: Observations = {}
    for name in names:
        if name in suite.artefacts:
            observations |= _observe_artefact(name, harvest, suite, sandbox)
        elif name in harvest.problems:
            verdict, saw = harvest.problems[name]
            observations |= {(name, probe): Observation(probe, verdict, saw=saw) for probe in suite.probes[name]}
        else:
            observations |= {(name, probe): answered[name, probe] for probe in suite.probes[name]}
    return observations


def _answers(
    calls: list[Call],
    harvest: Harvest,
    suite: Suite,
    sandbox: Sandbox,
    is_doubtful: Callable[[Call, Observation], bool],
    in_short: bool,
) -> Iterator[tuple[Call, Observation]]:
    uses = {exercise.name: {exercise.name, *exercise.uses} for exercise in suite.exercises}
    hung: set[str] = set()  # and crashed: what uses them is not waited for long
    are_apart = False
    while calls:
        is_hurried = in_short or bool(uses[calls[0][0]] & hung)
        limits = AFTER_TIME_OUT if is_hurried else Limits()
        series = [call for call in calls if in_short or bool(uses[call[0]] & hung) == is_hurried]
        series = [call for call in series if call[0] == series[0][0]] if are_apart else series
        doubtful: set[str] = set()  # in this process
        for call, outcome in zip(series, sandbox.run(Job(tuple(series), harvest.statements, limits)), strict=False):
            seen = interpret(call[1], outcome, limits)
            is_odd = is_doubtful(call, seen)
            is_out_of_room = outcome.ended in ("died", "flooded") or seen.verdict == Verdict.OUT_OF_MEMORY
            ended_early = is_out_of_room and call != series[0]
            if ended_early or (doubtful - {call[0]} and (outcome.ended != "answered" or is_odd)):
                are_apart = True
                continue
            calls = [other for other in calls if other != call]
            hung |= {call[0]} if outcome.ended != "answered" else set()
            doubtful |= {call[0]} if is_odd else set()
            yield call, seen


def _observe_artefact(exercise: str, harvest: Harvest, suite: Suite, sandbox: Sandbox) -> Observations:
    """The handed-in files are data: to our own evaluator, alone in its process, or to the network a student wrote."""
    name, observations = suite.artefacts[exercise], {}
    problem = _describe_unusable(name, harvest.artefacts)
    for probe in suite.probes[exercise]:
        if problem:
            observations[exercise, probe] = Observation(probe, *problem)
            continue
        given = {key: path.read_bytes() for key, path in suite.given.items()}
        files = {**harvest.artefacts, **given}
        job = Job(((exercise, probe),), suite.evaluator(exercise) or harvest.statements, OF_ARTEFACTS, files)
        observations[exercise, probe] = interpret(probe, sandbox.run(job)[0], OF_ARTEFACTS)
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


def interpret(probe: str, outcome: Outcome, limits: Limits) -> Observation:
    """What an outcome means. The bytes are the student's: they may say how a call failed, and no more than that."""
    usage = {"seconds": outcome.seconds, "megabytes": outcome.megabytes}
    if outcome.ended == "timed out":
        saw = f"it was still running after {limits.cpu_seconds} s of computing (or {limits.wall_seconds:g} s in all)"
        return Observation(probe, Verdict.TIMED_OUT, saw=saw, **usage)
    if outcome.ended == "flooded":
        saw = f"it printed more than {limits.output_mib} MB, or wrote more than {limits.scratch_mib} MB to files"
        return Observation(probe, Verdict.FORBIDDEN, saw=saw, **usage)
    if outcome.ended == "died":
        return Observation(probe, *_describe_death(outcome.signal), **usage)
    try:
        values = wire.read(outcome.frame, outcome.nonce)
    except wire.WireError as error:
        return Observation(probe, Verdict.WRONG, saw=str(error), **usage)
    told = {name: values.pop(name) for name in [name for name in values if name.startswith("~")]}
    verdict, seconds = str(told.get("~verdict")), told.get("~seconds")
    if isinstance(seconds, float) and math.isfinite(seconds):  # of this call alone, as the child says
        usage["seconds"] = min(max(0.0, seconds), outcome.seconds)
    return Observation(
        probe,
        Verdict(verdict) if verdict in _TOLD else Verdict.WRONG,
        values,
        saw=str(told.get("~saw", "")),
        error=str(told.get("~error", "")),
        notes=tuple(line for line in str(told.get("~notes", "")).splitlines() if line),
        **usage,
    )


def _describe_death(number: int) -> tuple[Verdict, dict, str]:
    if number == signal.SIGSYS:
        return Verdict.FORBIDDEN, {}, "it used a system call that no homework needs and was stopped"
    if number == signal.SIGKILL:
        return Verdict.OUT_OF_MEMORY, {}, "it was stopped by the system, most often for using too much memory"
    if number:
        return Verdict.CRASHED, {}, f"it brought the Python process down ({signal.strsignal(number)})"
    return Verdict.CRASHED, {}, "it ended the Python process before it had answered"
