"""One process answers several calls, and each of them finds it as the first one did."""

import pytest
import torch

from autograder.sandbox import wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Job, Sandbox

PROBES = {
    "inputs": "import torch\nGIVEN = torch.zeros(2)\n",
    "exercise": "from .inputs import GIVEN\n\ndef probe(student):\n    return {'answer': student.solve(GIVEN)}\n",
    "other": "import os\n\ndef probe(student):\n    return {'answer': os.getpid()}\n",
}
CALL = ("exercise", "probe")
LIMITS = Limits(wall_seconds=4, cpu_seconds=2)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


def run(sandbox, source, calls, limits=LIMITS):
    return sandbox.run(Job(tuple(calls), ((source, "cell 1"),), limits))


def values_of(outcomes):
    return [wire.read(outcome.frame, outcome.nonce) for outcome in outcomes if outcome.ended == "answered"]


def test_one_process_answers_all_calls(sandbox):
    outcomes = run(sandbox, "", [("other", "probe")] * 3)
    pids = [values["answer"] for values in values_of(outcomes)]
    assert len(pids) == 3
    assert len(set(pids)) == 1
    assert values_of(run(sandbox, "", [("other", "probe")]))[0]["answer"] != pids[0]


@pytest.mark.parametrize(
    "source",
    [
        "seen = []\ndef solve(x):\n    seen.append(1)\n    return len(seen)",
        "def solve(x):\n    x += 1\n    return x",
        "import torch\ndef solve(x):\n    return torch.rand(2)",
        "import numpy as np\ndef solve(x):\n    return float(np.random.rand())",
        "import random\ndef solve(x):\n    return random.random()",
        "class Net:\n    made = 0\ndef solve(x):\n    Net.made += 1\n    return Net.made",
    ],
)
def test_what_a_call_has_done_does_not_reach_the_next_one(sandbox, source):
    outcomes = run(sandbox, source, [CALL] * 3)
    answers = [torch.as_tensor(values["answer"]) for values in values_of(outcomes)]
    assert len(answers) == 3
    assert all(torch.equal(answer, answers[0]) for answer in answers)


@pytest.mark.parametrize(
    "setting",
    [
        "torch.set_default_dtype(torch.float64)",
        "torch.set_grad_enabled(False)",
        "torch.autograd.set_detect_anomaly(True)",
        "warnings.simplefilter('error')",
        "np.seterr(all='raise')",
        "sys.setrecursionlimit(5000)",
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    ],
)
def test_a_call_that_leaves_a_setting_behind_is_the_last_one(sandbox, setting):
    imports = "import sys, threading, time, warnings\nimport numpy as np\nimport torch\n"
    outcomes = run(sandbox, f"{imports}def solve(x):\n    {setting}\n    return 1\n", [CALL] * 3)
    assert [outcome.ended for outcome in outcomes] == ["answered", "died"]
    assert outcomes[1].signal == 0


def test_a_call_that_hangs_ends_the_series_and_the_answers_before_it_stay(sandbox):
    source = "def solve(x):\n    while True: pass\n"
    outcomes = run(sandbox, source, [("other", "probe"), CALL, ("other", "probe")])
    assert [outcome.ended for outcome in outcomes] == ["answered", "timed out"]


def test_each_call_has_the_processor_time_of_its_own(sandbox):
    wait = "end = time.process_time() + 1.2\n    while time.process_time() < end: pass"
    source = f"import time\ndef solve(x):\n    {wait}\n    return 1"
    outcomes = run(sandbox, source, [CALL] * 3, Limits(wall_seconds=20, cpu_seconds=2))
    assert [outcome.ended for outcome in outcomes] == ["answered"] * 3
    assert all(1 < values["~seconds"] < 2 for values in values_of(outcomes))


def test_after_bytes_that_are_no_frame_nothing_is_read(sandbox):
    outcomes = run(sandbox, "import os\ndef solve(x):\n    os.write(3, b'x' * 200)\n    return 1\n", [CALL] * 3)
    assert len(outcomes) == 1
    with pytest.raises(wire.WireError):
        values_of(outcomes)
