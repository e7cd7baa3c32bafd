"""Ways out of the sandbox, each a function that is True when it succeeded and harmless when it does.

Their source is sent into the sandbox, so each imports what it needs. `outside` names what must stay out of reach:
"folder" with a file "sentinel", "port" of a listening socket, "unix" the path of another, "grader" a pid, "suites".
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

    return any(f"autograder.{name}" in sys.modules for name in ("judge", "references", "suite", "suites", "records"))


def finds_an_earlier_submission_in_memory(outside):
    """Every writable page of this process, the zygote's before; by a hash, as the search must not find itself."""
    import hashlib

    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(part, 16) for part in place.split("-"))
            for start in range(begin, min(end, begin + (64 << 20)), 1 << 20):
                memory.seek(start)
                for piece in memory.read(min(1 << 20, end - start)).split(b"earlier-")[1:]:
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
