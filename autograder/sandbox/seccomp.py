"""seccomp: an allow-list of system calls, with conditions on the arguments of the dangerous ones.

Theory of operation. libseccomp (through pyseccomp) turns names into a filter program for this machine's architecture,
once, before anything is forked; the child loads the finished bytes. What is not named below fails with EPERM, which
Python raises as PermissionError; a call newer than the list fails with ENOSYS, so that the C library falls back to
older ones. A call by another architecture's numbering is never run. What is stopped:

    processes   fork, vfork, exec, clone without CLONE_THREAD, namespaces; threads are allowed
    signals     kill, tkill, tgkill, pidfd_*, sigqueue, and the owner of a descriptor's signals (fcntl)
    network     socket, connect, bind, every family; socketpair only as an AF_UNIX stream (asyncio needs one)
    memory      of others: ptrace, process_vm_*; beyond the limits: shared anonymous maps, memfd, shm, bigger pipes
    files       links, devices, mounts, chroot, extended attributes, truncation by name (which Landlock 1 and 2 miss);
                room that no limit counts (fallocate); chmod and utime say yes and do nothing
    notes       to other children, by what the kernel keeps for all: futexes that are not private, what is in the page
                cache, page faults, free memory and disk, clocks and numbers of other processes. What callers can do
                without says yes and does nothing (fadvise, fsync). A shared wait is answered "try again": pthread_join
                waits in this way for a thread to end, and then looks again itself
    the rest    keyrings, bpf, perf, io_uring, userfaultfd, modules, clocks, another filter

`files=False` (where nothing else guards the files) also denies to open, rename or remove any file.
"""

import ctypes
import errno
import mmap
import socket
import struct
import tempfile
from typing import Any

from autograder.sandbox import kernel

ALLOWED = [
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek", "close", "close_range",
    "fstat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat",
    "getcwd", "chdir", "fchdir", "getdents", "getdents64", "dup", "dup2", "dup3", "pipe", "pipe2", "poll", "ppoll",
    "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
    "eventfd", "eventfd2", "ftruncate", "sendfile", "copy_file_range", "umask", "munmap", "mprotect", "mremap",
    "brk", "set_robust_list", "rseq", "sched_yield", "getcpu", "arch_prctl", "sched_get_priority_max",
    "sched_get_priority_min", "exit", "exit_group", "wait4", "waitid", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "sigaltstack", "restart_syscall", "pause",
    "alarm", "setitimer", "getitimer", "nanosleep", "gettimeofday", "time", "times", "getrlimit", "uname",
    "getrandom", "getpid", "gettid", "getppid", "getpgrp", "getuid", "geteuid", "getgid", "getegid", "getresuid",
    "getresgid", "getgroups", "recvfrom", "shutdown", "getsockopt", "getsockname", "getpeername",
]  # fmt: skip
ON_PATHS = [
    "open", "openat", "creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat",
    "rmdir",
]  # fmt: skip
SAYS_YES = [  # and does nothing
    "chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "utimensat", "futimesat", "flock",
    "fadvise64", "readahead", "fsync", "fdatasync", "msync",
]  # fmt: skip
NOT_HERE = {  # what callers take as "not supported" and get along without
    errno.ENOSYS: [
        "clone3", "openat2", "futex_waitv", "mincore", "membarrier", "get_mempolicy", "statfs", "fstatfs",
    ],
    errno.ENOTSUP: [
        "fallocate",  # the C library writes zeros instead
        "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
        "setxattr", "lsetxattr", "fsetxattr",
    ],
}  # fmt: skip
OF_ITSELF_ONLY = {  # name -> which argument is a process, 0 for the caller
    "getpgid": 0, "getsid": 0, "sched_getaffinity": 0, "sched_getparam": 0, "sched_getscheduler": 0, "getpriority": 1,
}  # fmt: skip
WITHOUT_FLAGS = {"preadv2": 5, "pwritev2": 5}  # name -> which argument holds them
CLOCKS = ("clock_gettime", "clock_getres", "clock_nanosleep")

_CLONE_THREAD, _CLONE_NEW = 0x10000, 0x7E020080  # every namespace flag
_TYPE_MASK = 0xF
_FCNTL = (0, 1, 2, 3, 4, 1030, 1032)  # F_DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC, GETPIPE_SZ
_FCNTL_LOCKS = (5, 6, 7, 36, 37, 38)
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO(N)CLEX
_FUTEX_PRIVATE, _FUTEX_COMMAND, _FUTEX_WAITS = 0x80, 0x7F, (0, 9)  # WAIT, WAIT_BITSET
_MADV = (4, 8, 14, 15, 16, 17)  # DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE, DONTDUMP, DODUMP: the caller's own memory
_MADV_OF_FILES = (0, 1, 2, 3)  # NORMAL, RANDOM, SEQUENTIAL, WILLNEED
_MAP_GROWSDOWN, _MAP_HUGETLB = 0x100, 0x40000  # what no limit of data counts, and what all processes share
_MOST_CLOCKS = 16  # above are those of processes: negative numbers
_PR_NAMES = (15, 16)  # PR_SET_NAME, PR_GET_NAME
_LOAD_NUMBER, _LOAD_ARCH, _JUMP_EQUAL, _JUMP_ABOVE, _RETURN = (0x20, 0), (0x20, 4), 0x15, 0x25, 0x06
_RETURN_ERRNO = 0x00050000
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2


class SeccompError(Exception):
    """No filter can be made here; one sentence."""


def build(files: bool) -> bytes:
    """The filter as a BPF program."""
    try:
        import pyseccomp as library
    except (ImportError, RuntimeError, OSError) as error:
        raise SeccompError(f"libseccomp is not usable here ({error}); install libseccomp2") from None
    made = library.SyscallFilter(library.ERRNO(errno.EPERM))
    newest = 0
    for name, action, *conditions in _rules(library, files):
        number = library.resolve_syscall(library.Arch.NATIVE, name)
        if number >= 0:  # else this architecture has no such call
            made.add_rule(action, name, *conditions)
            newest = max(newest, number)
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        program = file.read()
    return _unknown_is_enosys(program, newest) + program


def _rules(library: Any, files: bool) -> list[tuple]:
    """(name, action, conditions on arguments …)"""
    allow, yes, argument = library.ALLOW, library.ERRNO(0), library.Arg
    rules: list[tuple] = [(name, allow) for name in ALLOWED + (ON_PATHS if files else [])]
    rules += [(name, yes) for name in SAYS_YES]
    rules += [(name, library.ERRNO(number)) for number, names in NOT_HERE.items() for name in names]
    masked, equal = library.MASKED_EQ, library.EQ
    rules += [("clone", allow, argument(0, masked, _CLONE_THREAD | _CLONE_NEW, _CLONE_THREAD))]
    odd, private = _MAP_GROWSDOWN | _MAP_HUGETLB, mmap.MAP_ANONYMOUS | mmap.MAP_PRIVATE
    rules += [("mmap", allow, argument(3, masked, mmap.MAP_ANONYMOUS | odd, 0))]
    rules += [("mmap", allow, argument(3, masked, mmap.MAP_ANONYMOUS | _TYPE_MASK | odd, private))]
    stream = argument(1, masked, _TYPE_MASK, socket.SOCK_STREAM)
    rules += [("socketpair", allow, argument(0, equal, socket.AF_UNIX), stream)]
    rules += [("sendto", allow, argument(4, equal, 0))]
    rules += [("prlimit64", allow, argument(0, equal, 0))]
    rules += [("prctl", allow, argument(0, equal, option)) for option in _PR_NAMES]
    rules += [("ioctl", allow, argument(1, equal, request)) for request in _IOCTL]
    rules += [("fcntl", allow, argument(1, equal, command)) for command in _FCNTL]
    rules += [("fcntl", yes, argument(1, equal, command)) for command in _FCNTL_LOCKS]
    return rules + _rules_on_what_is_shared(library)


def _rules_on_what_is_shared(library: Any) -> list[tuple]:
    """As `_rules`: what serves the caller is let through, what would tell of others is not."""
    allow, argument, masked, equal = library.ALLOW, library.Arg, library.MASKED_EQ, library.EQ
    again, no_such, not_offered = (library.ERRNO(each) for each in (errno.EAGAIN, errno.ENOSYS, errno.ENOTSUP))
    rules: list[tuple] = [("futex", allow, argument(1, masked, _FUTEX_PRIVATE, _FUTEX_PRIVATE))]
    shared = _FUTEX_PRIVATE | _FUTEX_COMMAND
    rules += [("futex", again, argument(1, masked, shared, command)) for command in _FUTEX_WAITS]
    rules += [("madvise", allow, argument(2, equal, advice)) for advice in _MADV]
    rules += [("madvise", library.ERRNO(0), argument(2, equal, advice)) for advice in _MADV_OF_FILES]
    rules += [(name, allow, argument(0, library.LT, _MOST_CLOCKS)) for name in CLOCKS]
    for names, otherwise in ((OF_ITSELF_ONLY, no_such), (WITHOUT_FLAGS, not_offered)):
        for name, place in names.items():
            rules += [(name, allow, argument(place, equal, 0)), (name, otherwise, argument(place, library.NE, 0))]
    return rules


def _unknown_is_enosys(program: bytes, newest: int) -> bytes:
    """Instructions to put in front: numbers above every one we know are "not implemented", not "forbidden".

    libseccomp's program begins by loading the architecture and comparing it; the comparison is repeated here.
    """
    architecture = next(
        constant for code, _, _, constant in struct.iter_unpack("=HBBI", program) if code == _JUMP_EQUAL
    )
    return b"".join(
        struct.pack("=HBBI", *instruction)
        for instruction in (
            (_LOAD_ARCH[0], 0, 0, _LOAD_ARCH[1]),
            (_JUMP_EQUAL, 0, 3, architecture),
            (_LOAD_NUMBER[0], 0, 0, _LOAD_NUMBER[1]),
            (_JUMP_ABOVE, 0, 1, newest),
            (_RETURN, 0, 0, _RETURN_ERRNO | errno.ENOSYS),
        )
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load(program: bytes) -> None:
    """Put the calling thread, and all that it starts, under the filter for good; needs no_new_privs."""
    prepared = _Program(len(program) // 8, program)
    kernel.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(prepared))


def is_offered() -> bool:
    """Whether a filter can be built on this machine; whether it holds is what the self-test shows."""
    try:
        return kernel.IS_LINUX and len(build(files=True)) > 0
    except SeccompError:
        return False
