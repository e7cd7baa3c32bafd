"""A finished run is loaded only if it is this run: what a student changed is noticed in a real kernel, and named."""

import re
from contextlib import contextmanager

import pytest
from jupyter_client.manager import start_new_kernel

HELPERS_FILE = "SHIFT = 1.0\n\ndef moved(x):\n    return x + SHIFT\n"
DEFINITIONS = {
    "imports": """
import functools, shutil
from dataclasses import dataclass
from pathlib import Path
import torch
from torch import nn
import own_helpers
from homework.training import Batches, Updater, train
schedule = torch.linspace(0, 1, 5)
COUNTS = {"steps": 0}
calls = 0
""",
    "constant": "TEMPERATURE = 0.07",
    "table": "RATES = {'first': [0.1, 0.2], 'second': (0.3, None)}",
    "plan": """
@dataclass(frozen=True)
class Plan:
    width: int
    rate: float = 0.1
PLAN = Plan(4)
""",
    "helper": """
def info_nce(scores):
    \"\"\"Eq. 4.\"\"\"
    return -(scores / TEMPERATURE).log_softmax(1)[:, 0].mean()
""",
    "loss": """
def moco_loss(q, k):
    return info_nce(q @ k.T)
""",
    "decorator": """
def halved(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args) / 2
    return inner
""",
    "decorated": """
@halved
def decorated(x):
    return x.mean()
""",
    "cached": """
@functools.lru_cache
def cached(x):
    return x * 2
""",
    "no_grad": """
@torch.no_grad()
def target(x):
    return x.mean() * 0
""",
    "base": """
class Base(nn.Module):
    steepness = 1.0
    def squash(self, x):
        return torch.tanh(self.steepness * x)
""",
    "head": """
class Head(Base):
    def __init__(self, width, share=0.0):
        super().__init__()
        self.share, self.seen = share, 0
        self.layer = nn.Linear(3, width)
        self.drop = nn.Dropout(share)
    @property
    def size(self):
        return self.layer.out_features
    @staticmethod
    def norm(x):
        return x / x.norm(dim=1, keepdim=True)
    def forward(self, x):
        self.seen += 1
        return self.norm(self.squash(self.drop(self.layer(x))))
""",
    "plain": """
class Penalty:
    def __init__(self, weight):
        self.weight = weight
    def __call__(self, x):
        return self.weight * x.pow(2).mean()
penalty = Penalty(0.1)
""",
    "lambda": "shrink = lambda x: 0.5 * x",
    "partial": "scaled = functools.partial(torch.mul, 0.5)",
    "batches": "batches = Batches(torch.arange(12.).reshape(4, 3), torch.arange(4), size=2, seed=0)",
    "make": """
def prepare():
    torch.manual_seed(0)
    network = Head(PLAN.width)
    updater = Updater(network.parameters(), lr=0.01)
    def step(number):
        global calls
        calls += 1
        COUNTS["steps"] += 1
        x, _ = batches.at(number)
        z = network(own_helpers.moved(x))
        loss = moco_loss(z, z) + decorated(z) + target(z) + penalty(z) + schedule[number] + scaled(shrink(z)).mean()
        updater.update(loss + cached(RATES["first"][0]) + network.size)
        return {"loss": loss}
    return step, {"network": network, "updater": updater}
""",
}
TRAIN = """
step, parts = prepare()
try:
    train(step, parts, 2, Path("run"), settings={"data": "some"}, show=print, restart=RESTART)
except Exception as error:
    print(f"{type(error).__name__}: {error}")
"""


class Kernel:
    """A notebook's kernel that cells are sent to."""

    def __init__(self, client):
        self.client = client

    def run(self, *cells):
        """What the cells print."""
        printed = []
        for cell in cells:
            self.client.execute_interactive(cell, timeout=120, output_hook=lambda message: printed.append(message))
        assert not [each for each in printed if each["msg_type"] == "error"], printed
        return "".join(each["content"]["text"] for each in printed if each["msg_type"] == "stream")

    def train(self, restart=False):
        return self.run(TRAIN.replace("RESTART", str(restart)))


@contextmanager
def started(folder):
    manager, client = start_new_kernel(cwd=str(folder))
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "own_helpers.py").write_text(HELPERS_FILE)
    return folder


@pytest.fixture(scope="module")
def kernel(folder):
    with started(folder) as kernel:
        yield kernel


@pytest.fixture
def trained(kernel):
    """A notebook that was run from top to bottom, with a finished run."""
    kernel.run("import importlib, own_helpers", "importlib.reload(own_helpers)", *DEFINITIONS.values())
    assert "finished" not in kernel.train(restart=True)
    return kernel


CHANGES = {
    "helper that the loss calls": ("helper", "[:, 0]", "[:, 1]", "another info_nce, which moco_loss uses"),
    "constant of the helper": ("constant", "0.07", "0.1", r"TEMPERATURE = 0\.07 \(now 0\.1\), which info_nce uses"),
    "one number of a table": ("table", "0.2", "0.25", "RATES = .*0.2.*now .*0.25"),
    "field of a plan": ("plan", "= 0.1", "= 0.2", r"PLAN\.rate = 0\.1 \(now 0\.2\)"),
    "loss": ("loss", "q @ k.T", "k @ q.T", "another moco_loss"),
    "decorator": ("decorator", "/ 2", "/ 3", "another .*decorated"),
    "decorated function": ("decorated", "mean()", "sum()", "another decorated"),
    "cached function": ("cached", "* 2", "* 3", "another cached"),
    "function without gradients": ("no_grad", "* 0", "* 1", "another target"),
    "method of a base class": ("base", "tanh", "sigmoid", r"another Base\.squash"),
    "attribute of a base class": ("base", "= 1.0", "= 2.0", r"Base\.steepness = 1\.0 \(now 2\.0\)"),
    "static method": ("head", "keepdim=True)", "keepdim=True) * 1", r"another Head\.norm"),
    "property": ("head", "out_features", "in_features", r"another Head\.size"),
    "how a network is made": ("make", "Head(PLAN.width)", "Head(PLAN.width, 0.5)", "another network"),
    "how the updates are made": ("make", "lr=0.01", "lr=0.02", r"updater\.lr = 0\.01 \(now 0\.02\)"),
    "number of an object": ("plain", "Penalty(0.1)", "Penalty(0.2)", r"penalty\.weight = 0\.1 \(now 0\.2\)"),
    "method of an object": ("plain", "pow(2)", "abs()", r"another Penalty\.__call__"),
    "lambda": ("lambda", "0.5 * x", "0.6 * x", "another shrink"),
    "partial": ("partial", "0.5", "0.6", "another scaled"),
    "tensor": ("imports", "linspace(0, 1", "linspace(0, 2", "another schedule"),
    "batches": ("batches", "seed=0", "seed=1", r"batches\.seed = 0 \(now 1\)"),
    "data": ("batches", "torch.arange(4)", "torch.arange(1, 5)", r"batches\.sums = \[6\] \(now \[10\]\)"),
    "step": ("make", "penalty(z) +", "2 * penalty(z) +", "another step"),
}


@pytest.mark.parametrize("changed", CHANGES)
def test_a_change_is_noticed_and_named_with_what_to_do(trained, changed):
    cell, old, new, named = CHANGES[changed]
    assert old in DEFINITIONS[cell]
    after = list(DEFINITIONS)[list(DEFINITIONS).index(cell) + 1 :]
    trained.run(DEFINITIONS[cell].replace(old, new), *(DEFINITIONS[each] for each in after))
    said = trained.train()
    assert re.search(f"CheckpointError: The run in run was made with .*{named}", said), said
    assert "pass restart=True to train again" in said
    assert said.count("\n") == 1


def test_a_changed_file_of_helpers_is_noticed(trained):
    trained.run("def moved(x): return x - own_helpers.SHIFT", "own_helpers.moved = moved")
    assert "another own_helpers.moved, which step uses" in trained.train()


def test_a_method_that_was_put_in_later_is_noticed(trained):
    trained.run("def squash(self, x): return x.relu()", "Base.squash = squash")
    assert "another Base.squash" in trained.train()


def test_a_method_of_one_network_alone_is_noticed(trained):
    trained.run("first = prepare()", "first[1]['network'].layer.forward = lambda x: x.new_ones(len(x), 4)")
    said = trained.run(TRAIN.replace("prepare()", "first").replace("RESTART", "False"))
    assert "another Linear.forward" in said


def test_what_holds_itself_comes_to_an_end(trained):
    trained.run("RATES['self'] = RATES", "info_nce.again = moco_loss")
    assert "RATES" in trained.train()


SAME = {
    "a cell that is run again": ("helper", "", ""),
    "a comment": ("helper", "return", "# of a row\n    return"),
    "a docstring": ("helper", "Eq. 4.", "Equation 4 of the paper."),
    "spaces": ("loss", "(q, k)", "( q,k )"),
    "a remark": ("constant", "0.07", "0.07  # as in the paper"),
}


@pytest.mark.parametrize("same", SAME)
def test_what_means_the_same_is_the_same_run(trained, same):
    cell, old, new = SAME[same]
    trained.run(DEFINITIONS[cell].replace(old, new))
    assert "This run is finished: 2 steps" in trained.train()


def test_what_steps_count_is_no_part_of_the_run(trained):
    trained.run("COUNTS['steps'] = 17", "calls = 5")
    assert "This run is finished" in trained.train()


def test_another_kernel_knows_the_run(trained, folder):
    with started(folder) as other:
        other.run(*DEFINITIONS.values())
        assert "This run is finished: 2 steps" in other.train()
