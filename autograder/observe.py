"""Runs a suite's probes on a harvest, each in a child of its own, and turns what comes back into observations."""

import signal
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
    observed = Observed()
    doubtful: set[str] = set()
    unusable: set[str] = set()
    for exercise in suite.exercises:
        name = exercise.name
        observed.own.update(observe_exercise(name, harvest, suite, sandbox, bool(unusable & set(exercise.uses))))
        own = {key: seen for key, seen in observed.own.items() if key[0] == name}
        if any(not is_same(seen, references.solution[key]) for key, seen in own.items() if key in references.solution):
            doubtful.add(name)
        if any(seen.verdict != Verdict.PASSED for seen in own.values()):
            unusable.add(name)
        replaced = tuple(used for used in exercise.uses if used in doubtful)
        if replaced and name in doubtful and name not in harvest.problems:
            statements = (*harvest.statements, *suite.stand_in(replaced))
            observed.followed.update(observe_exercise(name, replace(harvest, statements=statements), suite, sandbox))
            observed.replaced[name] = replaced
    return observed


def observe_exercise(
    exercise: str, harvest: Harvest, suite: Suite, sandbox: Sandbox, in_short: bool = False
) -> Observations:
    """One observation for each probe of an exercise. in_short: a function it uses hung or crashed already."""
    if exercise in suite.artefacts:
        return _observe_artefact(exercise, harvest, suite, sandbox)
    observations: Observations = {}
    limits = AFTER_TIME_OUT if in_short else Limits()
    for probe in suite.probes[exercise]:
        if exercise in harvest.problems:
            verdict, saw = harvest.problems[exercise]
            observations[exercise, probe] = Observation(probe, verdict, saw=saw)
            continue
        seen = interpret(probe, sandbox.run(Job(exercise, probe, harvest.statements, limits)), limits)
        if seen.verdict == Verdict.TIMED_OUT:
            limits = AFTER_TIME_OUT
        observations[exercise, probe] = seen
    return observations


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
        job = Job(exercise, probe, suite.evaluator(exercise) or harvest.statements, OF_ARTEFACTS, files)
        observations[exercise, probe] = interpret(probe, sandbox.run(job), OF_ARTEFACTS)
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
    verdict = str(told.get("~verdict"))
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
