"""What a submission holds, and which notebook of it is graded. It runs in the sandbox, as `archives` does.

A submission is a notebook, an archive of a student's, or a folder, which comes as an archive that `bundle` has made.
"""

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from autograder.submissions.archives import BROKEN, File, UnreadableArchive, is_archive, opened, passed_over
from autograder.submissions.kinds import holds_cells, is_earlier, is_notebook, is_own, parts
from autograder.submissions.kinds import is_archive as is_called_archive
from homework.notebook.cells import MAX_NOTEBOOK
from homework.notebook.decoding import describe

MAX_ARTEFACT = 8 << 20  # bytes; the largest network of a homework takes a quarter
MAX_OPENED = 20  # files of a submission that are opened because of their names
_BUNDLE = "bundled for the sandbox; left out:"
_DEPTH = 2  # archives in archives; a folder that holds one is the first
_ROOM = 256 << 20  # bytes of all archives in archives


@dataclass(frozen=True)
class Contents:
    """What lies in a submission. notebooks: the candidates, the likeliest first; others: the names of all other files.

    broken: name -> why an archive in it cannot be read. left_out: what of a folder did not fit into the bundle.
    passed_over: what is nobody's work, links among it.
    """

    notebooks: tuple[File, ...]
    others: tuple[File, ...]
    broken: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    def artefacts(self, wanted: Collection[str], beside: str) -> dict[str, bytes]:
        """The wanted files, those in the notebook's own archive first, then the one nearest the top.

        A broken one is empty: the notebook may be whole.
        """
        own = _archive_of(beside)
        order = sorted(self.others, key=lambda file: (_archive_of(file.name) != own, *_depth(file)))
        nearest = {parts(file.name)[-1]: file for file in reversed(order) if parts(file.name)[-1] in wanted}
        return {name: _read(file) for name, file in nearest.items()}


def bundle(files: Mapping[str, bytes], left_out: Sequence[str] = ()) -> bytes:
    """The files of a folder as one archive: the same files give the same bytes. left_out: names, to be told of."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        archive.comment = "\n".join([_BUNDLE, *left_out]).encode("utf-8", "replace")[: zipfile.ZIP_MAX_COMMENT]
    return target.getvalue()


def unpack(content: bytes, homework: str) -> Contents:
    """What is in these bytes; what is no archive is the notebook itself, without a name."""
    if not is_archive(content):
        return Contents((File("", lambda most: content[: most + 1]),), (), {})
    broken: dict[str, str] = {}
    files = list(_flat(opened(content) or [], "", _DEPTH, [MAX_OPENED, _ROOM], broken))
    notebooks = [file for file in files if is_notebook(file.name) or not file.name]
    if not notebooks:
        notebooks = list(_by_content(files))
    names = {file.name for file in notebooks}
    broken |= {file.name: _describe(file) for file in files if file.name not in names and is_called_archive(file.name)}
    others = tuple(file for file in files if file.name not in names)
    in_order = tuple(sorted(notebooks, key=partial(_rank, homework)))
    return Contents(in_order, others, broken, _left_out(content), tuple(passed_over(content)))


def _left_out(content: bytes) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            ours, *names = archive.comment.decode("utf-8", "replace").split("\n")
            return tuple(names) if ours == _BUNDLE else ()  # others write comments, too: GitHub the commit
    except BROKEN:  # a tar, which is no bundle
        return ()


def _rank(homework: str, file: File) -> tuple[bool, bool, int, str]:
    """Canvas' newest file, then the homework's own name, then the one nearest the top, then by name."""
    return (is_earlier(file.name), not is_own(file.name, homework), *_depth(file))


def _depth(file: File) -> tuple[int, str]:
    return len(parts(file.name)), file.name


def _flat(files: list[File], place: str, depth: int, left: list[int], broken: dict[str, str]) -> Iterator[File]:
    """These files, with those of archives among them; left: archives and bytes that may still be opened."""
    for file in sorted(files, key=_depth):
        name = f"{place}{file.name}"
        inner = _opened(file, name, left, broken) if depth and left[0] > 0 and _is_called_archive(file.name) else None
        if inner is None:
            yield File(name, file.read)
        else:
            yield from _flat(inner, f"{name}/", depth - 1, left, broken)


def _opened(file: File, name: str, left: list[int], broken: dict[str, str]) -> list[File] | None:
    try:
        if not is_archive(file.read(512)):
            return None
        left[0] -= 1
        content = file.read(min(left[1], MAX_NOTEBOOK))
        left[1] -= len(content)
        if left[1] < 0:
            raise UnreadableArchive("the archives in it are too large; hand in one with the notebook alone")
        return opened(content)
    except UnreadableArchive as error:
        broken[name] = str(error)
        return []


def _by_content(files: list[File]) -> Iterator[File]:
    """Notebooks under other names: hw4.json, hw4.txt, a notebook named .zip."""
    for file in sorted(files, key=_depth)[:MAX_OPENED]:
        try:
            if holds_cells(file.read(MAX_NOTEBOOK)):
                yield file
        except (*BROKEN, UnreadableArchive):
            continue


def _archive_of(name: str) -> str:
    """The path of the innermost archive on the way to a file."""
    folders = parts(name)[:-1]
    deepest = max((place for place, part in enumerate(folders, 1) if _is_called_archive(part)), default=0)
    return "/".join(folders[:deepest])


def _is_called_archive(name: str) -> bool:
    return is_called_archive(name) or is_notebook(name)


def _describe(file: File) -> str:
    """Why what is called an archive was not opened."""
    head = _read(file)[:1000]
    if is_archive(head):
        return "too many archives lie in each other; hand in one, with the notebook in it"
    return f"it {describe(head, head.decode('utf-8', 'replace'))}"


def _read(file: File) -> bytes:
    try:
        return file.read(MAX_ARTEFACT)
    except (*BROKEN, UnreadableArchive):
        return b""
