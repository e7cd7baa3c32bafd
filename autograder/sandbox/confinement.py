"""The layers a child puts around itself, last before student code; and which of them this machine can give.

Theory of operation. A tier is a set of layers. `plan` runs once, in the process that will fork: it goes through the
tiers from the strongest down, lets a throwaway child put each tier on and try to get out (`self_test`), and keeps the
first that lets nothing through. Nothing is judged by the system's name. `apply` then runs in every child; it only gives
rights up, so it works without root, and a child that cannot put on a layer ends before it runs any student code.

    tier  layers                                       lost against the tier above
    A     bubblewrap around the zygote, then B
    B     Landlock, seccomp, limits [, a uid of its own]  stat() shows names, sizes and times of files outside
    C     bubblewrap, seccomp, limits                  other running answers' scratch folders can be read
    D2    a uid of its own, seccomp, limits            files that everybody may read or write
    D1    a uid and an empty root, seccomp, limits     files of any kind: late imports, fonts
    E     seccomp without files, limits                files of any kind, the child's own included
    E'    seccomp, limits                              all files of the user; never without being asked for
    0     limits                                       everything
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.errors import AutograderError
from autograder.sandbox import kernel, landlock, seccomp, self_test

SYSTEM = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/dev/urandom",
    "/proc/cpuinfo", "/proc/self/maps", "/proc/self/fd",
    *(f"/sys/devices/system/cpu/{name}" for name in ("online", "possible", "present")),
)  # fmt: skip
SANDBOX_FLAG = "--allow-weaker-sandbox"


class ConfinementError(AutograderError):
    """Student code must not be run here; one sentence."""


@dataclass(frozen=True)
class Tier:
    """Which layers; `asked` tiers are taken only when the user accepts them."""

    name: str
    wrapped: bool = False
    landlock: bool = False
    seccomp: bool = True
    files: bool = True
    slot: bool = False
    new_root: bool = False
    asked: bool = False


TIERS = (
    Tier("A", wrapped=True, landlock=True),
    Tier("B", landlock=True),
    Tier("C", wrapped=True),
    Tier("D2", slot=True),
    Tier("D1", slot=True, new_root=True),
    Tier("E", files=False),
    Tier("E'", asked=True),
    Tier("0", seccomp=False, asked=True),
)


@dataclass(frozen=True)
class Plan:
    """What each child does. rules: path -> Landlock rights; program: the seccomp filter; slot: drop to a slot's uid."""

    level: str
    tier: Tier
    rules: dict[str, int]
    abi: int = 0
    program: bytes = b""
    slot: bool = False
    parent: int = 0


def plan(readable: Sequence[str], level: str, target: self_test.Target, wrapped: bool = False) -> Plan:
    """The strongest plan whose child could not reach the target; level: "best", "weak", "off" or a tier's name."""
    refuse_exposed(readable, target.hidden)
    failures = []
    for tier in candidates(level, wrapped):
        made = make(tier, readable, os.getpid())
        if isinstance(made, str):
            failures.append(f"{tier.name}: {made}")
            continue
        through = self_test.try_out(made, apply, target) if kernel.IS_LINUX else []
        if not through:
            return made
        failures.append(f"{tier.name}: not stopped: {', '.join(through)}")
    raise ConfinementError(refusal(failures))


def refusal(failures: Sequence[str]) -> str:
    """The sentence for a user whose machine has no tier that holds."""
    return (
        f"this machine cannot confine student code ({'; '.join(failures)}); run `autograder doctor`, grade on a Linux"
        f" machine with Landlock, or accept the risk with {SANDBOX_FLAG}"
    )


def candidates(level: str, wrapped: bool) -> list[Tier]:
    """The tiers to try, best first."""
    if level in ("best", "weak"):
        return [tier for tier in TIERS if tier.wrapped <= wrapped and (level == "weak" or not tier.asked)]
    name = "0" if level == "off" else level
    found = [tier for tier in TIERS if tier.name == name]
    if found and found[0].wrapped > wrapped:
        raise ConfinementError(f"tier {name} needs bubblewrap, which is missing or does not work here")
    if not found:
        raise ConfinementError(f"there is no sandbox level {level!r}; the levels are best, weak, off, one-shot")
    return found


def make(tier: Tier, readable: Sequence[str], parent: int) -> Plan | str:
    """The plan for a tier, for children of this parent; or why there is none."""
    if tier.name != "0" and not kernel.IS_LINUX:
        return "not Linux"
    abi = landlock.abi() if tier.landlock else 0
    if tier.landlock and not abi:
        return "the kernel offers no Landlock"
    root = tier.seccomp and os.geteuid() == 0 and kernel.may_change_uid()
    slot = root and (tier.new_root or all(kernel.can_read(kernel.SLOT_UIDS, path) for path in readable))
    if tier.slot and not slot:
        return "Python lies where only root can read it" if root else "not root"
    try:
        program = seccomp.build(tier.files) if tier.seccomp else b""
    except seccomp.SeccompError as error:
        return str(error)
    rules = dict.fromkeys((*SYSTEM, *readable), landlock.READ) if tier.landlock else {}
    return Plan(_describe(tier, slot), tier, rules, abi, program, slot, parent)


def _describe(tier: Tier, slot: bool) -> str:
    layers = [
        word
        for word, there in (
            ("bubblewrap", tier.wrapped), ("Landlock", tier.landlock), ("own uid", slot), ("empty root", tier.new_root),
            ("seccomp" if tier.files else "seccomp without files", tier.seccomp), ("limits", True),
        )
        if there
    ]  # fmt: skip
    return f"{tier.name} ({', '.join(layers)})"


def refuse_exposed(readable: Sequence[str], hidden: Sequence[str]) -> None:
    """ConfinementError when a path that student code may read holds one that it must not see."""
    for path in (*SYSTEM, *readable):
        for secret in hidden:
            inside = os.path.realpath(path), os.path.realpath(secret)
            if os.path.commonpath(inside) == inside[0]:
                raise ConfinementError(
                    f"{secret} lies in {path}, which student code must be able to read; move it, or install the grader"
                    f" with `pip install --editable` from a checkout elsewhere"
                )


def apply(plan: Plan, scratch: str, slot: int) -> None:
    """Give up every right the plan does not leave; the order matters, as each step denies the ones before it."""
    tempfile.tempdir = None  # the parent's answer to "where do temporary files go" is not for its children
    if not kernel.IS_LINUX:
        return
    if plan.slot:
        os.chown(scratch, kernel.SLOT_UIDS + slot, kernel.SLOT_UIDS + slot)
    if plan.tier.new_root:
        scratch = _enter(scratch)
    if plan.tier.seccomp:
        kernel.drop_bounding_set()
        if plan.slot:
            kernel.become_slot(slot)
        kernel.drop_capabilities()
    kernel.die_with_parent(plan.parent)
    os.chdir(scratch)
    kernel.no_new_privs()
    if plan.abi:
        rules = {**plan.rules, scratch: landlock.WRITE, os.devnull: landlock.READ_FILE | landlock.WRITE_FILE}
        landlock.restrict(rules, plan.abi)
    if plan.program:
        seccomp.load(plan.program)


def _enter(scratch: str) -> str:
    """Make the scratch folder the root of all that the child can name."""
    os.chroot(scratch)
    os.environ.update(HOME="/", TMPDIR="/", MPLCONFIGDIR="/")
    return "/"
