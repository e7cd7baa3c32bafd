"""What came out of a child, as an observation: its bytes are a student's, and are cut to size where they are read."""

import builtins
import math
import signal
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from autograder.records import Observation, Verdict
from autograder.sandbox import wire
from autograder.sandbox.budget import Budget
from autograder.sandbox.job import Outcome
from autograder.sandbox.limits import Limits

MAX_SAW, MAX_ERROR, MAX_NOTES, MAX_NOTE, MAX_WORD = 200, 80, 20, 160, 1 << 14  # characters, but for the count of notes
_TOLD = {Verdict(name) for name in ("PASSED", "WRONG", "CRASHED", "OUT_OF_MEMORY", "NOT_WRITTEN", "FORBIDDEN")}
_WITH_OURS = {
    Verdict.CRASHED: "it raised an error",
    Verdict.FORBIDDEN: "it used something that no homework needs",
    Verdict.OUT_OF_MEMORY: "it asked for more memory than is allowed",
    Verdict.NOT_WRITTEN: "it is not written yet",
    Verdict.WRONG: "it sent back what cannot be read",
}


STARVED = (
    "the machine that grades has too little memory, and the system stopped it; this is the grader's fault, not yours"
)
_OURS_DIED = "the grader's own process was stopped before it had answered; this is the grader's fault, not yours"


def interpret(probe: str, outcome: Outcome, limits: Limits) -> Observation:
    """What an outcome means. The child may say how a call failed, and no more than that."""
    usage: dict[str, Any] = {"seconds": outcome.seconds, "megabytes": outcome.megabytes}
    if outcome.ended == "timed out":
        saw = f"it was still running after {limits.cpu_seconds} s of computing (or {limits.wall_seconds:g} s in all)"
        return Observation(probe, Verdict.TIMED_OUT, saw=saw, **usage)
    if outcome.ended == "flooded":
        saw = (
            f"it printed more than {limits.output_mib} MB, wrote more than {limits.scratch_mib} MB to files, or sent"
            f" back more than {Budget.answer_mib} MB"
        )
        return Observation(probe, Verdict.FORBIDDEN, saw=saw, **usage)
    if outcome.ended == "starved":
        return Observation(probe, Verdict.GRADER_ERROR, saw=STARVED, **usage)
    if outcome.ended == "died":
        return Observation(probe, *_describe_death(outcome.signal), **usage)
    try:
        values = wire.read(outcome.frame, outcome.nonce)
    except wire.WireError as error:
        return Observation(probe, Verdict.WRONG, saw=str(error)[:MAX_SAW], **usage)
    told = {name: values.pop(name) for name in [name for name in values if name.startswith("~")]}
    verdict, seconds = str(told.get("~verdict")), told.get("~seconds")
    if isinstance(seconds, float) and math.isfinite(seconds):  # of this call alone, as the child says
        usage["seconds"] = min(max(0.0, seconds), outcome.seconds)
    return Observation(
        probe,
        Verdict(verdict) if verdict in _TOLD else Verdict.WRONG,
        {name: value[:MAX_WORD] if isinstance(value, str) else value for name, value in values.items()},
        saw=str(told.get("~saw", ""))[:MAX_SAW],
        error=str(told.get("~error", ""))[:MAX_ERROR],
        notes=_notes(str(told.get("~notes", ""))),
        **usage,
    )


def interpret_ours(probe: str, outcome: Outcome, limits: Limits) -> Observation:
    """As `interpret`, of a process in which no line of a student's ran: how it dies is no answer of theirs."""
    if outcome.ended == "died":
        return Observation(probe, Verdict.GRADER_ERROR, saw=_OURS_DIED)
    return interpret(probe, outcome, limits)


def _notes(text: str) -> tuple[str, ...]:
    lines = (line[:MAX_NOTE] for line in text.split("\n") if line)
    return tuple(dict.fromkeys(lines))[:MAX_NOTES]


def _describe_death(number: int) -> tuple[Verdict, dict, str]:
    if number == signal.SIGSYS:
        return Verdict.FORBIDDEN, {}, "it used a system call that no homework needs and was stopped"
    if number == signal.SIGKILL:
        return Verdict.OUT_OF_MEMORY, {}, "it was stopped by the system, most often for using too much memory"
    if number:
        return Verdict.CRASHED, {}, f"it brought the Python process down ({signal.strsignal(number)})"
    return Verdict.CRASHED, {}, "it ended the Python process before it had answered"


def out_of_budget(probe: str) -> Observation:
    """For a call that was not made any more."""
    saw = (
        f"the submission had used up what all of it may take together: {Budget.cpu_seconds:g} s of computing,"
        f" {Budget.wall_seconds:g} s in all, {Budget.answer_mib} MB of answers"
    )
    return Observation(probe, Verdict.TIMED_OUT, saw=saw)


def in_our_words(seen: Observation, known: Collection[str]) -> Observation:
    """The observation without a word that its process chose: nothing that it has seen there gets out as text.

    known: words that the solution or a known mistake sends for the same call.
    """
    values = {
        name: value if not isinstance(value, str) or value in known else "another word"
        for name, value in seen.values.items()
    }
    is_ours = seen.verdict in (Verdict.TIMED_OUT, Verdict.GRADER_ERROR) or not seen.saw
    error = seen.error if isinstance(getattr(builtins, seen.error, None), type) else ""
    return replace(
        seen, values=values, saw=seen.saw if is_ours else _WITH_OURS.get(seen.verdict, ""), error=error, notes=()
    )
