"""The stand-ins' child: confined and limited like the student's, and gone with it; whatever one does to the other."""

import os
import time

import pytest

from autograder.sandbox import wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Job, Sandbox

pytestmark = pytest.mark.proof

PROBES = {
    "inputs": "import torch\n",
    "exercise": "def probe(student):\n    return {'answer': student.solve()}\n",
}
CALL = ("exercise", "probe")
SMALL = Limits(wall_seconds=4, cpu_seconds=1, memory_mib=256, file_mib=4, scratch_mib=16, output_mib=1)
STUDENT = "import os, time\nimport torch\ndef help():\n    return 'wrong'\ndef solve():\n    "


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


def run(sandbox, student, stand_in, calls=1, limits=SMALL):
    job = Job((CALL,) * calls, ((STUDENT + student, "cell 1"),), limits, stand_ins=((stand_in, "stand-in"),))
    return sandbox.run(job)


def told(outcome):
    return wire.read(outcome.frame, outcome.nonce)


def test_the_stand_in_takes_the_name_in_the_notebook(sandbox):
    (outcome,) = run(sandbox, "return help()", "def help():\n    return 'right'")
    assert told(outcome)["answer"] == "right"


def test_it_has_a_process_of_its_own(sandbox):
    (outcome,) = run(sandbox, "return help() != os.getpid()", "import os\ndef help():\n    return os.getpid()")
    assert told(outcome)["answer"] is True


def test_every_call_of_a_series_finds_it_new(sandbox):
    stand_in = "import random\nmade = []\ndef help():\n    made.append(1)\n    return f'{len(made)} {random.random()}'"
    outcomes = run(sandbox, "return help()", stand_in, calls=3)
    answers = [told(outcome)["answer"] for outcome in outcomes]
    assert len(answers) == 3
    assert len(set(answers)) == 1
    assert answers[0].startswith("1 ")


@pytest.mark.parametrize(
    "body",
    [
        "open('/etc/hostname').read()",
        "open('/tmp/planted', 'w')",
        "__import__('socket').socket()",
        "__import__('os').fork()",
        "__import__('os').kill(__import__('os').getppid(), 0)",
    ],
)
def test_it_is_confined_like_the_students(sandbox, body):
    (outcome,) = run(sandbox, "return help()", f"def help():\n    {body}\n    return 'done'")
    assert told(outcome)["~verdict"] == "FORBIDDEN"


def test_its_descriptors_are_the_standard_ones_and_the_door(sandbox):
    body = "def help():\n    return sum(1 for n in range(1000) if is_open(n))\ndef is_open(n):\n    try:\n"
    count = f"import os\n{body}        os.fstat(n)\n        return True\n    except OSError:\n        return False\n"
    (outcome,) = run(sandbox, "return help()", count)
    assert told(outcome)["answer"] == 5
    own = count.replace("def help", "def count")
    (outcome,) = run(sandbox, "return count()\n" + own, "def help():\n    return 0")
    assert told(outcome)["answer"] == 5


@pytest.mark.parametrize(
    ("body", "verdict"),
    [("import os; os._exit(0)", "CRASHED"), ("return bytearray(1 << 30)", "OUT_OF_MEMORY")],
)
def test_one_that_fails_is_told_of(sandbox, body, verdict):
    (outcome,) = run(sandbox, "return help()", f"def help():\n    {body}")
    assert told(outcome)["~verdict"] == verdict


@pytest.mark.parametrize("stand_in", ["import os\ndef help():\n    os._exit(0)", "import not_there\ndef help(): pass"])
def test_one_that_is_gone_or_was_never_there_is_told_of_in_one_sentence(sandbox, stand_in):
    (outcome,) = run(sandbox, "return help()", stand_in)
    assert told(outcome)["~saw"].startswith("RuntimeError: the stand-in is gone")


@pytest.mark.parametrize("body", ["import time; time.sleep(60)", "while True: pass"])
def test_one_that_hangs_is_waited_for_no_longer_than_the_student(sandbox, body):
    started = time.monotonic()
    (outcome,) = run(sandbox, "return help()", f"def help():\n    {body}")
    assert outcome.ended == "timed out" or told(outcome)["~verdict"] == "CRASHED"
    assert time.monotonic() - started < SMALL.wall_seconds + 2


def test_what_it_uses_counts(sandbox):
    busy = "import time\ndef help():\n    end = time.process_time() + 0.5\n    while time.process_time() < end: pass\n"
    assert run(sandbox, "return help() or 1", busy)[0].seconds > 0.5
    assert run(sandbox, "return 1", busy)[0].seconds < 0.5
    large = "def help():\n    return len(b'x' * (60 << 20))"
    assert run(sandbox, "return help()", large)[0].megabytes > run(sandbox, "return 1", large)[0].megabytes + 50


@pytest.mark.parametrize(
    "body",
    [
        "os.close(4)\n    return help()",
        "os.write(4, b'no message' * 10)\n    return help()",
        "os.read(4, 1)",
        "os.write(4, bytes(1 << 27))",
        "os._exit(1)",
        "time.sleep(60)",
        "while True: help()",
    ],
)
def test_a_student_that_misuses_the_door_harms_itself_alone(sandbox, body):
    (outcome,) = run(sandbox, body, "def help():\n    return 'right'")
    assert outcome.ended != "answered" or "answer" not in told(outcome)
    (outcome,) = run(sandbox, "return help()", "def help():\n    return 'right'")
    assert told(outcome)["answer"] == "right"


def test_nothing_of_a_job_is_left_in_the_grader(sandbox):
    before = len(os.listdir("/proc/self/fd"))
    for body in ("return help()", "os._exit(1)", "time.sleep(60)"):
        run(sandbox, body, "def help():\n    return 'right'")
    assert len(os.listdir("/proc/self/fd")) == before
    assert not list(sandbox._root.glob("tmp*"))


def test_both_together_take_no_more_memory_than_one(sandbox):
    body = "block = bytearray({} << 20)\n    return len(block)"
    for student, stand_in, verdict in ((150, 60, "PASSED"), (200, 60, "OUT_OF_MEMORY"), (150, 120, "OUT_OF_MEMORY")):
        own = f"block = bytearray({student} << 20)\n    return help() + len(block)"
        (outcome,) = run(sandbox, own, f"def help():\n    {body.format(stand_in)}")
        assert told(outcome)["~verdict"] == verdict


def test_where_forks_are_unsafe_it_has_a_process_that_was_started_for_it():
    with Sandbox(PROBES, "one-shot") as sandbox:
        look = "import os\ndef help():\n    os.mkdir('own')\n    return f'{os.getpid()} {os.getcwd()}'"
        (outcome,) = run(sandbox, "return f'{help()} {os.getpid()} {os.getcwd()}'", look, limits=Limits())
        pid, folder, own_pid, own_folder = told(outcome)["answer"].split()
        assert pid != own_pid
        assert folder != own_folder
        assert outcome.seconds < Limits().cpu_seconds
