"""Archives read in memory, a member at a time. It runs in the sandbox: a hostile archive costs its own child.

Nothing is extracted: a name that climbs is only a name, and what is no plain file is passed over.
"""

import gzip
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from itertools import count

from autograder.submissions.folders import is_noise
from autograder.submissions.kinds import A_LINK, NO_FILE, NOTEBOOK, holds_cells, parts
from homework.notebook.cells import MAX_NOTEBOOK

MAX_MEMBERS = 10_000
MAX_RATIO = 500  # of a file's bytes to those it takes in the archive; pictures and text reach a tenth
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # how a zip begins; the second one is empty
_GZIP = b"\x1f\x8b"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what students' systems make; others unpack without a bound
_AGAIN = "make it anew, with all that was in it, and hand it in again"
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, RuntimeError, OSError, ValueError, EOFError)


class UnreadableArchive(Exception):
    """Nothing can be read from the archive; one sentence that says why and what to do."""


@dataclass(frozen=True)
class File:
    """A file in a submission. name: its path there; read: at most so many bytes of it, and one more if it has more."""

    name: str
    read: Callable[[int], bytes] = field(repr=False)


def opened(content: bytes) -> list[File] | None:
    """The plain files of an archive, but noise; None where the bytes are no archive. UnreadableArchive if broken."""
    if not is_archive(content):
        return None
    return _with_unique_names([file for file in _all(content) if not any(map(is_noise, parts(file.name)))])


def passed_over(content: bytes) -> list[str]:
    """What lies in an archive that was `opened` and is nobody's work, or no plain file, by name."""
    if content[:4] in _ZIP:
        members = zipfile.ZipFile(BytesIO(content)).infolist()
        zipped = [(each.filename, _is_plain(each), stat.S_ISLNK(each.external_attr >> 16)) for each in members]
        return _left_out(each for each in zipped if not each[0].endswith("/"))
    content = _unzip(content) if content[:2] == _GZIP else content
    if content[257:262] != b"ustar":
        return []
    with tarfile.open(fileobj=BytesIO(content), mode="r:") as archive:
        return _left_out(
            (each.name, each.isreg(), each.issym() or each.islnk()) for each in archive if not each.isdir()
        )


def _left_out(members: Iterable[tuple[str, bool, bool]]) -> list[str]:
    """Of names, whether each is a plain file, and whether it is a link."""
    return [
        name if is_plain else name + (A_LINK if is_link else NO_FILE)
        for name, is_plain, is_link in members
        if not is_plain or any(map(is_noise, parts(name)))
    ]


def _all(content: bytes) -> list[File]:
    if len(content) > MAX_NOTEBOOK:
        raise UnreadableArchive(f"the archive is larger than {MAX_NOTEBOOK >> 20} MB; leave the data out of it")
    kind = "zip" if content[:4] in _ZIP else "archive"
    try:
        return _zip(content) if kind == "zip" else _tar(content)
    except BROKEN:
        raise UnreadableArchive(f"the {kind} is broken or cut off; {_AGAIN}") from None


def _with_unique_names(files: list[File]) -> list[File]:
    """An archive may hold several of one name: the later ones are called "hw4 (2).ipynb"."""
    own, used, numbers = {file.name for file in files}, set[str](), defaultdict[str, Iterator[int]](lambda: count(2))
    found = []
    for file in files:
        name = file.name
        while name in used or (name != file.name and name in own):
            name = _numbered(file.name, next(numbers[file.name]))
        used.add(name)
        found.append(replace(file, name=name))
    return found


def _numbered(name: str, number: int) -> str:
    place, slash, file = name.rpartition("/")
    before, dot, ending = file.rpartition(".")
    return f"{place}{slash}{before or file} ({number}){dot + ending if before else ''}"


def is_archive(content: bytes) -> bool:
    return content[:4] in _ZIP or content[:2] == _GZIP or content[257:262] == b"ustar"


def _zip(content: bytes) -> list[File]:
    archive = zipfile.ZipFile(BytesIO(content))
    members = archive.infolist()
    _refuse_many(len(members))
    return [File(member.filename, partial(_read_zip, archive, member)) for member in members if _is_plain(member)]


def _refuse_many(count: int) -> None:
    if count > MAX_MEMBERS:
        raise UnreadableArchive(
            f"the archive holds more than {MAX_MEMBERS} files; hand in the notebook and its artefacts alone"
        )


def _is_plain(member: zipfile.ZipInfo) -> bool:
    return stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG) and not member.is_dir()


def _read_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    name = parts(member.filename)[-1]
    if member.flag_bits & 1:
        raise UnreadableArchive(f"{name} is locked by a password; make the zip without one, and hand it in again")
    if member.compress_type not in _METHODS:
        raise UnreadableArchive(
            f"{name} is packed in a way that is not read here; make the zip with your system's own tool"
        )
    _refuse_ratio(name, member.file_size, member.compress_size)
    try:
        with archive.open(member) as file:
            return file.read(most + 1)
    except BROKEN:
        raise UnreadableArchive(f"{name} in the zip is broken; {_AGAIN}") from None


def _refuse_ratio(name: str, size: int, packed: int) -> None:
    if size > MAX_RATIO * max(packed, 1 << 10):
        raise UnreadableArchive(f"{name} unpacks to more than {MAX_RATIO} times its size; leave it out of the archive")


def _tar(content: bytes) -> list[File]:
    if content[:2] == _GZIP:
        content = _unzip(content)
        if content[257:262] != b"ustar":
            name = f"unpacked{NOTEBOOK}" if holds_cells(content) else "unpacked"  # one file, as `gzip hw.ipynb` makes
            return [File(name, lambda most: content[: most + 1])]
    archive = tarfile.open(fileobj=BytesIO(content), mode="r:")  # noqa: SIM115, it is memory
    found = []
    try:
        for number, member in enumerate(archive, start=1):
            _refuse_many(number)
            if member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse():
                found.append(File(member.name, partial(_read_tar, archive, member)))
    except RecursionError:  # of headers that follow headers without end
        raise tarfile.ReadError from None
    return found


def _unzip(content: bytes) -> bytes:
    with gzip.GzipFile(fileobj=BytesIO(content)) as file:
        unpacked = file.read(min(MAX_NOTEBOOK, MAX_RATIO * max(len(content), 1 << 10)) + 1)
    _refuse_ratio("the archive", len(unpacked), len(content))
    if len(unpacked) > MAX_NOTEBOOK:
        raise UnreadableArchive(f"the archive unpacks to more than {MAX_NOTEBOOK >> 20} MB; leave the data out of it")
    return unpacked


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes:
    try:
        file = archive.extractfile(member)
        content = file.read(most + 1) if file else b""
    except BROKEN:
        content = None
    if content is None or len(content) < min(member.size, most + 1):
        raise UnreadableArchive(f"{parts(member.name)[-1]} in the archive is cut off; {_AGAIN}")
    return content
