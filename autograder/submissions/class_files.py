"""The submissions that files and folders make which lie side by side, by the names that systems and students gave them.

Each is somebody's submission, a part of one, or named with the reason why it is not graded.
"""

import stat
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from autograder.harmless import clean
from autograder.records import LATE
from autograder.submissions import canvas_names, moodle_names, stray
from autograder.submissions.class_folder import is_drives
from autograder.submissions.folders import read_file, readable
from autograder.submissions.kinds import earlier, holds_cells, is_archive, is_notebook, stem
from autograder.submissions.located import Located
from autograder.submissions.times import to_utc
from homework.notebook.cells import MAX_NOTEBOOK

OUR_RESULTS = "results.sqlite"  # a folder that holds it is a results folder of ours
_NBGRADERS = {"gradebook.db", "nbgrader_config.py", "timestamp.txt"}


def in_folder(
    place: Path, entries: Iterable[Path], homework: str, wanted: Collection[str], zone: str
) -> tuple[list[Located], list[str]]:
    """Submissions, and what is not graded, one sentence each. zone: in which nbgrader's stamps are."""
    folders, files, unused = _sorted_out(entries)
    of_moodle = moodle_names.read(readable(path.name) for path in (*folders, *files))
    of_canvas = canvas_names.read(name for path in files if (name := readable(path.name)) not in of_moodle)
    canvas = {path: of_canvas[name] for path in files if (name := readable(path.name)) in of_canvas}
    moodle = {path: of_moodle[name] for path in (*folders, *files) if (name := readable(path.name)) in of_moodle}
    found = [*_of_canvas(place, canvas, homework, wanted), *_of_moodle(place, moodle, homework, wanted)]
    for path in (path for path in folders if path not in moodle):
        submitted = _time_of(path, homework, zone)
        found.append(Located(readable(path.name), path, homework, wanted, submitted))
    rest = [path for path in files if path not in canvas and path not in moodle]
    nobodys = _add_bare(found, place, rest, homework, wanted)
    return found, [*unused, *nobodys]


def _sorted_out(entries: Iterable[Path]) -> tuple[list[Path], list[Path], list[str]]:
    """Folders, files, and a sentence on each entry that is neither."""
    folders, files, unused = list[Path](), list[Path](), list[str]()
    for path in entries:
        if path.is_symlink():
            unused.append(f"{shown(path)} is not graded: a link, which is not followed")
        elif path.name.startswith("."):
            unused.append(f"{shown(path)} is not graded: a hidden name")
        elif path.is_dir():
            if not (path / OUR_RESULTS).is_file():
                folders.append(path)
        elif not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            unused.append(f"{shown(path)} is not graded: no plain file")
        elif path.name not in _NBGRADERS:
            files.append(path)
    return folders, files, unused


def _add_bare(
    found: list[Located], place: Path, files: Iterable[Path], homework: str, wanted: Collection[str]
) -> list[str]:
    """Find notebooks and archives, and who has only other files here; a sentence on each file of nobody."""
    reasons = {path: _why_not(path) for path in files}
    found += [Located(readable(stem(path.name)), path, homework, wanted) for path, why in reasons.items() if not why]
    there, without, unused = {each.student for each in found}, dict[str, list[tuple[str, Path]]](), list[str]()
    for path, why in reasons.items():
        student = stray.student_of(readable(path.name), homework)
        if why and student and student not in there:
            without.setdefault(student, []).append((readable(path.name), path))
        elif why:
            unused.append(f"{shown(path)} is not graded: {why}")
    found += [Located(who, place, homework, wanted, files=tuple(own)) for who, own in without.items()]
    return unused


def _why_not(path: Path) -> str:
    """Why a file is no submission; "" if it is one."""
    if is_drives(path.name) and is_archive(path.name):
        return "a part of a download by Google Drive; unpack it and name the folder that holds all parts"
    if is_notebook(path.name) or is_archive(path.name):
        return ""
    try:
        is_one = holds_cells(read_file(path, MAX_NOTEBOOK))
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    return "" if is_one else "no notebook, no archive and no student's folder"


def _of_canvas(
    place: Path, called: Mapping[Path, canvas_names.Named], homework: str, wanted: Collection[str]
) -> list[Located]:
    """One submission for each student, of all the student's files, the newest first."""
    by_student: dict[str, list[tuple[Path, canvas_names.Named]]] = {}
    for path, named in sorted(called.items(), key=lambda each: -each[1].file):
        by_student.setdefault(named.student, []).append((path, named))
    found = []
    for student, own in by_student.items():
        files: dict[str, Path] = {}
        for newer, (path, named) in enumerate(own):
            name = canvas_names.own_name(named.name)
            files[f"{earlier(newer, named.file)}/{name}" if newer and named.file else name] = path
        submitted, identity = LATE if own[0][1].is_late else "", {"canvas_id": own[0][1].user}
        if len(own) == 1 and not _why_not(own[0][0]):
            found.append(Located(student, own[0][0], homework, wanted, submitted, identity=identity))
        else:
            found.append(Located(student, place, homework, wanted, submitted, tuple(files.items()), identity))
    return found


def _of_moodle(
    place: Path, called: Mapping[Path, moodle_names.Named], homework: str, wanted: Collection[str]
) -> list[Located]:
    """One submission for each student, of files, folders and a text online."""
    by_student: dict[tuple[str, str], list[tuple[str, Path]]] = {}
    for path, named in called.items():
        by_student.setdefault((named.student, named.who), []).append((named.name, path))
    return [
        Located(student, own[0][1], homework, wanted, identity={"name": who})
        if len(own) == 1 and (own[0][1].is_dir() or not _why_not(own[0][1]))
        else Located(student, place, homework, wanted, files=tuple(own), identity={"name": who})
        for (student, who), own in by_student.items()
    ]


def _time_of(path: Path, homework: str, zone: str) -> str:
    """What nbgrader wrote beside a submission; files elsewhere may be the student's own."""
    stamp = path / homework / "timestamp.txt"
    try:
        is_plain = stamp.is_file() and not stamp.is_symlink()
        return to_utc(read_file(stamp, 100).decode("utf-8-sig", "replace"), zone) if is_plain else ""
    except OSError:  # a folder that cannot be entered: `read` tells of it
        return ""


def shown(path: Path) -> str:
    return clean(readable(path.name))
