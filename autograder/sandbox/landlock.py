"""Landlock: files are closed except for the paths that are named.

Theory of operation. Landlock (Linux 5.13, ABI 1) lets an unprivileged process give up rights for good. A ruleset says
which rights are handled, that is denied; each rule gives some of them back beneath one path. It must be built in the
child, because a ruleset shared by a fork could be changed by the other side. We handle every right that the running
kernel knows, so a new right is never forgotten silently. What is stopped:

    ABI 1  reading and writing outside the named paths: suites, references, other submissions, /proc of others, /dev/shm
    ABI 2  moving a file between folders       ABI 3  truncating       ABI 5  ioctl on devices
    ABI 4  TCP: bind and connect               ABI 6  signals and abstract sockets to processes outside

Not stopped: stat() (names, sizes), UDP, chmod, fork: seccomp does. The kernel's ABI is frozen and the numbers are the
same on all architectures (linux/landlock.h), so forty lines of ctypes need no library.
"""

import ctypes
import errno
import os
import struct

from autograder.sandbox import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
REFER, TRUNCATE = 1 << 13, 1 << 14
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE  # no links, no devices
ON_A_FILE = WRITE_FILE | READ_FILE | TRUNCATE  # other rights on a file are refused with EINVAL

_FS_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_FS_RIGHTS_FROM_5 = (1 << 16) - 1
_TCP = 0b11
_SCOPES = 0b11  # abstract sockets, signals


def abi() -> int:
    """The version of Landlock that the running kernel offers; 0 for none."""
    if not kernel.IS_LINUX:
        return 0
    try:
        return kernel.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def restrict(rules: dict[str, int], version: int) -> None:
    """Keep only these rights (path -> READ, WRITE or a part of them); needs no_new_privs."""
    handled = _FS_RIGHTS.get(version, _FS_RIGHTS_FROM_5)
    ruleset = _create(handled, version)
    for path, rights in rules.items():
        _allow(ruleset, path, rights & handled)
    kernel.syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _create(handled: int, version: int) -> int:
    network = _TCP if version >= 4 else 0
    scopes = _SCOPES if version >= 6 else 0
    try:
        return _create_with(handled, network, scopes, version)
    except OSError as error:
        if error.errno != errno.EINVAL or not scopes:
            raise
        return _create_with(handled, network, 0, 5)  # RHEL 9 kernels claim ABI 6 and refuse the scopes


def _create_with(handled: int, network: int, scopes: int, version: int) -> int:
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attributes = struct.pack("=QQQ", handled, network, scopes)[:size]
    return kernel.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return  # less is readable, which is safe
    try:
        if not os.path.isdir(path):
            rights &= ON_A_FILE
        rule = struct.pack("=Qi", rights, place)
        kernel.syscall(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(place)
