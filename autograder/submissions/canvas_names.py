"""Canvas' own names for the files of a download: WHO_[LATE_]USER_FILE_NAME, with the numbers of student and file.

What a student typed in there is WHO_[LATE_]USER_text.html, and an address that was handed in link.html.

A person's or a group's name may end in numbers too ("team_3_14_99005_hw4.ipynb" is the group "team 3"), and a student's
file may begin with some. So where there are more than two, the file's number is the one as long as those of the other
files, else the largest: Canvas numbers all files of all courses, and far fewer people.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SMALLEST = 100  # a file's number alone; less may be a day, a month or a part of somebody's own name
_LATE = re.compile(r"(?P<who>.+?)_LATE_(?P<user>\d+)_(?P<file>\d+)_(?P<name>.+)", re.DOTALL)
_NUMBERS = re.compile(r"_((?:0|[1-9]\d*)(?:_[1-9]\d*)+)_", re.DOTALL)
_TYPED = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>0|[1-9]\d*)_(?P<name>(?:text|link)\.html)", re.DOTALL)
_AGAIN = re.compile(r"-\d{1,3}(?=\.[^.]+$)")  # what Canvas puts behind a name that was handed in before


@dataclass(frozen=True)
class Named:
    """A file of a download. name: as the student called it, without what Canvas put there for an upload anew.

    file: its number, 0 for what was typed in.
    """

    who: str
    user: str
    file: int
    name: str
    is_late: bool

    @property
    def student(self) -> str:
        """The same in every homework; Canvas' number tells two of one name apart."""
        return f"{self.who} (Canvas {self.user})"


def read(names: Iterable[str]) -> dict[str, Named]:
    """name -> what Canvas says in it, for those that are of its form; empty where they contradict each other.

    Canvas gives no two files one number, and no two people: names that hold a date look like its own, and do.
    """
    names = list(names)
    split = {name: found for name in names if (found := _possible(name))}
    lengths = {len(str(each[0].file)) for each in split.values() if len(each) == 1}
    chosen = {name: _choose(possible, lengths) for name, possible in split.items()}
    typed = {name: _typed(match) for name in names if (match := _TYPED.fullmatch(name))}
    files = [each.file for each in chosen.values()]
    chosen |= typed
    people = {(each.user, each.who) for each in chosen.values()}
    if len(chosen) == len(files) == 1 and max(files) < SMALLEST and not next(iter(chosen.values())).is_late:
        return {}
    is_canvas = len(set(files)) == len(files) and len({user for user, _ in people}) == len(people)
    return chosen if is_canvas else {}


def _typed(found: re.Match[str]) -> Named:
    return Named(found["who"], found["user"], 0, found["name"], bool(found["late"]))


def own_name(name: str) -> str:
    """The name of a file without what Canvas adds where it was handed in before: hw4-1.ipynb is hw4.ipynb."""
    return _AGAIN.sub("", name)


def _possible(name: str) -> list[Named]:
    """Every way to read a name."""
    if late := _LATE.fullmatch(name):
        return [Named(late["who"], late["user"], int(late["file"]), late["name"], True)]
    numbers = _NUMBERS.search(name)
    if not numbers or not numbers.start() or len(numbers[0]) > 100:
        return []
    run, after = numbers[1].split("_"), name[numbers.end() :]
    if not re.search(r"[^\W\d_]", after.rpartition(".")[0]):
        return []
    found = []
    for place in range(len(run) - 1):
        who = "_".join([name[: numbers.start()], *run[:place]])
        found.append(Named(who, run[place], int(run[place + 1]), "_".join([*run[place + 2 :], after]), False))
    return found


def _choose(possible: list[Named], lengths: set[int]) -> Named:
    alike = [each for each in possible if len(str(each.file)) in lengths]
    return max(alike or possible, key=lambda each: each.file)
