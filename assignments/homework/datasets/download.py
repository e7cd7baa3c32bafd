"""Downloads that go on where they stopped: what has come stays in a .part file until its hash is right."""

import http.client
from collections.abc import Sequence
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from torchvision.datasets.utils import check_integrity
from tqdm.auto import tqdm

from .unavailable import DatasetUnavailable

TIMEOUT = 10  # seconds to connect, and to wait for each further piece
PIECE = 1 << 16  # bytes
BROKEN = (OSError, http.client.HTTPException)  # no network, no such host, a timeout, a cut, a full disk


def fetch(urls: Sequence[str], target: Path, md5: str) -> None:
    """Put the file with this hash at `target`, from the first of `urls` that gives it; at once if it is there.

    An interrupted download (Ctrl-C, a kill, a cut connection) leaves `target`.part, which the next call continues.
    Raises DatasetUnavailable with the reason for each URL.
    """
    if check_integrity(target, md5):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for url in urls:
        try:
            _fetch(url, target, md5)
            return
        except DatasetUnavailable as reason:
            reasons.append(str(reason))
    raise DatasetUnavailable("; ".join(reasons))


def _fetch(url: str, target: Path, md5: str) -> None:
    part = target.with_name(f"{target.name}.part")
    _download(url, part)
    if not check_integrity(part, md5):
        part.unlink()
        raise DatasetUnavailable(f"{url} gave other bytes than the published ones, they are deleted, call again")
    part.replace(target)


def _download(url: str, part: Path) -> None:
    """Fill `part`; after a cut, go on for as long as each new connection brings something."""
    while True:
        before = _size(part)
        try:
            _connect(url, part)
            return
        except BROKEN as error:
            if _size(part) <= before or isinstance(error, HTTPError):
                raise DatasetUnavailable(f"{url} failed ({_why(error)}){_kept(part)}") from None


def _connect(url: str, part: Path) -> None:
    """One connection's worth of `part`: from where it ends, or from its start if the server knows no ranges."""
    start = _size(part)
    headers = {"User-Agent": "lecture19-homework", "Range": f"bytes={start}-"}
    try:
        with urlopen(Request(url, headers=headers), timeout=TIMEOUT) as response:
            _receive(response, part, start if response.status == http.client.PARTIAL_CONTENT else 0)
    except HTTPError as error:
        error.close()
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:  # that is: nothing is left to send
            raise


def _receive(response: http.client.HTTPResponse, part: Path, start: int) -> None:
    total = None if response.length is None else start + response.length
    bar = tqdm(desc=part.stem, total=total, initial=start, unit="B", unit_scale=True, unit_divisor=1024)
    with bar, part.open("ab" if start else "wb") as file:
        while piece := response.read(PIECE):
            file.write(piece)
            bar.update(len(piece))
    if total is not None and _size(part) < total:  # to http.client, a body that was cut looks whole
        raise ConnectionError("the connection was cut")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _why(error: Exception) -> str:
    reason = error if isinstance(error, HTTPError) else getattr(error, "reason", error)  # urllib wraps what happened
    return str(reason) or type(reason).__name__


def _kept(part: Path) -> str:
    size = _size(part)
    return f", the {size / 2**20:.1f} MB that have come are kept and continued by the next call" if size else ""
