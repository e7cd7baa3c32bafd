"""Grading on a real Dask cluster: a scheduler and two worker processes on this machine, one of which may fail."""

import contextlib
import dataclasses
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder import suite
from autograder.authoring.record import solution_harvest
from autograder.authoring.sample_class import _source_of, answered, sample_class
from autograder.cli import main
from autograder.grading.pipeline import grade
from autograder.observing.cluster import ClusterError, parcels, station, worker_list
from autograder.observing.crew import Threads
from autograder.observing.look import Seen
from autograder.records import Harvest, Observation, Observed, Submission, Verdict
from autograder.sandbox.budget import Spent
from autograder.sandbox.host import SandboxError

pytest.importorskip("distributed", reason="GRADING ON A CLUSTER IS NOT TESTED: pip install '.[cluster]'")

from autograder.observing.cluster import client

# Of sockets and event loops that Dask leaves to the garbage collector when a worker dies; none is ours.
pytestmark = [pytest.mark.proof, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

HW = "hw4_contrastive"
FULL = 106  # without a trained encoder
START_SECONDS = 90


class DaskCluster:
    """A scheduler and its workers as processes."""

    def __init__(self, folder: Path):
        self._folder, self.workers = folder, {}
        table = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(table)]
        self.scheduler = self._start("scheduler", *options)
        self.address = wait_for(lambda: table.exists() and table.read_text() and json.loads(table.read_text()))[
            "address"
        ]

    def _start(self, kind: str, *options: str, **environment: str) -> subprocess.Popen:
        with (self._folder / f"{kind}-{time.monotonic_ns()}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", kind, *options], stdout=log, stderr=log, cwd=self._folder,
                env={**os.environ, **environment},
            )  # fmt: skip

    def ensure(self, *names: str, **environment: str) -> None:
        """These workers run, and have told the scheduler so."""
        for name in names:
            if name not in self.workers or self.workers[name].poll() is not None:
                options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name]
                options += ["--local-directory", str(self._folder)]
                self.workers[name] = self._start("worker", self.address, *options, **environment)
        with client.connect(self.address) as asking:
            asking.wait_for_workers(len(names), timeout=START_SECONDS)

    def close(self) -> None:
        """The scheduler last: a worker that loses it while it ends may hang."""
        for worker in self.workers.values():
            worker.terminate()
        for process in (*self.workers.values(), self.scheduler):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def wait_for(condition):
    """What the condition gives as soon as it gives something."""
    end = time.monotonic() + START_SECONDS
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.fixture(autouse=True)
def soon_late(monkeypatch):
    """No test waits for half an hour, as a grader would have to."""
    monkeypatch.setattr(client, "deadline", lambda: 120)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    cluster = DaskCluster(tmp_path_factory.mktemp("dask"))
    yield cluster
    cluster.close()


@pytest.fixture
def cluster(running):
    """Two workers, whatever the test before did to them."""
    running.ensure("one", "two")
    return running


@pytest.fixture
def lonely(tmp_path):
    """A scheduler without workers."""
    cluster = DaskCluster(tmp_path)
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def solution(root):
    return json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())


def submissions(notebooks):
    return [Submission(name, name, content) for name, content in notebooks]


@pytest.fixture(scope="module")
def slow_class(root, solution):
    """Four who are right and take their time."""
    source = _source_of("info_nce", solution_harvest(root, HW).statements)
    head, body = source.split(":\n", 1)
    slow = f"{head}:\n    __import__('time').sleep(0.4)\n{body}"
    notebook = json.dumps(answered(solution, {"info_nce": slow})).encode()
    return submissions((f"s{number}", notebook) for number in range(4))


def untimed(report):
    scores = tuple(dataclasses.replace(score, seconds=0.0) for score in report.scores)
    return dataclasses.replace(report, scores=scores)


def run(given_submissions, address="", on_first=lambda: None):
    """The reports in the order in which they came."""
    chosen, reports = suite.load(HW), []
    crew = client.Cluster(address, chosen, "best", (), print) if address else Threads(chosen, 2, "best", ())
    for report, _ in grade(given_submissions, chosen, crew):
        reports.append(report)
        if len(reports) == 1:
            on_first()
    return reports


class Asked(list):
    """The name of the worker of every attempt; `strike` is called once, when worker two has one in hand."""

    strike = None

    def note(self, name):
        self.append(name)
        if name == "two" and self.strike:
            threading.Timer(0.3, self.strike).start()
            self.strike = None


@pytest.fixture
def asked(monkeypatch):
    names, real = Asked(), client.Cluster._ask

    def note_and_ask(self, worker, request):
        names.note(worker.name)
        return real(self, worker, request)

    monkeypatch.setattr(client.Cluster, "_ask", note_and_ask)
    return names


def assert_all_graded_once(reports, given_submissions):
    assert [report.student for report in reports] == [submission.student for submission in given_submissions]
    assert {(report.points, report.problem) for report in reports} == {(FULL, "")}


def test_reports_are_those_of_this_machine(cluster, root, asked):
    chosen = [notebook for number, notebook in enumerate(sample_class(HW, root)) if number in (0, 12, 22, 25, 27, 28)]
    there = run(submissions(chosen), cluster.address)
    here = run(submissions(chosen))
    assert [untimed(report) for report in there] == [untimed(report) for report in here]
    assert len({verdict for report in there for verdict in {score.verdict for score in report.scores}}) >= 4
    assert all(report.made_by["sandbox"] for report in there)
    assert set(asked) == {"one", "two"}


ATTACKS = {
    "wrong_forges_strides": "mutual_information_bound",
    "wrong_sends_rows_of_nothing": "mutual_information_bound",
    "wrong_returns_infinity": "knn_predict",
}


def test_attacks_cost_neither_a_neighbour_nor_a_worker(cluster, root, solution, asked):
    """A shape that only the reader can bear once made every worker be refused, one after the other."""
    folder = root / "tests" / "submissions" / HW
    forging = (folder / "forging.py").read_text()
    sources = {name: {of: forging + (folder / name / "answers.py").read_text()} for name, of in ATTACKS.items()}
    attacks = [(name, answered(solution, source)) for name, source in sources.items()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(f"{HW}.ipynb", bytes(100 << 20))
    honest = json.dumps(solution).encode()
    given = submissions([
        ("ada", honest), *((name, json.dumps(notebook).encode()) for name, notebook in attacks),
        ("bomb", packed.getvalue()), ("eve", honest),
    ])  # fmt: skip
    there, here = run(given, cluster.address), run(given)
    assert [untimed(report) for report in there] == [untimed(report) for report in here]
    points = {report.student: report.points for report in there}
    assert points["ada"] == points["eve"] == FULL
    assert set(asked) == {"one", "two"}


@pytest.mark.parametrize("how", ["silent", "late"])
def test_a_frozen_worker_costs_time_and_nothing_else(cluster, slow_class, asked, monkeypatch, how):
    if how == "silent":
        monkeypatch.setattr(worker_list, "SILENT_SECONDS", 6)
    run(slow_class[:2], cluster.address)  # both have their sandboxes now
    asked.clear()
    if how == "late":
        monkeypatch.setattr(client, "deadline", lambda: 20)
    frozen = cluster.workers["two"]
    asked.strike = lambda: frozen.send_signal(signal.SIGSTOP)
    try:
        reports = run(slow_class, cluster.address)
    finally:
        frozen.send_signal(signal.SIGCONT)
    assert_all_graded_once(reports, slow_class)
    assert len(asked) > len(slow_class)


def test_a_killed_worker_costs_time_and_nothing_else(cluster, slow_class, asked):
    asked.strike = cluster.workers["two"].kill
    reports = run(slow_class, cluster.address)
    assert_all_graded_once(reports, slow_class)
    assert len(asked) > len(slow_class)


def test_a_submission_that_loses_three_workers_is_given_up_alone(cluster, slow_class, monkeypatch):
    real, tries = client.Cluster._ask, []

    def lose_some(self, worker, request):
        if b"# cursed" not in request:
            return real(self, worker, request)
        return tries.append(worker)

    monkeypatch.setattr(client.Cluster, "_ask", lose_some)
    cursed = Submission("cursed", "", slow_class[0].notebook.replace(b"sleep(0.4)", b"sleep(0.4)  # cursed"))
    reports = run([slow_class[0], cursed, slow_class[1]], cluster.address)
    assert len(tries) == client.ATTEMPTS
    assert [report.points for report in reports] == [FULL, 0, FULL]
    assert {score.verdict for score in reports[1].scores} == {Verdict.GRADER_ERROR}
    assert "WorkersLost" in reports[1].problem


def test_an_interruption_cancels_what_is_in_flight(cluster, slow_class):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(slow_class, cluster.address, interrupt)
    with client.connect(cluster.address) as asking:
        wait_for(lambda: not any(asking.processing().values()))


def run_command(folder, *options):
    (folder / "submitted").mkdir()
    (folder / "submitted" / "ada.ipynb").write_bytes(b"{}")
    arguments = ["grade", str(folder / "submitted"), "--homework", HW, "--out", str(folder / "results"), *options]
    return CliRunner().invoke(main, arguments)


def assert_refused(result, *words):
    """One sentence that holds these words, and exit status 2."""
    assert result.exit_code == 2, result.output
    lines = result.output.strip().removeprefix("no policy: nothing is late").strip().splitlines()
    sentences = {line.removeprefix("Error: ") for line in lines}
    assert len(sentences) == 1
    assert all(word in sentences.copy().pop() for word in words)


def test_a_worker_with_another_suite_is_refused(tmp_path, lonely, root):
    shutil.copytree(root / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "autograder" / "suites" / HW / "test_info_nce.py").open("a") as file:
        file.write("# one more line\n")
    lonely.ensure("stranger", PYTHONPATH=str(tmp_path))
    result = run_command(tmp_path, "--scheduler", lonely.address)
    assert_refused(result, "stranger", "tcp://127.0.0.1", f"suite of {HW}", suite.load(HW).digest[:12])


def test_without_a_scheduler_there_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert_refused(
        run_command(tmp_path, "--scheduler", f"tcp://127.0.0.1:{port}"), f"127.0.0.1:{port}", "dask scheduler"
    )


def test_the_cluster_decides_how_many_at_a_time(tmp_path):
    assert_refused(run_command(tmp_path, "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"), "--workers")


def test_without_workers_there_is_one_sentence(tmp_path, lonely, monkeypatch):
    monkeypatch.setattr(worker_list, "NO_WORKER_SECONDS", 1)
    assert_refused(run_command(tmp_path, "--scheduler", lonely.address), "no worker", "dask worker")


def test_a_scheduler_lost_on_the_way_is_named(tmp_path, lonely):
    threading.Timer(2, lonely.scheduler.kill).start()
    assert_refused(run_command(tmp_path, "--scheduler", lonely.address), lonely.address, "run the same command again")


# Without processes: what travels, and who may take it.

VALUES = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(),
    st.sampled_from(list(map(torch.tensor, ([], 1, [[True], [False]], [1.5, float("nan")])))),
    st.sampled_from([torch.float16, torch.bfloat16, torch.uint8]).map(lambda dtype: torch.ones(2, 0, 3, dtype=dtype)),
)  # fmt: skip


@given(st.dictionaries(st.text(), VALUES), st.text(), st.sampled_from(Verdict))
def test_observations_come_back_as_they_were(values, text, verdict):
    seen = Observation("probe", verdict, values, saw=text, error=text, seconds=0.1, megabytes=3.25, notes=(text, text))
    observed = Observed({("f", "probe"): seen}, {("g", "probe"): seen}, {"g": ("f",)}, (("f", "probe"),))
    sent = parcels.Answer(Seen(Harvest(()), observed, level="A"))
    back = parcels.unpack_answer(parcels.pack_answer(sent))
    assert repr(back) == repr(sent)
    for name, value in back.seen.observed.own["f", "probe"].values.items():
        assert not isinstance(value, torch.Tensor) or (value.dtype, value.shape) == (
            values[name].dtype,
            values[name].shape,
        )


@given(st.text(), st.binary())
def test_a_submission_arrives_as_it_was(text, content):
    sent = Submission(text, text, content, {"weights.safetensors": content, text: b"\n"}, problem=text)
    request = parcels.Request(HW, {"torch": "2"}, "best", ("/a", "/b"), sent)
    assert parcels.unpack_request(parcels.pack_request(request)) == request


@given(st.text())
def test_a_look_arrives_as_it_was(text):
    problems = {"f": (Verdict.UNREADABLE, text)}
    harvest = Harvest(((text, "cell 1"), ("b = 1", "cell 2")), problems, (text,))
    seen = Seen(harvest, Observed(), text, text, ((text, "0a"),), "A", Spent(1.5, 2.5, 3))
    assert parcels.unpack_seen(parcels.pack_seen(seen)) == seen
    request = parcels.Request(HW, {"torch": "2"}, "best", ("/a", "/b"), seen=seen)
    assert parcels.unpack_request(parcels.pack_request(request)) == request


@pytest.fixture
def request_of():
    """A request as a client with these versions and this level makes it, in bytes."""

    def build(level="best", **versions):
        ours = {**station.describe_versions(suite.load(HW)), **versions}
        return parcels.pack_request(parcels.Request(HW, ours, level, (), Submission("ada", "", b"{}")))

    return build


def test_a_worker_with_another_torch_refuses(request_of):
    answer = parcels.unpack_answer(station.answer(request_of(torch="1.0")))
    assert answer.refused.startswith(f"its torch is {torch.__version__.partition('+')[0]}")
    assert "the client's 1.0" in answer.refused


def test_a_worker_whose_sandbox_is_too_weak_refuses(request_of, monkeypatch):
    from autograder.sandbox import supervisor

    def refuse(self):
        raise SandboxError("this machine cannot confine student code")

    monkeypatch.setattr(supervisor.Sandbox, "__enter__", refuse)
    answer = parcels.unpack_answer(station.answer(request_of()))
    assert answer.refused == "this machine cannot confine student code"


def test_an_error_of_the_grader_on_a_worker_travels_as_its_name(request_of):
    assert parcels.unpack_answer(station.answer(b"{}")).failed == "KeyError"


def entry(threads=1, seen=0.0, name="w"):
    return {"name": name, "nthreads": threads, "last_seen": seen}


def test_no_worker_gets_more_than_it_has_threads():
    lent = worker_list.WorkerList()
    lent.update({"a": entry(threads=2), "b": entry()})
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(lent.borrow()).address for _ in range(3)]
        assert sorted(workers) == ["a", "a", "b"]
        threading.Timer(0.2, lent.stop, [ClusterError("enough")]).start()
        with pytest.raises(ClusterError, match="enough"), lent.borrow():
            pass


def test_a_refused_worker_is_left_out_and_the_others_go_on():
    lent = worker_list.WorkerList()
    lent.update({"a": entry(threads=9), "b": entry()})
    with lent.borrow() as worker:
        assert worker.address == "a"
    assert lent.refuse(worker, "its torch is old")
    assert not lent.refuse(worker, "its torch is old")
    assert lent.threads == 1
    with lent.borrow() as other:
        assert other.address == "b"
    lent.update({"a": entry(threads=9)})
    with pytest.raises(ClusterError, match="its torch is old"), lent.borrow():
        pass


def test_a_worker_that_falls_silent_is_left_out_until_it_is_heard(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(worker_list.time, "monotonic", lambda: now[0])
    lent = worker_list.WorkerList()
    lent.update({"a": entry(seen=5.0)})
    with lent.borrow() as worker:
        now[0] = worker_list.SILENT_SECONDS + 1
        lent.update({"a": entry(seen=5.0)})
        assert not lent.has(worker)
        assert lent.threads == 0
        lent.update({"a": entry(seen=6.0)})
        assert lent.has(worker)


def test_a_worker_that_came_back_under_its_address_is_another():
    lent = worker_list.WorkerList()
    lent.update({"a": entry()})
    with lent.borrow() as worker:
        lent.update({})
        lent.update({"a": entry()})
        assert not lent.has(worker)


def test_a_scheduler_that_says_nothing_is_not_waited_for(monkeypatch):
    lent = worker_list.WorkerList()
    monkeypatch.setattr(worker_list, "SILENT_SECONDS", -1)
    with pytest.raises(ClusterError, match="does not answer"), lent.borrow():
        pass
