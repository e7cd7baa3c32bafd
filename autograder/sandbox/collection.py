"""Takes what a child sends, for no longer and no more than allowed.

Theory of operation. What a child may use is limited in the child, by the kernel; but student code can raise a soft
limit, or use what no limit counts. So it is also looked at from here: every TICK_SECONDS of a call that lasts, and when
a call was answered.
"""

import os
import selectors
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.sandbox import framing
from autograder.sandbox.budget import Budget
from autograder.sandbox.limits import MIB, Limits

DRAIN_BYTES = 1 << 16
TICK_SECONDS = 0.2
SLACK_SECONDS = 1  # of processor time, above the child's own limit: it tells better what happened


@dataclass
class Watch:
    """Looks at a child while a call lasts. used: its seconds of processor time so far; is_greedy: whether it takes too
    much else. budget: what is left for the whole submission.
    """

    limits: Limits
    budget: Budget
    used: Callable[[], float]
    is_greedy: Callable[[], bool]
    _before: float | None = field(default=None, init=False)

    def begin_call(self) -> float:
        """When the call must have its answer, on the monotonic clock."""
        self._before = None
        return min(time.monotonic() + self.limits.wall_seconds, self.budget.deadline)

    def problem(self) -> str:
        """How the call ends now, "flooded" or "timed out"; empty if it goes on."""
        if self.is_greedy():
            return "flooded"
        used = self.used()
        if self._before is None:  # the first look: most calls end before it, and need none
            self._before = used
        return "timed out" if used - self._before > self.limits.cpu_seconds + SLACK_SECONDS else ""


def collect_all(result: int, output: int, nonce: bytes, count: int, watch: Watch) -> list[tuple[str, bytes]]:
    """How each of `count` calls ended, and its frame; the last one is the first that was not answered in its time."""
    answers: list[tuple[str, bytes]] = []
    while len(answers) < count:
        ended, frame = collect(result, output, nonce, watch)
        watch.budget.received += len(frame)
        if ended == "answered" and (watch.is_greedy() or watch.budget.bytes_left < 0):
            ended, frame = "flooded", b""
        answers.append((ended, frame))
        if ended != "answered" or not _is_ours(frame, nonce):
            break
    return answers


def _is_ours(frame: bytes, nonce: bytes) -> bool:
    """Where a frame is not, nothing says where the next one begins."""
    try:
        return len(frame) == framing.frame_length(frame[: framing.PREFIX_BYTES], nonce)
    except (framing.WireError, struct.error):
        return False


def collect(result: int, output: int, nonce: bytes, watch: Watch) -> tuple[str, bytes]:
    """How it ended and the frame: reads one frame, and throws away what is printed, until the frame is whole."""
    frame, printed = bytearray(), 0
    deadline = watch.begin_call()
    with selectors.DefaultSelector() as selector:
        selector.register(result, selectors.EVENT_READ)
        selector.register(output, selectors.EVENT_READ)
        next_look = time.monotonic() + TICK_SECONDS
        while (now := time.monotonic()) < deadline:
            if now >= next_look:
                if problem := watch.problem():
                    return problem, b""
                next_look = time.monotonic() + TICK_SECONDS
            for key, _ in selector.select(min(TICK_SECONDS, deadline - now)):
                if key.fd == output:
                    chunk = os.read(output, DRAIN_BYTES)
                    printed += len(chunk)
                    if not chunk:
                        selector.unregister(output)
                    if printed > watch.limits.output_mib * MIB:
                        return "flooded", b""
                elif ended := _read_on(result, frame, nonce):
                    return ended, bytes(frame)
    return "timed out", b""


def _read_on(result: int, frame: bytearray, nonce: bytes) -> str:
    """Read a piece of the frame: "" while more is expected. A frame that is not ours is an answer too, a wrong one."""
    try:
        wanted = framing.PREFIX_BYTES
        if len(frame) >= wanted:
            wanted = framing.frame_length(bytes(frame[:wanted]), nonce)
        chunk = os.read(result, min(wanted - len(frame), 1 << 20))
        frame += chunk
        if chunk and len(frame) == framing.PREFIX_BYTES:
            wanted = framing.frame_length(bytes(frame), nonce)
    except framing.WireError:
        return "answered"
    if not chunk:
        return "died"
    return "answered" if len(frame) == wanted else ""
