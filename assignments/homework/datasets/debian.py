"""Data that travel as a package of Debian: unpacked on any system, without root; nothing is installed or run."""

import io
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

from .unavailable import DatasetUnavailable

MAGIC, HEADER = b"!<arch>\n", 60  # of an `ar` archive, and bytes before each of its members
NAME, SIZE = slice(0, 16), slice(48, 58)  # inside a header


def unpack_deb(archive: Path, target: Path) -> None:
    """Unpack what `archive` would install into `target`; DatasetUnavailable if it cannot be read."""
    try:
        members = dict(_members(archive.read_bytes()))
        packed = next(content for name, content in members.items() if name.startswith("data.tar"))
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(target, filter="data")
    except (OSError, EOFError, ValueError, StopIteration, tarfile.TarError, lzma.LZMAError) as error:
        why = str(error) or type(error).__name__
        raise DatasetUnavailable(f"{archive} cannot be read ({why}), remove it and call again") from None


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each member of an `ar` archive; ValueError if it is none, or not whole."""
    if not content.startswith(MAGIC):
        raise ValueError("no Debian package")
    start = len(MAGIC)
    while start < len(content):
        header, start = content[start : start + HEADER], start + HEADER
        size = int(header[SIZE])
        if start + size > len(content):
            raise ValueError("its end is missing")
        yield header[NAME].decode().rstrip(" /"), content[start : start + size]
        start += size + size % 2  # members begin at even places
