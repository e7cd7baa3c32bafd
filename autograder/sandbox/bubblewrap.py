"""bubblewrap around the zygote, once, where it is installed and works.

Theory of operation. bwrap gives the zygote a file tree of its own in which only what is bound exists, an empty
network, a process list of its own, and no capability; the children inherit all of it. What is stopped in addition to
the layers in the child: names and sizes of files outside by stat(), and stray processes, which end with the zygote.
It is an extra: it does not work in a default container or on a stock Ubuntu 24.04.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox.confinement import SYSTEM

TRY_SECONDS = 10
OURS = ("__init__.py", "errors.py", "sandbox")  # of this package, all that the zygote imports


def prefix(readable: Sequence[str], writable: Path) -> list[str]:
    """The command to put in front of the zygote's; empty where bubblewrap is missing or does not work."""
    program = shutil.which("bwrap")
    if not program:
        return []
    command = [program, "--unshare-all", "--new-session", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev"]
    command += ["--tmpfs", "/tmp", "--chdir", "/"]
    package = Path(__file__).parents[1]
    seen = [path for path in SYSTEM if not path.startswith(("/proc", "/dev"))]
    for path in ("/bin", "/sbin", "/etc/fonts", *seen, *readable, *(str(package / part) for part in OURS)):
        command += ["--ro-bind-try", path, path]
    command += ["--bind", str(writable), str(writable), "--"]
    return command if _works(command) else []


def _works(command: list[str]) -> bool:
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=TRY_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
