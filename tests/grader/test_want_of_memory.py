"""A machine with too little memory costs nobody a point: what the system stops is nobody's answer."""

import dataclasses

import pytest
import torch
from click.testing import CliRunner

from autograder import cli, suite
from autograder.observing import reading
from autograder.observing.interpret import interpret
from autograder.observing.observe import observe_exercises
from autograder.observing.opening import open_sandbox
from autograder.observing.other_inputs import find_refuted
from autograder.observing.references import References
from autograder.records import Harvest, Observation, Submission, Verdict
from autograder.sandbox import container, wire
from autograder.sandbox.budget import Budget
from autograder.sandbox.job import Job, Outcome
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.supervisor import Sandbox, SandboxError

pytestmark = pytest.mark.proof

PROBES = {"inputs": "import torch\n", "exercise": "def probe(student):\n    return {'answer': student.solve()}\n"}
GROUPS = {
    "v2, own": ("0::/mine", "sys/fs/cgroup/mine/memory.max", "sys/fs/cgroup/mine/memory.events"),
    "v2, above": ("0::/a/b", "sys/fs/cgroup/a/memory.max", "sys/fs/cgroup/a/memory.events"),
    "v2, top": ("0::/", "sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.events"),
    "v1, own": (
        "3:cpu:/\n4:memory:/docker/1",
        "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes",
        "sys/fs/cgroup/memory/docker/1/memory.oom_control",
    ),
    "v1, named otherwise inside": (
        "4:cpuset,memory:/docker/1\n0::/",
        "sys/fs/cgroup/memory/memory.limit_in_bytes",
        "sys/fs/cgroup/memory/memory.oom_control",
    ),
}


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """kernel("proc/vmstat", "oom_kill 1") writes a file of a made-up system, which this process takes for its own."""
    monkeypatch.setattr(container, "ROOT", tmp_path)

    def write(name, text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


@pytest.mark.parametrize("form", GROUPS)
def test_the_limit_and_the_kills_are_read_wherever_the_container_tells_them(kernel, form):
    groups, limit, kills = GROUPS[form]
    kernel("proc/self/cgroup", f"{groups}\n")
    kernel(limit, f"{768 * MIB}\n")
    kernel(kills, "oom 7\nunder_oom 0\noom_kill 2\n")
    assert container.limit_bytes() == 768 * MIB
    before = container.oom_kills()
    kernel(kills, "oom 7\nunder_oom 0\noom_kill 3\n")
    assert container.oom_kills() > before


@pytest.mark.parametrize("text", ["max", str((1 << 63) - 4096), str(2048 * MIB)])
def test_enough_memory_is_no_news(kernel, text):
    kernel("sys/fs/cgroup/memory.max", text)
    assert container.describe_shortage() == ""


def test_where_the_system_tells_nothing_nothing_is_said(kernel):
    assert container.limit_bytes() is None
    assert container.oom_kills() == 0
    assert container.describe_shortage() == ""


@pytest.mark.parametrize("mebibytes", [600, 768, 1024])
def test_too_little_memory_is_one_sentence_before_anything_is_run(kernel, mebibytes):
    kernel("sys/fs/cgroup/memory.max", str(mebibytes * MIB))
    with pytest.raises(SandboxError, match=f"has {mebibytes} MiB of memory, and grading takes .* give it"), Sandbox({}):
        pass


def test_a_class_is_not_graded_with_too_little_memory(kernel, tmp_path, notebook):
    kernel("sys/fs/cgroup/memory.max", str(768 * MIB))
    (tmp_path / "ada.ipynb").write_bytes(notebook("x = 1"))
    told = CliRunner().invoke(
        cli.main, ["grade", str(tmp_path), "--homework", "hw4_contrastive", "--out", str(tmp_path / "out")]
    )
    assert told.exit_code == 2
    assert "has 768 MiB of memory" in told.stderr
    assert "Traceback" not in told.output


def stopped(counter, times):
    """A student's code whose process is stopped so many times, as the system does it; then it answers."""
    return (
        "import os, signal, torch\n"
        "def solve():\n"
        f"    count = int(open({str(counter)!r}).read().split()[1])\n"
        f"    if count >= {times}:\n"
        "        return torch.ones(2)\n"
        f"    open({str(counter)!r}, 'w').write(f'oom_kill {{count + 1}}')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )


def run(sandbox, source):
    return sandbox.run(Job((("exercise", "probe"),), ((source, "cell 1"),), Limits()))[0]


@pytest.fixture
def counter(kernel):
    return kernel("proc/vmstat", "oom_kill 0")


def test_who_was_stopped_for_want_of_memory_is_run_again_alone(counter):
    with Sandbox(PROBES, "off") as sandbox:
        outcome = run(sandbox, stopped(counter, times=1))
    assert torch.equal(wire.read(outcome.frame, outcome.nonce)["answer"], torch.ones(2))


def test_who_is_stopped_again_has_no_answer_that_counts(counter):
    with Sandbox(PROBES, "off") as sandbox:
        outcome = run(sandbox, stopped(counter, times=9))
    assert outcome.ended == "starved"
    assert interpret("probe", outcome, Limits()).verdict == Verdict.GRADER_ERROR


def test_a_zygote_that_is_stopped_so_is_no_answer_either(counter):
    source = stopped(counter, times=9).replace("os.getpid()", "os.getppid()") + "    os.abort()\n"
    with Sandbox(PROBES, "off") as sandbox:
        assert run(sandbox, source).ended == "starved"


def test_who_kills_itself_has_died(counter):
    with Sandbox(PROBES, "off") as sandbox:
        outcome = run(sandbox, "import os\ndef solve():\n    os.kill(os.getpid(), 9)\n")
    assert outcome.ended == "died"
    assert interpret("probe", outcome, Limits()).verdict == Verdict.OUT_OF_MEMORY


def test_stand_ins_that_are_stopped_are_no_answer(counter):
    """The student's own process lives on, and meets an error that is none of its own."""
    theirs = stopped(counter, times=9).replace("def solve", "def help_out")
    job = Job((("exercise", "probe"),), (("def solve():\n    return help_out()\n", "cell 1"),), Limits())
    with Sandbox(PROBES, "off") as sandbox:
        outcomes = sandbox.run(dataclasses.replace(job, stand_ins=((theirs, "stand-in"),)))
    assert [outcome.ended for outcome in outcomes] == ["starved"]


@pytest.mark.parametrize("how", ["import os\nos._exit(0)", "import ctypes\nctypes.string_at(0)"])
def test_an_evaluator_of_ours_that_dies_is_never_the_students(monkeypatch, how):
    chosen = suite.load("hw4_contrastive")
    monkeypatch.setattr(suite.Suite, "evaluator", lambda self, exercise: ((how, "evaluator"),))
    files = Harvest((), artefacts=dict.fromkeys(chosen.files, b"x"))
    with open_sandbox(chosen) as sandbox:
        seen = observe_exercises(["trained_encoder"], files, chosen, sandbox)
    assert {each.verdict for each in seen.values()} == {Verdict.GRADER_ERROR}


def test_a_file_that_could_not_be_read_for_want_of_memory_is_nobodys_fault():
    class Starved:
        def run(self, job):
            return [Outcome("starved")]

    found = reading.read(Submission("ada", "ada.ipynb", b"{}"), suite.load("hw4_contrastive"), Starved(), Budget())
    assert {verdict for verdict, _ in found.harvest.problems.values()} == {Verdict.GRADER_ERROR}


def test_what_the_grader_lost_on_other_inputs_refutes_nobody():
    first, other, another = ("exercise", "probe"), ("exercise", "probe@1"), ("exercise", "probe@2")
    right = Observation("probe", Verdict.PASSED, {"answer": 1})
    lost = Observation("probe", Verdict.GRADER_ERROR)
    references = References(solution={first: right}, on_other_inputs={other: right, another: right})
    assert not list(find_refuted({first: right}, {other: lost}, references, lambda call: lost))
    wrong = dataclasses.replace(right, values={"answer": 2})
    assert list(find_refuted({first: right}, {other: wrong}, references, lambda call: wrong)) == [first]
