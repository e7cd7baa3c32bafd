"""Ways out of the sandbox, each a function that is True when it succeeded and harmless when it does.

Their source is sent into the sandbox, so each imports what it needs. `outside` names what must stay out of reach:
"folder" with a file "sentinel", "port" of a listening socket, "unix" the path of another, "grader" a pid, "suites";
"numbers" are those of some system calls.
"""


def reads_a_file(outside):
    return open(f"{outside['folder']}/sentinel").read() == "outside"


def reads_a_file_by_mapping_it(outside):
    import torch

    return bool(torch.from_file(f"{outside['folder']}/sentinel", size=7, dtype=torch.uint8)[0] == ord("o"))


def reads_a_file_through_a_link(outside):
    import os

    os.symlink(f"{outside['folder']}/sentinel", "link")
    return open("link").read() == "outside"


def reads_a_file_through_proc(outside):
    return open(f"/proc/self/root{outside['folder']}/sentinel").read() == "outside"


def lists_a_folder(outside):
    import os

    return bool(os.listdir(outside["folder"]))


def reads_the_hidden_tests(outside):
    import os

    return bool(os.listdir(outside["suites"]))


def imports_the_hidden_tests(outside):
    import importlib

    return bool(importlib.import_module("autograder.suites.hw4_contrastive.test_info_nce"))


def writes_a_new_file(outside):
    open(f"{outside['folder']}/planted", "w").close()
    return True


def writes_to_a_file(outside):
    open(f"{outside['folder']}/sentinel", "a").close()
    return True


def writes_where_everybody_may(outside):
    import os

    for folder in ("/dev/shm", "/tmp", "/var/tmp"):
        try:
            open(f"{folder}/planted-by-the-sandbox-test", "w").close()
            os.unlink(f"{folder}/planted-by-the-sandbox-test")
        except OSError:
            continue
        return True
    return False


def truncates_a_file(outside):
    import os

    os.truncate(f"{outside['folder']}/sentinel", 7)
    return True


def moves_a_file(outside):
    import os

    os.rename(f"{outside['folder']}/sentinel", f"{outside['folder']}/moved")
    return True


def removes_a_file(outside):
    import os

    os.unlink(f"{outside['folder']}/sentinel")
    return True


def links_a_file(outside):
    import os

    os.link(f"{outside['folder']}/sentinel", "linked")
    return True


def changes_a_mode(outside):
    import os

    path = f"{outside['folder']}/sentinel"
    os.chmod(path, 0o644)
    return os.stat(path).st_mode & 0o777 == 0o644


def changes_a_time(outside):
    import os

    path = f"{outside['folder']}/sentinel"
    os.utime(path, (1, 1))
    return os.stat(path).st_mtime == 1


def makes_a_pipe_with_a_name(outside):
    import os

    os.mkfifo("fifo")
    return True


def opens_the_parents_memory(outside):
    import os

    open(f"/proc/{os.getppid()}/mem", "rb").close()
    return True


def opens_the_graders_memory(outside):
    open(f"/proc/{outside['grader']}/mem", "rb").close()
    return True


def reads_the_graders_environment(outside):
    return open(f"/proc/{outside['grader']}/environ").read() != ""


def finds_an_inherited_descriptor(outside):
    import os

    def is_open(number):
        try:
            return bool(os.fstat(number))
        except OSError:
            return False

    return any(is_open(number) for number in range(4, 1024))


def finds_the_grader_in_memory(outside):
    import sys

    return any(f"autograder.{name}" in sys.modules for name in ("judging", "observing", "suite", "suites", "records"))


def finds_an_earlier_submission_in_memory(outside):
    """Every writable page of this process, the zygote's before; by a hash, as the search must not find itself."""
    import ctypes
    import hashlib

    with open("/proc/self/maps") as maps:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(part, 16) for part in place.split("-"))
            for start in range(begin, min(end, begin + (64 << 20)), 1 << 20):
                for piece in ctypes.string_at(start, min(1 << 20, end - start)).split(b"earlier-")[1:]:
                    if hashlib.sha256(piece[:16]).hexdigest() == outside["earlier"]:
                        return True
    return False


def connects_by_tcp(outside):
    import socket

    socket.create_connection(("127.0.0.1", outside["port"]), timeout=2).close()
    return True


def sends_a_datagram(outside):
    import socket

    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", outside["port"])) == 1


def connects_by_a_path(outside):
    import socket

    socket.socket(socket.AF_UNIX).connect(outside["unix"])
    return True


def sends_from_a_socket_pair(outside):
    import socket

    ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return ours.sendto(b"x", outside["unix"]) == 1


def opens_any_socket(outside):
    import socket

    opened = 0
    for family in range(1, 46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                socket.socket(family, kind).close()
                opened += 1
            except OSError:
                pass
    return opened > 0


def forks(outside):
    import os

    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def runs_a_program(outside):
    import subprocess

    return subprocess.run(["/bin/true"], check=False).returncode == 0


def spawns_a_program(outside):
    import os

    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
    return True


def becomes_a_program(outside):
    import os

    try:
        os.execv("/nonexistent", ["/nonexistent"])
    except FileNotFoundError:
        return True


def signals_its_parent(outside):
    import os

    os.kill(os.getppid(), 0)
    return True


def signals_the_grader(outside):
    import os

    os.kill(outside["grader"], 0)
    return True


def signals_everybody(outside):
    import os

    os.kill(-1, 0)
    return True


def signals_by_a_pipes_owner(outside):
    import fcntl
    import os

    reader, _ = os.pipe()
    fcntl.fcntl(reader, fcntl.F_SETOWN, os.getppid())
    return fcntl.fcntl(reader, fcntl.F_GETOWN) == os.getppid()


def raises_its_limits(outside):
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
    return True


def becomes_somebody_else(outside):
    import os

    os.setresuid(12345, 12345, 12345)
    return True


def shares_memory_beyond_the_limits(outside):
    import mmap

    mmap.mmap(-1, 1 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    return True


def enlarges_a_pipe(outside):
    import fcntl
    import os

    fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)  # F_SETPIPE_SZ
    return True


def makes_a_file_in_memory(outside):
    import os

    os.memfd_create("hidden")
    return True


def takes_room_that_no_limit_counts(outside):
    """fallocate with KEEP_SIZE: the disk is taken and the file stays empty."""
    import ctypes
    import os

    with open("empty", "wb") as file:
        failed = ctypes.CDLL(None).fallocate(file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(1 << 20))
        return not failed and os.fstat(file.fileno()).st_size == 0


def maps_memory_that_counts_as_stack(outside):
    import mmap

    mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100)  # MAP_GROWSDOWN
    return True


def lets_its_stack_grow_without_end(outside):
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (soft + (1 << 20), soft + (1 << 20)))
    return True


def wakes_who_waits_on_a_page_that_all_share(outside):
    """A futex that is not private: on a library's page, which others map too, the answer is how many have waited."""
    import ctypes

    word, libc = ctypes.c_uint(7), ctypes.CDLL(None)
    return any(
        libc.syscall(outside["numbers"]["futex"], ctypes.byref(word), operation, 1, 0, 0, 0xFF) >= 0
        for operation in (1, 10)
    )


def waits_on_a_page_that_all_share(outside):
    """Until its time is over; who else has the page could have told it something."""
    import ctypes
    import errno

    class Moment(ctypes.Structure):
        _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))

    libc = ctypes.CDLL(None, use_errno=True)
    word, moment = ctypes.c_uint(7), Moment(0, 1000)
    libc.syscall(outside["numbers"]["futex"], ctypes.byref(word), 0, 7, ctypes.byref(moment), 0, 0)
    return ctypes.get_errno() == errno.ETIMEDOUT


def waits_on_many_pages_that_all_share(outside):
    import ctypes
    import errno

    class Waiter(ctypes.Structure):
        _fields_ = (("value", ctypes.c_ulong), ("address", ctypes.c_ulong), ("flags", ctypes.c_uint * 2))

    libc = ctypes.CDLL(None, use_errno=True)
    word = ctypes.c_uint(7)
    waiter = Waiter(8, ctypes.addressof(word), (ctypes.c_uint * 2)(2, 0))
    libc.syscall(outside["numbers"]["futex_waitv"], ctypes.byref(waiter), 1, 0, None, 1)
    return ctypes.get_errno() == errno.EAGAIN  # the kernel has compared the word


def sees_whether_a_file_was_read_before(outside):
    """What is in the page cache comes at once, and what is not says so."""
    import os

    with open(os.__file__, "rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(8)], 0, os.RWF_NOWAIT) == 8
        except BlockingIOError:
            return True


def sees_which_pages_of_a_file_are_in_memory(outside):
    import ctypes
    import mmap
    import os

    with open(os.__file__, "rb") as file:
        page = mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE)
    libc, found = ctypes.CDLL(None), (ctypes.c_ubyte * 1)()
    start = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return libc.mincore(ctypes.c_void_p(start), ctypes.c_size_t(4096), found) == 0


def throws_a_file_out_of_memory(outside):
    """That something was done shows where nothing can be done: for a descriptor that is not open."""
    import errno
    import os

    for advice in (os.POSIX_FADV_DONTNEED, os.POSIX_FADV_WILLNEED, os.POSIX_FADV_RANDOM):
        try:
            os.posix_fadvise(999, 0, 0, advice)
        except OSError as error:
            return error.errno == errno.EBADF
    return False


def reads_ahead(outside):
    import ctypes
    import errno

    libc = ctypes.CDLL(None, use_errno=True)
    libc.readahead(999, ctypes.c_long(0), ctypes.c_size_t(1))
    return ctypes.get_errno() == errno.EBADF


def advises_on_pages_of_a_file(outside):
    """COLD, PAGEOUT, POPULATE_READ, POPULATE_WRITE, COLLAPSE, REMOVE."""
    import contextlib
    import mmap

    with open("own", "wb+") as file:
        file.truncate(4096)
        page = mmap.mmap(file.fileno(), 4096)
    for advice in (20, 21, 22, 23, 25, 9):
        with contextlib.suppress(OSError, ValueError):
            page.madvise(advice)
            return True
    return False


def makes_a_disk_work(outside):
    """fsync's time tells what others have written; where a descriptor is not open it shows that it would be done."""
    import errno
    import os

    for sync in (os.fsync, os.fdatasync):
        try:
            sync(999)
        except OSError as error:
            return error.errno == errno.EBADF
    return False


def counts_what_came_from_the_disk(outside):
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0


def counts_it_in_proc(outside):
    import contextlib

    for name in ("io", "stat", "smaps", "pagemap", "net/unix"):
        with contextlib.suppress(OSError), open(f"/proc/self/{name}", "rb") as file:
            return bool(file.read(8))
    return False


def measures_free_memory(outside):
    import ctypes

    with_everything = ctypes.CDLL(None).sysinfo(ctypes.create_string_buffer(512)) == 0
    return with_everything or bool(open("/proc/meminfo").read())


def measures_a_disk_that_all_share(outside):
    import os

    return os.statvfs(".").f_blocks > 0


def reads_the_clock_of_another_process(outside):
    import os
    import time

    return time.clock_gettime(~os.getppid() << 3 | 2) >= 0


def asks_who_else_is_there(outside):
    import contextlib
    import os

    questions = (
        os.getpgid, os.getsid, os.sched_getscheduler, os.sched_getparam, os.sched_getaffinity,
        lambda pid: os.getpriority(os.PRIO_PROCESS, pid),
    )  # fmt: skip
    for ask in questions:
        with contextlib.suppress(OSError):
            ask(os.getppid())
            return True
    return False


def interrupts_everybody(outside):
    import ctypes

    return ctypes.CDLL(None).syscall(outside["numbers"]["membarrier"], 0, 0, 0) >= 0


ATTACKS = [value for value in list(globals().values()) if callable(value)]

SYSTEM_CALLS = [
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd", "pidfd_send_signal",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "kill", "tkill", "tgkill", "unshare", "setns", "mount", "umount2",
    "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "bpf", "perf_event_open", "userfaultfd",
    "io_uring_setup", "io_uring_enter", "keyctl", "add_key", "request_key", "memfd_create", "memfd_secret",
    "shmget", "semget", "msgget", "mq_open", "init_module", "finit_module", "delete_module", "kexec_load",
    "swapon", "swapoff", "acct", "settimeofday", "clock_settime", "adjtimex", "sethostname", "personality",
    "seccomp", "landlock_create_ruleset", "open_by_handle_at", "name_to_handle_at", "fanotify_init",
    "inotify_init1", "mknod", "mknodat", "symlink", "link", "setuid", "setgid", "setgroups", "capset", "prctl",
    "socket", "connect", "bind", "listen", "accept", "sendmsg", "recvmsg", "vmsplice", "splice", "tee",
    "timer_create", "syslog", "quotactl", "ioperm", "iopl", "modify_ldt", "setpriority", "sched_setscheduler",
    "mlockall", "remap_file_pages", "kcmp", "lookup_dcookie", "process_madvise", "migrate_pages", "move_pages",
    "execve", "execveat",
]  # fmt: skip


def call_all(numbers):
    """errno of each system call with arguments that make it fail even where it is allowed."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    failures = {}
    for name, number in numbers.items():
        result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)
        failures[name] = ctypes.get_errno() if result < 0 else 0
    return failures
