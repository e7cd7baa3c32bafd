"""What student code can do in each tier that this machine offers: every attack fails, honest work is done."""

import errno
import hashlib
import inspect
import os
import platform
import secrets
import socket

import attacks
import honest
import pytest

from autograder.sandbox import wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import SUITES, Job, Sandbox, SandboxError

pytestmark = [pytest.mark.proof, pytest.mark.skipif(platform.system() != "Linux", reason="the layers are Linux's")]
PROBES = {"inputs": "import torch\n", "exercise": "def probe(student):\n    return {'answer': student.solve()}\n"}
TIERS = ["A", "B", "C", "D1", "D2", "E"]
OPEN_FOLDERS = ["C", "D2"]  # `autograder doctor` says that files for everybody stay open there
WITHOUT_FILES = ["D1", "E"]
OPEN_THERE = [attacks.writes_where_everybody_may, attacks.counts_it_in_proc, attacks.measures_free_memory]
SHARED_CALLS = ["futex", "futex_waitv", "membarrier"]
NOT_TRIED = ("NameError", "SyntaxError", "TypeError", "AttributeError", "KeyError", "UnboundLocalError")
SHORT = Limits(wall_seconds=15, cpu_seconds=5, memory_mib=1536)


def ask(sandbox, source, limits=SHORT):
    """(how it ended, the values that came back)"""
    outcome = sandbox.run(Job((("exercise", "probe"),), ((source, "cell 1"),), limits))[0]
    return outcome.ended, wire.read(outcome.frame, outcome.nonce) if outcome.frame else {}


def tier_of(sandbox):
    return sandbox.level.split()[0]


def source_of(function, call):
    return f"{inspect.getsource(function)}\n\ndef solve():\n    return {call}\n"


def numbers_of(names):
    import pyseccomp

    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in names}
    return {name: number for name, number in numbers.items() if number >= 0}


@pytest.fixture(scope="module", params=TIERS)
def confined(request):
    """A sandbox of this tier; skips where a probe shows that the machine has none."""
    try:
        with Sandbox(PROBES, request.param) as sandbox:
            yield sandbox
    except SandboxError as error:
        pytest.skip(str(error)[:200])


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """Everything an attack is after, in one dictionary of plain values."""
    folder = tmp_path_factory.mktemp("outside")
    folder.chmod(0o700)
    (folder / "sentinel").write_text("outside")
    (folder / "sentinel").chmod(0o600)
    with socket.socket() as listener, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        unix.bind(str(folder / "unix"))
        yield {
            "folder": str(folder), "unix": str(folder / "unix"), "port": listener.getsockname()[1],
            "grader": os.getpid(), "suites": str(SUITES), "numbers": numbers_of(SHARED_CALLS),
        }  # fmt: skip


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_fails(confined, outside, attack):
    if attack in OPEN_THERE and tier_of(confined) in OPEN_FOLDERS:
        pytest.skip("this tier leaves /proc, and folders that everybody may write to")
    token = secrets.token_hex(8)
    if attack is attacks.finds_an_earlier_submission_in_memory:
        ask(confined, f"# earlier-{token}\ndef solve():\n    return 'earlier-{token}'\n")
    aims = outside | {"earlier": hashlib.sha256(token.encode()).hexdigest()}
    ended, values = ask(confined, source_of(attack, f"bool({attack.__name__}({aims!r}))"))
    assert ended in ("answered", "died")
    assert values.get("answer") is not True
    assert values.get("~error") not in NOT_TRIED, values["~saw"]
    assert sorted(os.listdir(outside["folder"])) == ["sentinel", "unix"]


def test_no_dangerous_system_call_is_let_through(confined):
    """EPERM is the filter's no; ENOSYS is "not implemented"."""
    numbers = numbers_of(attacks.SYSTEM_CALLS)
    call = f"':'.join(f'{{name}}={{number}}' for name, number in call_all({numbers!r}).items())"
    ended, values = ask(confined, source_of(attacks.call_all, call))
    assert ended == "answered"
    answers = dict(pair.split("=") for pair in values["answer"].split(":"))
    assert len(answers) > 60
    allowed = {name: number for name, number in answers.items() if int(number) not in (errno.EPERM, errno.ENOSYS)}
    assert allowed == {}


@pytest.mark.parametrize("work", honest.HONEST, ids=lambda work: work.__name__)
def test_honest_work_is_done(confined, work):
    if tier_of(confined) in WITHOUT_FILES and work.__name__ in honest.NEEDS_FILES:
        pytest.skip("this tier has no files")
    ended, values = ask(confined, source_of(work, f"{work.__name__}()"))
    assert (ended, values.get("answer"), values.get("~saw")) == ("answered", True, None)


def test_a_data_loader_that_asks_for_processes_is_noted(confined):
    _, values = ask(confined, source_of(honest.asks_for_loading_processes, "asks_for_loading_processes()"))
    assert "DataLoader" in values["~notes"]


@pytest.mark.parametrize("work", honest.NEEDS_PROCESSES, ids=lambda work: work.__name__)
def test_what_needs_processes_fails_with_a_sentence(confined, work):
    ended, values = ask(confined, source_of(work, f"{work.__name__}()"))
    assert ended == "answered"
    assert values.get("answer") is True or values["~saw"]
