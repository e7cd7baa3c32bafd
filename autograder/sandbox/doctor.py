"""`autograder doctor`: what this machine offers to the sandbox, and what would be undefended.

Every line is the result of a trial: for each tier a child puts the layers on and tries to get out (`self_test`).
"""

import os
import platform
import shutil
import tempfile
from pathlib import Path

from autograder.checkout import SUITES
from autograder.sandbox import bubblewrap, confinement, container, kernel, landlock, seccomp, self_test
from autograder.sandbox.hosts import readable_paths
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.supervisor import Sandbox, SandboxError

UNDEFENDED = {
    "A": "notes by timing, by numbers that all draw from, by stat() on other answers; bugs of the kernel",
    "B": "as A, and stat() tells names, sizes and reading times of files outside, and who runs",
    "C": "as A, and answers that run at the same time can read each other's scratch folder and counts in /proc",
    "D2": "as B, files that every user may read, and folders that every user may write to, such as /tmp",
    "D1": "nothing more, but code that needs a file loses points: figures, late imports, saved tensors",
    "E": "nothing more, but code that needs a file loses points, the child's own files included",
    "E'": "every file that you can read can be read, every file that you can write can be changed",
    "0": "everything: only time, memory and output are limited",
}


def examine() -> tuple[list[str], bool]:
    """The report, as lines, and whether anything would be graded here."""
    refusal, level = _start()
    verdict = f"`autograder grade` refuses: {refusal}" if refusal else f"`autograder grade` uses {level}"
    return [*_offers(), "", *_tiers(), "", verdict], not refusal


def _offers() -> list[str]:
    abi = landlock.abi()
    try:
        filters = f"yes, {len(seccomp.build(files=True)) // 8} instructions" if kernel.IS_LINUX else "no"
    except seccomp.SeccompError as error:
        filters = f"no: {error}"
    return [
        f"system      {platform.system()} {platform.release()} on {platform.machine()}",
        f"Landlock    {f'ABI {abi}' if abi else 'no'}",
        f"seccomp     {filters}",
        f"bubblewrap  {_bubblewrap()}",
        f"own uids    {_own_uids()}",
        f"limits      {_limits(Limits())}",
        f"memory      {_memory()}",
    ]


def _bubblewrap() -> str:
    if not shutil.which("bwrap"):
        return "not installed (optional)"
    with tempfile.TemporaryDirectory() as folder:
        return "yes" if bubblewrap.prefix(readable_paths(), Path(folder)) else "installed, but it does not work here"


def _own_uids() -> str:
    if not kernel.IS_LINUX or os.geteuid() != 0 or not kernel.may_change_uid():
        return "no: not root"
    closed = [path for path in readable_paths() if not kernel.can_read(kernel.SLOT_UIDS, path)]
    return f"no: only root can read {closed[0]}" if closed else "yes"


def _limits(limits: Limits) -> str:
    return (
        f"{limits.cpu_seconds} s of computing, {limits.wall_seconds:g} s in all, {limits.memory_mib} MiB of memory,"
        f" {limits.file_mib} MiB a file, {limits.scratch_mib} MiB of files, {limits.output_mib} MiB printed, a probe"
    )


def _memory() -> str:
    limit = container.limit_bytes()
    return f"{limit / MIB:.0f} MiB for this container" if limit and limit < 1 << 50 else "that of the machine"


def _tiers() -> list[str]:
    lines = ["tier  holds here  undefended"]
    for tier in confinement.TIERS:
        problem = _try(tier)
        lines.append(f"{tier.name:<5} {'no ' if problem else 'yes':<11} {UNDEFENDED[tier.name]}")
        lines += [f"                  ({problem})"] if problem else []
    return lines


def _try(tier: confinement.Tier) -> str:
    """Why this tier does not hold here; empty if it does. What bubblewrap adds is tried by the verdict."""
    if tier.wrapped:
        return "" if _bubblewrap() == "yes" and (not tier.landlock or landlock.abi()) else "needs what is missing above"
    made = confinement.make(tier, readable_paths(), os.getpid())
    if isinstance(made, str):
        return made
    if tier.name == "0":
        return ""
    import torch  # the child multiplies matrices, and cannot import it any more

    torch.set_num_threads(1)
    kernel.hide_memory()
    with self_test.targets(os.getpid(), [str(SUITES)]) as target:
        through = self_test.try_out(made, confinement.apply, target)
    return f"not stopped: {', '.join(through)}" if through else ""


def _start() -> tuple[str, str]:
    """Why a sandbox is refused, or the level that it reaches."""
    try:
        with Sandbox({"inputs": ""}) as sandbox:
            return "", sandbox.level
    except SandboxError as error:
        return str(error), ""
