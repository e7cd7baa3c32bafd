"""Which calls share a process, and whose answers count.

One process answers as many calls as it can, since starting one costs more than most calls. But no exercise may lose by
what another one has done to the process: an answer that could be owed to a neighbour is not taken, and its call is made
again in a process that its exercise has for itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.records import Call, Observation, Verdict
from autograder.sandbox.job import Outcome
from autograder.sandbox.limits import Limits
from autograder.suite import Suite

AFTER_TIME_OUT = Limits(wall_seconds=4.0, cpu_seconds=1)  # a function that hung once is not waited for as long again


@dataclass
class Series:
    """The calls of one process. doubtful: exercises of which an answer has looked wrong in it so far."""

    calls: tuple[Call, ...]
    limits: Limits
    doubtful: set[str] = field(default_factory=set)

    def may_take(self, call: Call, outcome: Outcome, seen: Observation, is_odd: bool) -> bool:
        """Whether this is the call's own answer, and can't be owed to what was called before it in the process."""
        is_out_of_room = outcome.ended in ("died", "flooded", "starved") or seen.verdict == Verdict.OUT_OF_MEMORY
        if is_out_of_room and call != self.calls[0]:  # the process had others to hold too
            return False
        is_behind_another = bool(self.doubtful - {call[0]})
        return not (is_behind_another and (is_odd or outcome.ended != "answered"))


class Queue:
    """The calls of a submission that have no answer yet, and how they are put into series.

    in_short: nothing is waited for long. Else that holds for what uses an exercise that has hung or crashed.
    """

    def __init__(self, calls: Sequence[Call], suite: Suite, in_short: bool = False):
        self.calls = list(calls)
        self._uses = {exercise.name: {exercise.name, *exercise.uses} for exercise in suite.exercises}
        self._in_short = in_short
        self._hung: set[str] = set()
        self._are_apart = False

    def next_series(self) -> Series:
        """The calls to make next in one process: those that may take as long as the first one."""
        first = self.calls[0]
        calls = [call for call in self.calls if self._is_hurried(call) == self._is_hurried(first)]
        if self._are_apart:
            calls = [call for call in calls if call[0] == first[0]]
        return Series(tuple(calls), AFTER_TIME_OUT if self._is_hurried(first) else Limits())

    def keep_apart(self) -> None:
        """From now on each exercise gets a process of its own."""
        self._are_apart = True

    def take(self, call: Call, outcome: Outcome) -> None:
        """The call has its answer."""
        self.calls.remove(call)
        if outcome.ended not in ("answered", "starved"):
            self._hung.add(call[0])

    def _is_hurried(self, call: Call) -> bool:
        return self._in_short or bool(self._uses[call[0]] & self._hung)
