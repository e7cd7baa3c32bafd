"""What one submission may take as a whole, over all processes that are started for it."""

import time
from dataclasses import dataclass, field

from autograder.sandbox.limits import MIB


@dataclass(frozen=True)
class Spent:
    """What a submission has taken so far."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    answer_bytes: int = 0


@dataclass
class Budget:
    """Counts down; a job that begins when nothing is left is not run. The table in docs/GRADING.md tells the limits.

    cpu_seconds, wall_seconds: of all its processes, artefacts included. answer_mib: of all that they send back.
    """

    cpu_seconds: float = 180.0
    wall_seconds: float = 300.0
    answer_mib: int = 32
    spent: Spent = field(default_factory=Spent)
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.used_seconds, self.received = self.spent.cpu_seconds, self.spent.answer_bytes
        self._began -= self.spent.wall_seconds

    def forgive(self, since: Spent) -> None:
        """Nothing that was spent since then counts: it was waited for others, or lost by what they did."""
        self.used_seconds, self.received = since.cpu_seconds, since.answer_bytes
        self._began = time.monotonic() - since.wall_seconds

    @property
    def seconds_left(self) -> float:
        return self.cpu_seconds - self.used_seconds

    @property
    def deadline(self) -> float:
        """On the monotonic clock."""
        return self._began + self.wall_seconds

    @property
    def bytes_left(self) -> int:
        return self.answer_mib * MIB - self.received

    @property
    def is_spent(self) -> bool:
        return self.seconds_left <= 0 or time.monotonic() >= self.deadline or self.bytes_left < 0

    def stop(self) -> Spent:
        """What is gone by now."""
        return Spent(self.used_seconds, time.monotonic() - self._began, self.received)
