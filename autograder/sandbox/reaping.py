"""What a child uses while it lives; and its end: how it came, and that nothing of it is left."""

import os
import signal
import time
from contextlib import suppress

GRACE_SECONDS = 0.5
_OF_A_PROCESS = 2  # CPUCLOCK_SCHED, of linux/posix-timers_types.h: what clock_getcpuclockid(3) computes


def used(child: int) -> float:
    """Seconds of processor time of all threads of a process that is not reaped yet, its own limits notwithstanding."""
    return time.clock_gettime(~child << 3 | _OF_A_PROCESS)


def reap(child: int, grace: bool) -> dict:
    """Kill what is left of a child's session and tell how it ended; signal 0 if it was still alive."""
    deadline = time.monotonic() + (GRACE_SECONDS if grace else 0)
    while (
        not (ended := os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and time.monotonic() < deadline
    ):
        time.sleep(0.005)
    for kill in (os.killpg, os.kill):
        with suppress(OSError):  # nothing is left
            kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    number = os.WTERMSIG(status) if ended and os.WIFSIGNALED(status) else 0
    return {"signal": number, "seconds": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024}
