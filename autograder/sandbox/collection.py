"""Takes what a child sends, for no longer and no more than allowed."""

import os
import selectors
import struct
import time
from collections.abc import Callable

from autograder import framing
from autograder.sandbox.limits import MIB, Limits

DRAIN_BYTES = 1 << 16
TICK_SECONDS = 0.2


def collect_all(
    result: int, output: int, nonce: bytes, count: int, limits: Limits, is_overfull: Callable[[], bool]
) -> list[tuple[str, bytes]]:
    """How each of `count` calls ended, and its frame; the last one is the first that was not answered in its time."""
    answers = []
    while len(answers) < count:
        deadline = time.monotonic() + limits.wall_seconds
        answers.append(collect(result, output, nonce, deadline, limits, is_overfull))
        if answers[-1][0] != "answered" or not _is_ours(answers[-1][1], nonce):
            break
    return answers


def _is_ours(frame: bytes, nonce: bytes) -> bool:
    """Where a frame is not, nothing says where the next one begins."""
    try:
        return len(frame) == framing.frame_length(frame[: framing.PREFIX_BYTES], nonce)
    except (framing.WireError, struct.error):
        return False


def collect(
    result: int, output: int, nonce: bytes, deadline: float, limits: Limits, is_overfull: Callable[[], bool]
) -> tuple[str, bytes]:
    """How it ended and the frame: reads one frame, and throws away what is printed, until the frame is whole."""
    frame, printed = bytearray(), 0
    with selectors.DefaultSelector() as selector:
        selector.register(result, selectors.EVENT_READ)
        selector.register(output, selectors.EVENT_READ)
        next_look = time.monotonic() + TICK_SECONDS
        while (now := time.monotonic()) < deadline:
            if now >= next_look:
                if is_overfull():
                    return "flooded", b""
                next_look = time.monotonic() + TICK_SECONDS
            for key, _ in selector.select(min(TICK_SECONDS, deadline - now)):
                if key.fd == output:
                    chunk = os.read(output, DRAIN_BYTES)
                    printed += len(chunk)
                    if not chunk:
                        selector.unregister(output)
                    if printed > limits.output_mib * MIB:
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
