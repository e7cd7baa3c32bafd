"""The roster that a command goes by: the course's own, whose content the store keeps from the moment it was given."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder import suite
from autograder.results.course_policy import title_of
from autograder.results.store import Results
from autograder.roster import file as roster_file
from autograder.roster.file import RosterError
from autograder.roster.students import Roster

FILE_NAME = "roster.csv"


@dataclass(frozen=True)
class ChosenRoster:
    """The roster of a command. line: what to tell of it first of all, empty where there is none.

    place: where its file lies, if it is not the kept one. content: what the store is to keep; None if it has that.
    """

    line: str = ""
    roster: Roster = field(default_factory=Roster)
    file: str = ""
    place: Path | None = None
    content: str | None = None

    def keep(self, store: Results) -> None:
        """For all commands to come. store: open to write."""
        if self.content is not None:
            store.keep_roster(self.file, self.content)


def choose(store: Results | None, given: Path | None, without: bool, once: bool = False) -> ChosenRoster:
    """The roster of this file, or the kept one. without: none, for this once; once: the given file is not kept."""
    if given and without:
        raise RosterError("--roster names a roster and --no-roster takes none; leave one of them out")
    kept = store.kept_roster() if store else None
    if without:
        return ChosenRoster("no roster, for this once" if kept else "")
    if given is None and kept is None:
        return ChosenRoster()
    file, content = (given.name, roster_file.content_of(given)) if given else kept or ("", "")
    roster = roster_file.parse(content, str(given or f"{file} that is kept in the results"))
    _refuse_unknown_homework(roster, file)
    count = len(roster.students)
    line = f"roster: {title_of(file, content)}, {count} student{'' if count == 1 else 's'}"
    line += f", not used of it: {', '.join(roster.unused)}" if roster.unused else ""
    if (file, content) == kept:
        return ChosenRoster(f"{line}, kept in the results", roster, file)
    if once:
        return ChosenRoster(f"{line}, for this once", roster, file, given)
    replaced = f", in the place of {title_of(*kept)}" if kept else ""
    return ChosenRoster(f"{line}, kept in the results from now on{replaced}", roster, file, given, content)


def beside(place: Path) -> Path | None:
    """The course's roster where it lies with a class's folder: beside it, or in it."""
    return next((path for path in (place.parent / FILE_NAME, place / FILE_NAME) if path.is_file()), None)


def _refuse_unknown_homework(roster: Roster, file: str) -> None:
    named = {homework for student in roster.students for homework, _ in student.groups if homework}
    if strange := sorted(named - set(suite.homeworks())):
        raise RosterError(
            f"the roster {file} has groups of {strange[0]!r}, which is no homework; the homeworks are"
            f" {', '.join(suite.homeworks())}"
        )
