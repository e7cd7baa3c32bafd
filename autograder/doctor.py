"""`autograder doctor`: what this machine offers to the sandbox, and what would be undefended.

Every line is the result of a trial: for each tier a child puts the layers on and tries to get out (`sandbox.probing`).
"""

import os
import platform
import shutil
import tempfile
from pathlib import Path

from autograder.sandbox import bubblewrap, confinement, kernel, landlock, probing, seccomp
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import SUITES, Sandbox, SandboxError, readable_paths

UNDEFENDED = {
    "A": "file locks and processor timing as a way to pass notes; bugs of the kernel",
    "B": "as A, and the names and sizes of files outside can be asked for",
    "C": "as A, and answers that run at the same time can read each other's scratch folder",
    "D2": "files that every user may read, and folders that every user may write to, such as /tmp",
    "D1": "nothing more, but code that needs a file loses points: figures, late imports, saved tensors",
    "E": "nothing more, but code that needs a file loses points, the child's own files included",
    "E'": "every file that you can read can be read, every file that you can write can be changed",
    "0": "everything: only time, memory and output are limited",
}


def describe() -> str:
    """The report, as lines of text."""
    return "\n".join([*_offers(), "", *_tiers(), "", _verdict()])


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
    with probing.targets(os.getpid(), [SUITES]) as target:
        through = probing.try_out(made, confinement.apply, target)
    return f"not stopped: {', '.join(through)}" if through else ""


def _verdict() -> str:
    try:
        with Sandbox({"inputs": ""}) as sandbox:
            return f"`autograder grade` uses {sandbox.level}"
    except SandboxError as error:
        return f"`autograder grade` refuses: {error}"
