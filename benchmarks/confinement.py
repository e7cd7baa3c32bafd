"""What the layers cost: processor time of a child that locks itself down, over a child that only forks and ends.

    python benchmarks/confinement.py [children]

Processor times of the child and of the parent's fork are taken together from the kernel (getrusage); the two kinds
alternate, so that a busy machine disturbs both alike; the median of the differences is printed. Exit status 1 if it
is above the promised 5 ms.
"""

import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from autograder.sandbox import confinement, kernel, limits, self_test, zygote
from autograder.sandbox.supervisor import SUITES, readable_paths

PROMISED_MS = 5.0


def measure(act: Callable[[str], None]) -> tuple[float, float]:
    """(processor ms, wall ms) from fork to reaped."""
    scratch = tempfile.mkdtemp()
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    child = os.fork()
    if not child:
        act(scratch)
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    after = resource.getrusage(resource.RUSAGE_SELF)
    shutil.rmtree(scratch)
    if status:
        sys.exit("a child failed")
    ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (usage.ru_utime + usage.ru_stime + ours) * 1e3, (time.perf_counter() - started) * 1e3


def main(children: int) -> int:
    zygote._preload()
    kernel.hide_memory()
    with self_test.targets(os.getpid(), [SUITES]) as target:
        plan = confinement.plan(readable_paths(), "best", target)

    def lock_down(scratch: str) -> None:
        limits.apply(limits.Limits())
        confinement.apply(plan, scratch, 0)

    pairs = [(measure(lambda scratch: None), measure(lock_down)) for _ in range(children)]
    bare, confined = (
        [statistics.median(part) for part in zip(*kind, strict=True)] for kind in zip(*pairs, strict=True)
    )
    cost = statistics.median(locked[0] - free[0] for free, locked in pairs)
    print(f"{plan.level}: {children} children of each kind")
    print(f"bare fork     {bare[0]:6.2f} ms processor  {bare[1]:6.2f} ms wall")
    print(f"locked down   {confined[0]:6.2f} ms processor  {confined[1]:6.2f} ms wall")
    print(
        f"cost          {cost:6.2f} ms processor, {confined[0] / bare[0]:.2f} times a bare fork;"
        f" promised {PROMISED_MS:g} ms at most"
    )
    return int(cost > PROMISED_MS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
