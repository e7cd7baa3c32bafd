"""Fetches one submission from where it lies, when it is its turn: a class never fills the memory.

What lies in a folder is a student's: whatever cannot be read of it is that submission's problem, in a sentence, and
stops nobody else. Archives are not opened here, but in the sandbox (`unpacking`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import suite
from autograder.records import Submission
from autograder.submissions.beside import described, note_on
from autograder.submissions.folders import MAX_ENTRIES, Crowded, passed_over, plain_files, read_file, readable
from autograder.submissions.kinds import holds_cells, is_archive, is_earlier, is_notebook, is_own, parts
from autograder.submissions.unpacking import MAX_ARTEFACT, bundle
from autograder.submissions.wording import describe_nothing
from homework.notebook.cells import MAX_NOTEBOOK

MAX_CANDIDATES = 50  # notebooks and archives of one folder that are handed on
MAX_SEARCHED = 20  # files of other names that are searched for a notebook


@dataclass(frozen=True)
class Located:
    """Where a student's submission lies. submitted, identity: as of a submission.

    files: name -> place of each file, where these do not lie in a folder of their own; "" -> a folder of some of them.
    """

    student: str
    path: Path
    homework: str
    wanted: Collection[str] = ()
    submitted: str = ""
    files: tuple[tuple[str, Path], ...] = ()
    identity: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> Submission:
        """The submission. A student without a notebook gets one of no bytes; what cannot be read is its problem."""
        try:
            found = self._read()
        except Crowded:
            found = self._unreadable(f"the folder holds more than {MAX_ENTRIES} files; hand in the notebook alone")
        except OSError as error:
            where = readable(Path(str(error.filename or self.path)).name)
            found = self._unreadable(f"{where} cannot be read ({error.strerror}); mend its rights, and grade it again")
        except Exception as error:
            found = self._unreadable(f"the files cannot be read ({type(error).__name__}); hand them in again")
        return replace(found, submitted=self.submitted, identity=self.identity)

    def _read(self) -> Submission:
        if self.files:
            return self._of_files(_all_files(self.files), self.path.name)
        if not self.path.is_dir():
            return Submission(self.student, readable(self.path.name), read_file(self.path, MAX_NOTEBOOK))
        files = plain_files(self.path)
        others = {self.path / name for name in suite.homeworks() if name != self.homework}
        inner = [path for path in files if not others & set(path.parents)]
        own = self.path / self.homework  # nbgrader's
        place = own if inner and all(own in path.parents for path in inner) else self.path
        named = {path.relative_to(place).as_posix(): path for path in inner}
        where = f"{self.path.name}/{place.relative_to(self.path)}" if place != self.path else self.path.name
        if not inner and files:
            return self._of_others(files)
        if not files:
            there = passed_over(self.path)
            return replace(self._unreadable(describe_nothing((), there)), is_missing=not there)
        return self._of_files(named, where)

    def _of_others(self, files: Sequence[Path]) -> Submission:
        names = [readable(path.relative_to(self.path).as_posix()) for path in files]
        problem = f"nothing was handed in for {self.homework}; there is {', '.join(names[:3])}"
        more = f" and {len(names) - 3} more files" if len(names) > 3 else ""
        return replace(self._unreadable(problem + more), is_missing=True)

    def _unreadable(self, problem: str) -> Submission:
        return Submission(self.student, readable(self.path.name), b"", problem=problem)

    def _of_files(self, files: Mapping[str, Path], where: str) -> Submission:
        """The only notebook or archive as it is; of several a bundle, for the sandbox to choose from."""
        beside = {name: read_file(path, MAX_ARTEFACT) for name, path in _nearest(files, self.wanted).items()}
        likely = {name: path for name, path in files.items() if is_notebook(name) or is_archive(name)}
        likely = likely or _by_content(files)
        if not likely:
            problem = describe_nothing([described(readable(name)) for name in files])
            return Submission(self.student, readable(where), b"", beside, problem=problem)
        return replace(self._of_likely(likely, where, beside), notes=self._notes(files, likely))

    def _notes(self, files: Collection[str], likely: Collection[str]) -> tuple[str, ...]:
        """What else lies there and may be work."""
        passed = passed_over(self.path) if self.path.is_dir() and not self.files else []
        return tuple(note_on([readable(name) for name in files if name not in likely], passed))

    def _of_likely(self, likely: Mapping[str, Path], where: str, beside: dict[str, bytes]) -> Submission:
        if len(likely) == 1 and (not beside or not any(map(is_archive, likely))):
            ((name, path),) = likely.items()
            return Submission(self.student, readable(f"{where}/{name}"), read_file(path, MAX_NOTEBOOK), beside)
        return self._bundled(likely, where, beside)

    def _bundled(self, likely: Mapping[str, Path], where: str, beside: dict[str, bytes]) -> Submission:
        """Artefacts in an archive are those of its own notebook, so those of the folder stand beside them there."""
        in_order = sorted(
            likely, key=lambda name: (is_earlier(name), not is_own(name, self.homework), len(parts(name)))
        )
        chosen: dict[str, bytes] = {}
        room = MAX_NOTEBOOK
        for name in in_order[:MAX_CANDIDATES]:
            if not chosen or likely[name].stat().st_size <= room:
                chosen[readable(name)] = read_file(likely[name], MAX_NOTEBOOK)
                room -= len(chosen[readable(name)])
        left_out = [readable(name) for name in in_order if readable(name) not in chosen]
        inside = beside if any(map(is_archive, chosen)) else {}
        content = bundle({**chosen, **inside}, left_out)
        return Submission(self.student, readable(where), content, {} if inside else beside)


def _nearest(files: Mapping[str, Path], wanted: Collection[str]) -> dict[str, Path]:
    """The wanted files of those that come from the top down, the first of each name."""
    return {parts(name)[-1]: path for name, path in reversed(list(files.items())) if parts(name)[-1] in wanted}


def read_artefacts(folder: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted files below this folder, the one nearest the top of each name."""
    found = {str(path): path for path in plain_files(folder)} if wanted and folder.is_dir() else {}
    return {name: read_file(path, MAX_ARTEFACT) for name, path in _nearest(found, wanted).items()}


def _all_files(files: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    """The plain files of folders among the others; of two of one name the later one stands below its folder's."""
    found: dict[str, Path] = {}
    for name, path in files:
        inside = plain_files(path) if path.is_dir() else [path]
        for each in inside:
            own = name or each.relative_to(path).as_posix()
            found[f"{path.name}/{own}" if own in found else own] = each
    return found


def _by_content(files: Mapping[str, Path]) -> dict[str, Path]:
    """Notebooks under other names, hw4.json or hw4.txt."""
    some = list(files.items())[:MAX_SEARCHED]
    return {name: path for name, path in some if holds_cells(read_file(path, MAX_NOTEBOOK))}
