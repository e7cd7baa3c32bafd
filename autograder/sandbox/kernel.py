"""The few Linux calls that Python's standard library does not offer, by ctypes.

Theory of operation. Everything here is called in a freshly forked child or at the start of a process, and acts on
the calling process only. What each call stops:

    no_new_privs           set-uid programs give no rights; needed before Landlock and seccomp without root
    drop_capabilities      a child that has to stay uid 0 is an ordinary user with that number
    become_slot            where root: a uid of the slot's own, so that two children cannot touch each other
    die_with_parent        a child does not outlive the process that waits for it
    hide_memory            /proc/PID/mem, environ and ptrace are closed to other processes of the same user
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress

IS_LINUX = sys.platform == "linux"
SLOT_UIDS = 60000
SLOT_PROCESSES = 128  # threads count; the limit is of use only because the uid is the slot's own
LAST_CAPABILITY = 63

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES_OF_SLOTS = (0, 6, 7, 18)  # CHOWN, SETGID, SETUID, SYS_CHROOT

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: object) -> int:
    """A raw system call; OSError with its errno when it fails."""
    result = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(option: int, *arguments: object) -> None:
    """prctl(2) with its five arguments filled up by zeros; OSError when it fails."""
    filled = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]
    filled += [ctypes.c_ulong(0)] * (4 - len(filled))
    if _libc.prctl(option, *filled) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def no_new_privs() -> None:
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def hide_memory() -> None:
    """Close this process's memory, and its later forks', to others of the same user."""
    if IS_LINUX:
        prctl(_PR_SET_DUMPABLE, 0)


def die_with_parent(parent: int) -> None:
    """SIGKILL when the parent ends; ends at once if it has ended already. A change of uid clears it: call it after."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def drop_bounding_set() -> None:
    """No later call can give a capability back; for root only, before the uid changes."""
    for number in range(LAST_CAPABILITY + 1):
        try:
            prctl(_PR_CAPBSET_DROP, number)
        except OSError:
            return  # past this kernel's last one, or not root: then there is nothing to drop


def drop_capabilities() -> None:
    """Every capability that is left, also where the uid stays 0."""
    with suppress(OSError):  # an old kernel without ambient capabilities
        prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if _libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities could not be dropped")


def become_slot(slot: int) -> None:
    """Turn into the slot's uid, without groups; for root only."""
    uid = SLOT_UIDS + slot
    resource.setrlimit(resource.RLIMIT_NPROC, (SLOT_PROCESSES, SLOT_PROCESSES))
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def may_change_uid() -> bool:
    """Whether this process has the capabilities to turn into another user and give files away."""
    with open("/proc/self/status", encoding="utf-8") as status:
        effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return all(effective >> capability & 1 for capability in _CAPABILITIES_OF_SLOTS)


def can_read(uid: int, path: str) -> bool:
    """Whether a uid without groups may enter or read this path, judged by the mode bits of it and all above it."""
    real = os.path.realpath(path)
    parents = [real]
    while parents[-1] != os.path.dirname(parents[-1]):
        parents.append(os.path.dirname(parents[-1]))
    for place in parents:
        status = os.stat(place)
        needed = 0o5 if place == real and os.path.isdir(place) else 0o1 if os.path.isdir(place) else 0o4
        owned = status.st_uid == uid
        if (status.st_mode >> (6 if owned else 0)) & needed != needed:
            return False
    return True
