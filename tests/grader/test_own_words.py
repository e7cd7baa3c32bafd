"""Each failure is told in its own true words, with cell and line; "not written yet" is said of stubs alone."""

import pytest
import torch

from autograder.observing.interpret import interpret
from autograder.sandbox import wire
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Sandbox

PROBES = {
    "inputs": "import torch\n",
    "solve": "import torch\ndef probe(student):\n    return {'answer': student.solve(torch.tensor([True, False]))}\n",
}
LIMITS = Limits(wall_seconds=6.0, cpu_seconds=3)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


def outcome(sandbox, *cells, limits=LIMITS):
    statements = tuple((source, f"cell {number}") for number, source in enumerate(cells, start=1))
    return sandbox.run(Job((("solve", "probe"),), statements, limits))[0]


def seen(sandbox, *cells, limits=LIMITS):
    return interpret("probe", outcome(sandbox, *cells, limits=limits), limits)


@pytest.mark.parametrize(
    ("cells", "verdict", "saw"),
    [
        (["def solve(x):\n    raise NotImplementedError"], "NOT_WRITTEN", "not written yet"),
        (["def solve(x):\n    '''Do it.'''\n    raise NotImplementedError('todo')"], "NOT_WRITTEN", "not written yet"),
        (
            ["def other(x):\n    raise NotImplementedError\ndef solve(x):\n    return other(x)"],
            "NOT_WRITTEN",
            "other is not written yet",
        ),
        (
            [
                "class Queue:\n    def add(self, x):\n        raise NotImplementedError",
                "def solve(x):\n    Queue().add(x)",
            ],
            "NOT_WRITTEN",
            "Queue.add is not written yet",
        ),
        (
            ["class solve(dict):\n  def __init__(self, x):\n    super().__init__()\n    raise NotImplementedError"],
            "NOT_WRITTEN",
            "not written yet",
        ),
        (["x = 1"], "NOT_WRITTEN", "not written yet"),
        (
            ["def solve(x):\n    y = x.float()\n    raise NotImplementedError\n    return y"],
            "CRASHED",
            "the stub's `raise` is still reached; remove it where your answer stands (cell 1, line 3)",
        ),
        (["def solve(x):\n    return 1 - x"], "CRASHED", "with a bool tensor is not supported"),
        (
            ["import torch\nclass Net(torch.nn.Module):\n    pass\ndef solve(x):\n    return Net()(x)"],
            "CRASHED",
            'missing the required "forward" function',
        ),
        (
            ["\nclass solve(1 / 0):\n    pass"],
            "CRASHED",
            "solve is missing: cell 1, line 2 should make it and failed: ZeroDivisionError: division by zero",
        ),
        (
            ["import nowhere_at_all as far", "def solve(x):\n    return far.away(x)"],
            "CRASHED",
            "NameError: name 'far' is not defined (cell 2, line 2): cell 1, line 1 should make it and failed:"
            " ModuleNotFoundError: No module named 'nowhere_at_all'",
        ),
        (["def solve(x):\n    return open('weights.pt')"], "CRASHED", "FileNotFoundError"),
        (["def solve(x):\n    return device"], "CRASHED", "NameError: name 'device' is not defined (cell 1, line 2)"),
    ],
)
def test_a_failure_is_told(sandbox, cells, verdict, saw):
    found = seen(sandbox, *cells)
    assert (found.verdict, saw in found.saw) == (verdict, True), found.saw


@pytest.mark.parametrize(
    "slow", ["import time\ntime.sleep(60)\ntable = 1", "n = 0\nwhile True:\n    n += 1\ntable = n"]
)
def test_a_statement_that_takes_too_long_costs_who_needs_it(sandbox, slow):
    needing = seen(sandbox, slow, "def solve(x):\n    return x + table", limits=Limits(wall_seconds=3.0, cpu_seconds=2))
    assert needing.verdict == "CRASHED"
    assert "cell 1, line" in needing.saw
    assert "should make it and failed: it was still running when its time was over" in needing.saw
    assert seen(sandbox, slow, "def solve(x):\n    return x").verdict == "PASSED"


def test_random_numbers_and_the_order_of_sets_are_the_same_in_each_sandbox():
    drawn = (
        "import random, torch, numpy as np\n"
        "def solve(x):\n"
        "    order = sum(i * hash(w) % 97 for i, w in enumerate({'a', 'b', 'c'}))\n"
        "    own = np.random.default_rng().random() + np.random.rand() + random.random() + float(torch.rand(1))\n"
        "    return torch.tensor([own + order])\n"
    )
    answers = []
    for _ in range(2):
        with Sandbox(PROBES) as sandbox:
            for _ in range(2):
                answered = outcome(sandbox, drawn)
                answers.append(wire.read(answered.frame, answered.nonce)["answer"])
    assert all(torch.equal(answer, answers[0]) for answer in answers)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\n@torch.compile\ndef solve(x):\n    return x.float()",
        "import torch\ndef f(x):\n    return x.float()\nsolve = torch.compile(f, fullgraph=True)",
        "import torch\n@torch.jit.script\ndef solve(x: torch.Tensor):\n    return x.float()",
        "import torch\nsolve = torch.vmap(lambda x: x.float())",
        "import inspect\ndef f(x):\n    return x.float()\ndef solve(x):\n    assert 'x.float' in inspect.getsource(f)\n"
        "    return f(x)",
        "class F:\n    def __call__(self, x):\n        display(x)\n        return x.float()\nsolve = F()",
    ],
)
def test_what_works_in_jupyter_works(sandbox, source):
    found = seen(sandbox, source)
    assert found.verdict == "PASSED", found.saw
    assert found.values["answer"].tolist() == [1.0, 0.0]
