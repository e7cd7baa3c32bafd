"""What a command goes by: the course's policy and its roster, each kept in the store once it was given."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.results import course_policy, course_roster, opening
from autograder.results.course_policy import ChosenPolicy
from autograder.results.course_roster import ChosenRoster
from autograder.results.store import Results


@dataclass(frozen=True)
class Asked:
    """What the command line says of it: files that are given, and what is left out for once."""

    policy: Path | None = None
    no_policy: bool = False
    roster: Path | None = None
    no_roster: bool = False

    def beside(self, place: Path) -> "Asked":
        """The same, with the roster that lies with the class's folder where none is given."""
        return self if self.no_roster else replace(self, roster=self.roster or course_roster.beside(place))


@dataclass(frozen=True)
class Course:
    """What a command goes by."""

    policy: ChosenPolicy
    roster: ChosenRoster = field(default_factory=ChosenRoster)

    @property
    def line(self) -> str:
        """What to tell first of all."""
        return "; ".join(filter(None, [self.policy.line, self.roster.line]))

    @property
    def is_new(self) -> bool:
        """Whether the store is to keep something."""
        return self.policy.content is not None or self.roster.content is not None

    def keep(self, store: Results) -> None:
        """For all commands to come. store: open to write; its labels are the roster's from now on."""
        self.roster.keep(store)
        self.policy.keep(store)
        store.roster = self.roster.roster


def choose(store: Results | None, homework: str, asked: Asked, once: bool = False) -> Course:
    """By the files that are given, or by what is kept; the store's labels are then this roster's.

    store: None as long as there is none. once: a file that is given is not kept.
    """
    roster = course_roster.choose(store, asked.roster, asked.no_roster, once)
    if store:
        store.roster = roster.roster
    policy = course_policy.choose(store, homework, asked.policy, asked.no_policy, roster.roster, once)
    return Course(policy, roster)


def choose_in(folder: Path, homework: str, asked: Asked) -> Course:
    """As `choose`, for a results folder that may not be there yet."""
    if not opening.has_store(folder):
        return choose(None, homework, asked)
    with Results(folder) as store:
        return choose(store, homework, asked)
