"""Ctrl-C in a terminal: one sentence on what is kept and which command goes on, and no process is left."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.results.store import Results

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"
LIMIT = 120


@pytest.fixture(scope="module")
def submitted(root, tmp_path_factory):
    """Three who are graded at once, and one whose code takes the time that it may."""
    folder = tmp_path_factory.mktemp("submitted")
    stub = json.loads((root / "assignments" / HW / f"{HW}.ipynb").read_text())
    for name in ("ada", "bob", "joe"):
        (folder / f"{name}.ipynb").write_text(json.dumps(stub))
    slow = {"cell_type": "code", "source": "def nt_xent(z, tau):\n    while True: pass", "metadata": {}, "outputs": []}
    (folder / "zoe.ipynb").write_text(json.dumps({**stub, "cells": [*stub["cells"], slow]}))
    return folder


def _wait_for_the_end(processes):
    """Those that are still there after a while: the system takes a moment to end what was killed."""
    deadline = time.monotonic() + LIMIT
    while processes and time.monotonic() < deadline:
        processes = {each for each in processes if _is_alive(each)}
        time.sleep(0.1)
    return processes


def _is_alive(process):
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Terminal:
    """A command that runs with a terminal of its own, where keys reach whatever runs in the foreground."""

    def __init__(self, *command):
        self._ours, theirs = pty.openpty()
        in_terminal = (
            "import fcntl, os, signal, sys, termios\n"
            "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"  # a shell's background job is born deaf to it
            "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
            "os.execv(sys.executable, sys.argv[1:])\n"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", in_terminal, sys.executable, "-m", "autograder", *command],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, close_fds=True,
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def read(self, until):
        """What is shown up to this; all of it where it never comes."""
        while until not in self.shown:
            try:
                chunk = os.read(self._ours, 4096)
            except OSError:  # nobody writes any more
                break
            self.shown += chunk.decode(errors="replace")
        return self.shown

    def press_ctrl_c(self):
        os.write(self._ours, b"\x03")

    def end(self):
        """What it has shown, and its exit status."""
        self.read("\0")
        os.close(self._ours)
        return self.shown, self.process.wait(timeout=LIMIT)


def below(process):
    """The ids of all processes that were started by this one, or by those."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    found = {process}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def test_a_class_is_stopped_in_one_sentence_and_goes_on(submitted, tmp_path):
    out = tmp_path / "results"
    command = ["grade", str(submitted), "--homework", HW, "--out", str(out), "--workers", "1", "--force"]
    terminal = Terminal(*command)
    terminal.read("joe ")
    started = below(terminal.process.pid)
    assert started
    terminal.press_ctrl_c()
    shown, status = terminal.end()
    assert status == 130, shown
    assert "Traceback" not in shown
    assert "Aborted" not in shown
    said = re.search(r"stopped: 3 of 4 submissions are graded and kept in .*; to go on, run `autograder (.*)`", shown)
    assert said, shown
    again = shlex.split(said.group(1))
    assert again == command[:-1]  # what is kept need not be graded again
    assert not _wait_for_the_end(started)
    with Results(out) as store:
        assert [(run.finished, run.students) for run in store.runs()] == [(False, 3)]
    done = subprocess.run([sys.executable, "-m", "autograder", *again], capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr


def test_before_anybody_is_graded_it_is_one_sentence_too(submitted, tmp_path):
    terminal = Terminal("grade", str(submitted), "--homework", HW, "--out", str(tmp_path / "results"))
    terminal.read("no policy")
    terminal.press_ctrl_c()
    shown, status = terminal.end()
    assert status == 130, shown
    assert re.search(r"stopped.*; to go on, run `autograder grade ", shown)
    assert "Traceback" not in shown


@pytest.mark.parametrize("command", ["runs", "report", "diff"])
def test_any_command_is_stopped_in_one_sentence(command, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Results, "__init__", stop)
    done = CliRunner().invoke(main, [command, str(tmp_path)])
    assert done.exit_code == 128 + signal.SIGINT
    assert done.stderr == f"stopped; to go on, run `autograder {command} {shlex.quote(str(tmp_path))}`\n"
