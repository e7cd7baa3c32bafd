"""The processes of one sandbox: which tier they reach on this machine, and which one the next job gets."""

import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from autograder.sandbox import bubblewrap, confinement, scratch, self_test
from autograder.sandbox.host import Gone, Host, OneShot, SandboxError, Zygote

AnyHost = TypeVar("AnyHost", bound=Host)


class Hosts:
    """A zygote or, where forks are unsafe, a process for each job. The arguments are those of `Sandbox`.

    level: what was reached, once one is launched.
    """

    def __init__(self, probes: dict[str, str], level: str, hidden: Sequence[str], modules: Sequence[str], seed: int):
        self._wanted = "best" if level == "one-shot" else level
        self._readable, self._hidden = readable_paths(), list(hidden)
        self._start: dict[str, Any] = {
            "probes": probes, "readable": self._readable, "level": self._wanted, "hidden": self._hidden,
            "wrapped": False, "one_shot": False, "modules": list(modules), "seed": seed,
        }  # fmt: skip
        self._one_shot = level == "one-shot"
        self._lock = threading.Lock()
        self._spare = threading.local()
        self._all: list[Host] = []
        self._is_closed = False
        self.zygote: Zygote | None = None
        self.level = ""

    def launch(self, root: Path) -> None:
        """Start what holds here, with its scratch folders below this one; SandboxError if nothing does."""
        self._root = root
        with self._lock:
            self._launch()

    def close(self) -> None:
        """End all processes, and start none any more: whoever asks for one gets a SandboxError."""
        self._is_closed = True
        for host in self._all:
            if not host.gone:
                host.close()

    def fork_no_more(self) -> None:
        """From now on each job has a process: a fork turned out to be unsafe."""
        with self._lock:
            self._one_shot = True
            self._launch()

    def get(self) -> Zygote | OneShot:
        """The zygote, restarted if need be; or this thread's next process, with another one warming up behind it."""
        with self._lock:
            if not self._one_shot:
                if self.zygote is None or self.zygote.gone:
                    self._launch()
                if self.zygote and not self._one_shot:
                    return self.zygote
            host = getattr(self._spare, "host", None) or self._keep(OneShot(self._start, str(self._root)))
            self._spare.host = self._keep(OneShot(self._start, str(self._root)))
            return host

    def _launch(self) -> None:
        if self._one_shot:
            self._choose_tier_for_one_shots()
            return
        for prefix in self._prefixes():
            zygote, answer = self._try({"wrapped": bool(prefix)}, Zygote, prefix)
            if "level" in answer:
                self.zygote, self.level = zygote, answer["level"]
                return
            if "unsafe" in answer:
                self._one_shot = True
                self._choose_tier_for_one_shots()
                return
        raise SandboxError(answer["refused"])

    def _prefixes(self) -> list[list[str]]:
        """bubblewrap if it works, else nothing in front; nothing too if the wrapped process does not start."""
        wants_wrapping = self._wanted in ("best", "weak", "A", "C")
        prefix = bubblewrap.prefix(self._readable, self._root) if wants_wrapping else []
        return [prefix, []] if prefix else [[]]

    def _choose_tier_for_one_shots(self) -> None:
        """The strongest tier out of which a process like those that will run the jobs cannot get."""
        failures = []
        for tier in confinement.candidates(self._wanted, wrapped=False):
            _, answer = self._try({"level": tier.name, "one_shot": True, "only_try": True}, OneShot)
            if answer.get("through") == []:
                self._start = {**self._start, "level": tier.name, "one_shot": True}
                self.level = f"F (a process for each probe; {answer['level']})"
                return
            failures.append(f"{tier.name}: {answer.get('refused') or 'not stopped: ' + ', '.join(answer['through'])}")
        raise SandboxError(confinement.refusal(failures))

    def _try(self, changes: dict, kind: type[AnyHost], prefix: Sequence[str] = ()) -> tuple[AnyHost, dict]:
        """Start a process that finds out whether it can be left, with something outside for it to try to reach."""
        folder = tempfile.mkdtemp(dir=self._root)
        with self_test.targets(os.getpid(), self._hidden) as target:
            start = {**self._start, **changes, "target": asdict(target), "scratch": folder}
            host = self._keep(kind(start, str(self._root), prefix))
            try:
                answer = host.ready()
            except Gone:
                answer = {"refused": "the sandbox's process did not start; see its message above"}
        if "level" not in answer:
            host.close()
        scratch.remove(Path(folder))
        return host, answer

    def _keep(self, host: AnyHost) -> AnyHost:
        self._all = [other for other in self._all if not other.gone] + [host]
        if self._is_closed:
            host.close()
            raise SandboxError("the sandbox was closed while it was in use; run the command again")
        return host


def readable_paths() -> list[str]:
    """What student code may read: the interpreter, its libraries and the given `homework` package."""
    import homework

    libraries = [path for path in sys.path if "site-packages" in path or "dist-packages" in path]
    paths = [sys.prefix, sys.base_prefix, *libraries, str(Path(homework.__file__).parent)]
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]
