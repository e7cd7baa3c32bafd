"""Limits, recovery and tiers of the sandbox, tried for real with small limits."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import torch

from autograder.sandbox import bubblewrap, confinement, kernel, landlock, scratch, seccomp, self_test, wire
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.supervisor import Job, Sandbox, SandboxError

PROBES = {"inputs": "import torch\n", "exercise": "def probe(student):\n    return {'answer': student.solve()}\n"}
SMALL = Limits(wall_seconds=3, cpu_seconds=1, memory_mib=256, file_mib=4, scratch_mib=16, output_mib=1)
RIGHT = "import torch\ndef solve():\n    return torch.ones(2)\n"


def run(sandbox, source, limits=SMALL):
    return sandbox.run(Job((("exercise", "probe"),), ((source, "cell 1"),), limits))[0]


def answer(outcome):
    return wire.read(outcome.frame, outcome.nonce)["answer"]


def is_right(outcome):
    answers = wire.read(outcome.frame, outcome.nonce) if outcome.ended == "answered" else {}
    return "answer" in answers and torch.equal(answers["answer"], torch.ones(2))


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


def test_the_level_that_was_reached_is_told(sandbox):
    assert sandbox.level.split()[0] in ("A", "B", "C", "D1", "D2", "E", "F")


def test_an_answer_comes_back_with_its_usage(sandbox):
    outcome = run(sandbox, RIGHT)
    assert is_right(outcome)
    assert outcome.seconds < 1
    assert outcome.megabytes > 50


@pytest.mark.parametrize(
    ("body", "ended"),
    [
        ("while True: pass", "timed out"),
        ("import time; time.sleep(60)", "timed out"),
        ("import signal\n    signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n    while True: pass", "timed out"),
        ("import signal\n    signal.pause()", "timed out"),
        ("sum(range(10**12))", "timed out"),
        ("while True: print('x' * 10**5)", "flooded"),
        ("import os\n    os._exit(0)", "died"),
        ("import os\n    os.abort()", "died"),
        ("import ctypes\n    ctypes.string_at(0)", "died"),
        ("import os\n    os.close(3)\n    while True: pass", "died"),
        ("import os\n    os.write(3, b'\\0' * 10**6)", "answered"),
    ],
)
def test_a_child_that_misbehaves_gets_what_it_did(sandbox, body, ended):
    started = time.monotonic()
    outcome = run(sandbox, f"def solve():\n    {body}\n")
    assert outcome.ended == ended
    assert time.monotonic() - started < SMALL.wall_seconds + 2
    assert is_right(run(sandbox, RIGHT))


def test_a_frame_that_is_no_frame_is_refused(sandbox):
    outcome = run(sandbox, "import os\ndef solve():\n    os.write(3, b'forged' * 100)\n")
    with pytest.raises(wire.WireError):
        wire.read(outcome.frame, outcome.nonce)


@pytest.mark.parametrize(
    "body",
    [
        "torch.ones(400 << 18)",
        "[bytearray(1 << 20) for _ in range(600)]",
        "__import__('numpy').ones(400 << 17)",
        "__import__('mmap').mmap(-1, 400 << 20, flags=2)",
    ],
)
def test_more_memory_than_allowed_is_refused(sandbox, body):
    outcome = run(sandbox, f"import torch\ndef solve():\n    x = {body}\n    return len(x)\n")
    assert outcome.ended == "answered"
    assert "answer" not in wire.read(outcome.frame, outcome.nonce)
    assert outcome.megabytes < 1400


@pytest.mark.parametrize("mebibytes", [5, 9, 16, 25, 31])
def test_memory_that_is_free_again_does_not_count(sandbox, mebibytes):
    """glibc's aligned blocks can leave holes that none of them fits into (bug 14581), when they lie in its heap."""
    begin = f"import torch\ndef solve():\n    block, kept = torch.zeros({mebibytes} << 18), []\n"
    loop = "    for step in range(60):\n        kept.append(((block + step) ** 2).sum())\n"
    outcome = run(sandbox, f"{begin}{loop}    return torch.ones(2)\n", Limits(memory_mib=256))
    assert is_right(outcome)
    assert outcome.megabytes < run(sandbox, RIGHT).megabytes + 4 * mebibytes


def test_a_full_scratch_folder_ends_the_child(sandbox):
    body = "for i in range(8): open(str(i), 'wb').write(b'x' * (3 << 20))\n    import time; time.sleep(60)"
    assert run(sandbox, f"def solve():\n    {body}\n").ended == "flooded"


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(8): open(str(i), 'wb').write(b'x' * (3 << 20))\n    return True",
        "import os\n    for _ in range(20):\n        os.mkdir('d' * 250)\n        os.chdir('d' * 250)\n    return True",
        "import os, time\n    os.mkdir('closed', 0)\n    open('x', 'wb').write(b'x' * (3 << 20))\n    return True",
    ],
    ids=["at once", "deep", "closed"],
)
def test_what_an_answer_leaves_behind_is_looked_at(sandbox, body):
    if "closed" in body and os.geteuid() == 0:
        body = body.replace("return True", "[open(f'{n}', 'wb').write(b'x' * (3 << 20)) for n in range(8)]")
    outcome = run(sandbox, f"def solve():\n    {body}\n")
    assert (outcome.ended, outcome.frame) == ("flooded", b"")


def test_one_file_cannot_grow_without_end(sandbox):
    outcome = run(sandbox, "def solve():\n    open('x', 'wb').write(b'x' * (8 << 20))\n")
    assert outcome.ended in ("answered", "died")
    assert b'"answer"' not in outcome.frame


def test_a_scratch_tree_deeper_than_the_stack_is_removed(tmp_path):
    folder, here = tmp_path / "scratch", os.getcwd()
    folder.mkdir()
    try:
        os.chdir(folder)
        for _ in range(1200):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    scratch.remove(folder)
    assert not folder.exists()


def test_a_deep_scratch_tree_of_a_child_costs_nobody_anything(sandbox):
    body = (
        "import os\n    for _ in range(1200):\n        os.mkdir('d')\n        os.chdir('d')\n    return torch.ones(2)"
    )
    patient = Limits()  # each step down is a longer path for the kernel to look at
    assert is_right(run(sandbox, f"import torch\ndef solve():\n    {body}\n", patient))
    assert not list(sandbox._root.glob("tmp*"))


def test_threads_without_end_are_stopped(sandbox):
    body = (
        "import threading, time\n    threading.stack_size(1 << 16)\n"
        "    for _ in range(600): threading.Thread(target=time.sleep, args=(8,), daemon=True).start()\n"
        "    time.sleep(8)"
    )
    outcome = run(sandbox, f"def solve():\n    {body}\n", Limits(wall_seconds=6, cpu_seconds=2))
    assert outcome.ended in ("died", "answered")
    assert b'"answer"' not in outcome.frame


RAISES_ITS_LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (resource.getrlimit(resource.RLIMIT_CPU)[1],) * 2)
"""
COMPUTES_IN_THREADS = """
def solve():
    import hashlib, threading
    def work():
        while True: hashlib.sha256(bytes(1 << 20))
    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads: thread.start()
    threads[0].join()
"""


@pytest.mark.parametrize("level", ["best", "one-shot", "off"])
@pytest.mark.parametrize("body", ["def solve():\n    while True: pass\n", COMPUTES_IN_THREADS], ids=["loop", "threads"])
def test_the_limit_of_a_call_holds_where_its_process_may_use_more(level, body):
    limits = Limits(wall_seconds=20, cpu_seconds=1)
    with Sandbox(PROBES, level) as sandbox:
        job = Job((("exercise", "probe"),) * 12, ((RAISES_ITS_LIMIT + body, "cell 1"),), limits)
        (outcome,) = sandbox.run(job)
    assert outcome.ended == "timed out"
    assert outcome.seconds < 5  # its process has 12


def test_each_call_has_its_own_time():
    body = (
        "import time\ndef solve():\n    until = time.process_time() + 0.7\n    while time.process_time() < until: 0\n"
    )
    limits = Limits(wall_seconds=20, cpu_seconds=1)
    with Sandbox(PROBES) as sandbox:
        job = Job((("exercise", "probe"),) * 6, ((RAISES_ITS_LIMIT + body + "    return True\n", "cell 1"),), limits)
        assert [outcome.ended for outcome in sandbox.run(job)] == ["answered"] * 6


def test_what_one_child_changes_no_other_child_sees(sandbox):
    run(
        sandbox,
        "import torch\ndef solve():\n    torch.ones = torch.zeros\n    open('left', 'w').close()\n    return 1\n",
    )
    again = run(sandbox, "import os\ndef solve():\n    return str(os.listdir('.')) + str(sorted(os.environ))\n")
    assert is_right(run(sandbox, RIGHT))
    assert answer(again).startswith("[][")
    assert "secret" not in answer(again).lower()


def test_what_the_grader_prints_and_holds_does_not_reach_the_child(sandbox):
    os.environ["A_SECRET_TOKEN"] = "x"
    try:
        assert answer(run(sandbox, "import os\ndef solve():\n    return 'A_SECRET_TOKEN' in os.environ\n")) is False
    finally:
        del os.environ["A_SECRET_TOKEN"]


def _kill_zygote(sandbox):
    os.kill(sandbox._hosts.zygote._process.pid, signal.SIGKILL)


def test_jobs_survive_the_death_of_their_zygote():
    slow = "import time, torch\ndef solve():\n    time.sleep(1)\n    return torch.ones(2)\n"
    with Sandbox(PROBES, "B") as sandbox, ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(run, sandbox, slow, Limits()) for _ in range(4)]
        time.sleep(0.5)
        _kill_zygote(sandbox)
        assert all(is_right(job.result(timeout=120)) for job in jobs)
        assert is_right(run(sandbox, RIGHT))


def test_a_job_that_kills_its_zygote_costs_no_other_job():
    """Without confinement it can; it is found out when it runs alone."""
    killer = "import os, time\ndef solve():\n    time.sleep(0.3)\n    os.kill(os.getppid(), 9)\n    time.sleep(60)\n"
    slow = "import time, torch\ndef solve():\n    time.sleep(1)\n    return torch.ones(2)\n"
    with Sandbox(PROBES, "off") as sandbox, ThreadPoolExecutor(4) as pool:
        others = [pool.submit(run, sandbox, slow, Limits()) for _ in range(3)]
        assert pool.submit(run, sandbox, killer, Limits()).result(timeout=120).ended == "died"
        assert all(is_right(job.result(timeout=120)) for job in others)


def test_two_threads_get_their_own_answers(sandbox):
    sources = [f"import torch\ndef solve():\n    return torch.tensor({number})\n" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda source: run(sandbox, source), sources))
    assert [int(answer(outcome)) for outcome in outcomes] == list(range(12))


THREADED = {
    **PROBES,
    "inputs": "import threading, time\nthreading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n",
}
LATE = {
    **PROBES,
    "inputs": "import threading, time\nthreading.Timer(0, lambda: None).start()\nearly = time.sleep(0.2)\n",
}


def test_a_zygote_with_a_second_thread_refuses_to_fork():
    """Then each job gets a process of its own."""
    with Sandbox(THREADED) as sandbox:
        assert sandbox.level.startswith("F (")
        assert is_right(run(sandbox, RIGHT))


def test_a_thread_that_is_just_ending_does_no_harm():
    with Sandbox(LATE) as sandbox:
        assert not sandbox.level.startswith("F (")


def test_one_process_a_job_is_confined_and_limited_like_a_child():
    with Sandbox(PROBES, "one-shot") as sandbox:
        assert sandbox.level.startswith("F (")
        outcome = run(sandbox, RIGHT)
        assert is_right(outcome)
        assert outcome.seconds < 1
        refused = run(sandbox, "def solve():\n    return open('/etc/hostname').read()\n")
        assert b"FORBIDDEN" in refused.frame
        assert run(sandbox, "def solve():\n    while True: pass\n").ended == "timed out"
        assert run(sandbox, "import os\ndef solve():\n    os.kill(os.getppid(), 0)\n").frame.count(b"FORBIDDEN") == 1


def test_off_confines_nothing_and_says_so():
    with Sandbox(PROBES, "off") as sandbox:
        assert sandbox.level == "0 (limits)"
        assert is_right(run(sandbox, RIGHT))


def test_a_machine_that_cannot_confine_is_refused(monkeypatch):
    monkeypatch.setattr(confinement, "make", lambda tier, readable, parent: "not here")
    with (
        self_test.targets(os.getpid()) as target,
        pytest.raises(confinement.ConfinementError, match="--allow-weaker-sandbox"),
    ):
        confinement.plan(["/usr"], "best", target)


def test_weaker_tiers_are_taken_only_when_asked_for():
    best = {tier.name for tier in confinement.candidates("best", wrapped=False)}
    weak = [tier.name for tier in confinement.candidates("weak", wrapped=False)]
    assert best == {"B", "D1", "D2", "E"}
    assert weak[-2:] == ["E'", "0"]


def test_an_unknown_level_is_refused():
    with pytest.raises(SandboxError, match="no sandbox level 'strongest'"), Sandbox(PROBES, "strongest"):
        pass


def test_hidden_files_that_would_be_readable_are_refused(tmp_path):
    (tmp_path / "suites").mkdir()
    with pytest.raises(confinement.ConfinementError, match="must be able to read"):
        confinement.refuse_exposed([str(tmp_path)], [str(tmp_path / "suites")])
    confinement.refuse_exposed([str(tmp_path / "suites")], [str(tmp_path)])


@pytest.mark.skipif(not landlock.abi(), reason="no Landlock")
def test_a_kernel_that_claims_scopes_and_refuses_them_is_asked_again(monkeypatch):
    asked = []

    def create(handled, network, scopes, version):
        asked.append(scopes)
        if scopes:
            raise OSError(22, "Invalid argument")
        return 99

    monkeypatch.setattr(landlock, "_create_with", create)
    assert landlock._create(1, 6) == 99
    assert asked == [3, 0]


@pytest.mark.skipif(not seccomp.is_offered(), reason="no libseccomp")
def test_the_filter_without_files_is_another_one():
    assert len(seccomp.build(files=False)) < len(seccomp.build(files=True)) < 8 * 4096


def test_whether_another_user_can_read_is_judged_by_every_folder_above(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a", inner):
        folder.chmod(0o755)
    above = tmp_path.parent.stat().st_mode & 0o1
    assert kernel.can_read(60000, str(inner)) == bool(above)
    (tmp_path / "a").chmod(0o700)
    assert not kernel.can_read(60000, str(inner))


def test_without_bubblewrap_nothing_is_put_in_front(monkeypatch, tmp_path):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    assert bubblewrap.prefix([], tmp_path) == []


def test_an_overfull_folder_is_noticed(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * MIB)
    assert scratch.is_overfull(tmp_path, MIB // 2)
    assert not scratch.is_overfull(tmp_path, 2 * MIB)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_folder_that_cannot_be_looked_into_is_overfull(tmp_path, is_open, monkeypatch):
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise FileNotFoundError if is_open else PermissionError  # it was removed just now; it is closed
        return scan(path)

    monkeypatch.setattr(scratch.os, "scandir", refuse)  # root may look into everything
    assert scratch.is_overfull(tmp_path, MIB) is not is_open


TAKES_THE_DISK = """
import mmap, os, time, torch
def solve():
    held = []
    try:
        for number in range(200):
            with open("x", "wb+") as file:
                os.unlink("x")
                file.write(bytes(4 << 20))
                file.flush()
                held.append(mmap.mmap(file.fileno(), 4096))
            time.sleep(0.01)
    finally:  # full before anybody has looked: still held until somebody does
        time.sleep(30)
"""
WRITES_A_LITTLE = """
import time, torch
def solve():
    for number in range(40):
        with open(str(number % 4), "wb") as file:
            file.write(bytes(1 << 20))
        time.sleep(0.05)
    return torch.ones(2)
"""
ON_A_SMALL_DISK = """
import os, sys
sys.path.insert(0, sys.argv[1])
import test_sandbox as tests
limits = tests.Limits(wall_seconds=15, cpu_seconds=5, scratch_mib=16, file_mib=8)
with tests.Sandbox(tests.PROBES) as sandbox, tests.ThreadPoolExecutor(4) as pool:
    neighbours = [pool.submit(tests.run, sandbox, tests.WRITES_A_LITTLE, limits) for _ in range(3)]
    taker = pool.submit(tests.run, sandbox, tests.TAKES_THE_DISK, limits)
    print(tests.is_right(taker.result()), *(tests.is_right(job.result()) for job in neighbours))
    print(tests.is_right(tests.run(sandbox, tests.WRITES_A_LITTLE, limits)))
    if len(sys.argv) > 2:
        open(f"{os.environ['TMPDIR']}/full", "wb").write(bytes(int(sys.argv[2]) << 20))
        tests.run(sandbox, tests.RIGHT, limits)
"""


def test_whoever_takes_the_disk_is_found_out_and_neighbours_answer(in_mounts, tmp_path):
    """Files that were removed are in no folder; on a small disk of its own, for good reason."""
    script = 'mount -t tmpfs -o size=160m tmpfs "$TMPDIR"; python -c "$PROGRAM" "$HERE"'
    done = in_mounts(script, TMPDIR=tmp_path, PROGRAM=ON_A_SMALL_DISK, HERE=Path(__file__).parent)
    assert done.stdout.split("\n")[:2] == ["False True True True", "True"], done.stderr


def test_a_disk_that_somebody_else_has_filled_is_nobodys_fault(in_mounts, tmp_path):
    script = 'mount -t tmpfs -o size=160m tmpfs "$TMPDIR"; python -c "$PROGRAM" "$HERE" 140'
    done = in_mounts(script, TMPDIR=tmp_path, PROGRAM=ON_A_SMALL_DISK, HERE=Path(__file__).parent)
    assert "SandboxError" in done.stderr
    assert "free some space" in done.stderr


def test_no_scratch_folder_and_no_thread_is_left_behind():
    before = threading.active_count()
    with Sandbox(PROBES) as sandbox:
        run(sandbox, RIGHT)
        root = sandbox._root
    assert not root.exists()
    assert threading.active_count() == before


def test_what_a_killed_grader_left_behind_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    program = "from autograder.sandbox import scratch; print(scratch.make_root()[0], flush=True); input()"
    start = partial(subprocess.Popen, [sys.executable, "-c", program], env=os.environ | {"TMPDIR": str(tmp_path)})
    with start(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as grader:
        used = Path(grader.stdout.readline().strip())
        (used / "inner").mkdir()
        other = tmp_path / "autograder-of-mine"
        other.mkdir()
        root, hold = scratch.make_root()  # whoever holds its lock runs, in whatever container
        assert sorted(tmp_path.iterdir()) == sorted([used, other, root])
        grader.kill()
        grader.wait()
    another, its_hold = scratch.make_root()
    assert sorted(tmp_path.iterdir()) == sorted([other, root, another])
    os.close(hold)
    os.close(its_hold)


def test_graders_that_start_together_keep_their_folders(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: scratch.make_root(), range(40)))
    assert sorted(tmp_path.iterdir()) == sorted(root for root, _ in made)
    for _, hold in made:
        os.close(hold)
