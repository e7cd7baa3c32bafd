"""The process that holds torch and no secret: it forks one child for each probe.

Theory of operation. The grader execs this file in a clean interpreter with an empty environment, one socket and no
other descriptor. It imports torch, loads the suite's probes (inputs, never answers), freezes the garbage collector
and waits. For each job that arrives on the socket, together with the write ends of two pipes, it forks. The child
drops everything it does not need, locks itself down (`limits`, `confinement`), and only then runs student code,
answering with one frame on the result pipe. The zygote itself never runs student code and never reads a result: it
reports the child's pid and, when asked, how it ended. Requests are answered one at a time, in order.
"""

import gc
import json
import os
import signal
import socket
import struct
import sys
import threading
from typing import Any

LENGTH = struct.Struct("<I")
RESULT, OUTPUT = 3, 1  # descriptors in the child


def serve(control: socket.socket) -> None:
    """Answer the grader's requests until it closes the socket."""
    start = _receive(control)[0]
    import torch

    from autograder.sandbox import confinement, worker

    torch.set_num_threads(1)
    probes = worker.load_probes(start["probes"])
    plan = confinement.plan(start["readable"], start["level"])
    gc.collect()
    gc.freeze()
    _send(control, {"level": plan.level})
    while True:
        try:
            request, descriptors = _receive(control)
        except EOFError:
            return
        if "reap" in request:
            _send(control, _reap(request["reap"]))
        else:
            _send(control, _fork(request, descriptors, probes, plan, control))


def _fork(job: dict, descriptors: list[int], probes: dict, plan: Any, control: socket.socket) -> dict:
    if _threads() > 1:
        return {"error": "the zygote runs more than one thread, and a fork would not be safe"}
    pid = os.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        return {"pid": pid}
    try:
        control.close()
        _run_child(job, descriptors, probes, plan)
    finally:
        os._exit(1)  # only reached when the child could not be set up
    raise AssertionError("unreachable")


def _run_child(job: dict, descriptors: list[int], probes: dict, plan: Any) -> None:
    from autograder.sandbox import confinement, limits, worker

    os.setsid()
    gc.enable()
    result, output = descriptors
    _place_descriptors(result, output)
    os.environ.clear()
    os.environ.update(HOME=job["scratch"], TMPDIR=job["scratch"], MPLCONFIGDIR=job["scratch"], MPLBACKEND="agg",
                      PATH="/usr/bin:/bin", LANG="C.UTF-8", OMP_NUM_THREADS="1")  # fmt: skip
    os.chdir(job["scratch"])
    limits.apply(limits.Limits(**job["limits"]))
    confinement.apply(plan, job["scratch"], job["slot"])
    probe = getattr(probes[job["exercise"]], job["probe"])
    frame = worker.answer(job["statements"], probe, bytes.fromhex(job["nonce"]))
    worker.write_all(RESULT, frame)
    os._exit(0)  # no atexit handler of the student's runs


def _place_descriptors(result: int, output: int) -> None:
    """0 reads nothing, 1 and 2 are the output pipe, 3 is the result pipe, and nothing else is open."""
    os.dup2(output, 10)
    os.dup2(result, 11)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(10, 1)
    os.dup2(10, 2)
    os.dup2(11, RESULT)
    os.closerange(RESULT + 1, 4096)


def _reap(pid: int) -> dict:
    """Wait for this child, which the grader knows to have ended or has killed."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    _, status, usage = os.wait4(pid, 0)
    signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"signal": signal_number, "seconds": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024}


def _threads() -> int:
    return max(len(os.listdir("/proc/self/task")), threading.active_count())


def _receive(control: socket.socket) -> tuple[dict, list[int]]:
    """One JSON message and the descriptors that came with its first bytes; EOFError when the grader is gone."""
    head, descriptors, _, _ = socket.recv_fds(control, LENGTH.size, 4)
    while len(head) < LENGTH.size:
        more = control.recv(LENGTH.size - len(head))
        if not more:
            raise EOFError
        head += more
    body = bytearray()
    (length,) = LENGTH.unpack(head)
    while len(body) < length:
        more = control.recv(min(1 << 20, length - len(body)))
        if not more:
            raise EOFError
        body += more
    return json.loads(body), descriptors


def _send(control: socket.socket, message: dict) -> None:
    body = json.dumps(message).encode()
    control.sendall(LENGTH.pack(len(body)) + body)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
