"""A probe with its tensors on a stand-in for a GPU, in the sandbox: who works on the processor only is found out."""

import pytest
import torch

from autograder import checkout
from autograder.sandbox import wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Job, Sandbox
from autograder.suites.assertions import Mismatch, assert_stays_on_device

INPUTS = checkout.SHARED / "probes"
PROBES = {
    "inputs": (INPUTS / "inputs.py").read_text(),
    "ask": """
import torch
from homework.on_gpu import on_gpu
from .inputs import draw


def on_the_processor(student):
    x = draw(1, 3, 2).requires_grad_(True)
    loss = student.ask(x, torch.tensor([0, 1, 1]))
    loss.backward()
    return {"loss": loss.detach(), "gradient": x.grad}


def on_a_gpu(student):
    return on_gpu(student, on_the_processor)
""",
}
LIMITS = Limits(wall_seconds=20, cpu_seconds=10, memory_mib=1024, file_mib=4, scratch_mib=16, output_mib=1)
RIGHT = "torch.nn.functional.cross_entropy(x, labels)"
PROCESSOR_ONLY = {
    "labels": "x[range(3), labels].sum() + torch.arange(3).float() @ x[:, 0]",
    "mask": "(x * torch.ones(3, 2)).sum()",
    "numpy": "x.sum() * float(x.detach().numpy().sum())",
    "generator": "(x + torch.randn(x.shape, generator=torch.Generator(), device=x.device)).sum()",
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


def ask(sandbox, expression, probe="on_a_gpu", stand_ins=()):
    source = f"import torch\ndef ask(x, labels):\n    return {expression}\n"
    job = Job((("ask", probe),), ((source, "cell 1"),), LIMITS, stand_ins=stand_ins)
    outcome = sandbox.run(job)[0]
    assert outcome.ended == "answered"
    return wire.read(outcome.frame, outcome.nonce)


def test_values_are_those_of_the_processor(sandbox):
    here, there = (ask(sandbox, RIGHT, probe) for probe in ("on_the_processor", "on_a_gpu"))
    assert there["strays"] == ""
    for name in ("loss", "gradient"):
        assert torch.equal(here[name], there[name])


@pytest.mark.parametrize("expression", PROCESSOR_ONLY.values(), ids=PROCESSOR_ONLY)
def test_what_cuda_refuses_is_a_crash_with_its_words(sandbox, expression):
    assert ask(sandbox, expression, "on_the_processor")["~verdict"] == "PASSED"
    told = ask(sandbox, expression)
    assert told["~verdict"] == "CRASHED"
    assert any(word in told["~saw"] for word in ("same device", "cuda"))


def test_what_comes_back_on_the_processor_is_a_stray(sandbox):
    values = ask(sandbox, "torch.nn.functional.cross_entropy(x.cpu(), labels.cpu())")
    assert values["strays"] == "ask, the result"
    with pytest.raises(Mismatch, match="came back on the processor"):
        assert_stays_on_device(values, read="")


@pytest.mark.parametrize("word", [0, 1.0, None, torch.zeros(()), torch.zeros(0), "x" * 10_000])
def test_no_odd_word_is_taken_for_none(word):
    with pytest.raises(Mismatch):
        assert_stays_on_device({"strays": word}, read="")


def test_beside_a_stand_in_all_stays_on_the_processor(sandbox):
    """It is called in another process, which takes no tensor of the GPU: nobody loses by that."""
    stand_in = (("def part(x, labels):\n    return x[range(3), labels].sum()\n", "stand-in"),)
    values = ask(sandbox, "part(x, labels)", stand_ins=stand_in)
    assert values["~verdict"] == "PASSED"
    assert values["strays"] == ""


@pytest.mark.parametrize(
    "expression",
    [
        "torch.vmap(lambda row: row.sum())(x).sum()",
        "torch.nn.LazyLinear(1).to(x.device)(x).sum() * 0 + x.sum()",
        "torch.compiler.disable(lambda: x.sum())()",
        "torch.func.grad_and_value(lambda y: (y * y).sum())(x)[1]",
    ],
)
def test_whom_the_stand_in_cannot_follow_loses_nothing(sandbox, expression):
    values = ask(sandbox, expression)
    assert values["~verdict"] == "PASSED", values
    assert values["strays"] == ""


def test_an_error_of_their_own_stays_theirs(sandbox):
    told = ask(sandbox, "x.sum() / [][0]")
    assert (told["~verdict"], told["~error"]) == ("CRASHED", "IndexError")


def test_the_next_call_finds_no_gpu(sandbox):
    expression = f"{RIGHT} if x.is_cuda == torch.cuda.is_available() else None"
    source = f"import torch\ndef ask(x, labels):\n    return {expression}\n"
    calls = (("ask", "on_a_gpu"), ("ask", "on_the_processor"), ("ask", "on_a_gpu"))
    told = [wire.read(each.frame, each.nonce) for each in sandbox.run(Job(calls, ((source, "cell 1"),), LIMITS))]
    assert [each["~verdict"] for each in told] == ["PASSED"] * 3
