"""Tells a whole class from one student's hand-in, where somebody took Canvas' or Gradescope's download as it is."""

from collections.abc import Collection, Iterable, Mapping

from autograder.submissions import canvas_names, moodle_names
from autograder.submissions.gradescope_download import METADATA
from autograder.submissions.kinds import is_archive, is_notebook, is_own, parts, person_in

SHOWN = 3  # names in a sentence
_SURELY = 3  # bare notebooks of so many names are a class's; two may be somebody's parts


def told_by_names(names: Iterable[str]) -> str:
    """Why these files are a class's, beyond doubt: the end of a sentence; "" where they may be one student's."""
    names = list(names)
    if any(parts(name)[-1] == METADATA for name in names):
        return "it is a whole class as Gradescope exports it"
    by_folder: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        if is_notebook(name) or is_archive(name):
            by_folder.setdefault(tuple(parts(name)[:-1]), []).append(parts(name)[-1])
    for files in by_folder.values():
        people = {each.who for each in canvas_names.read(files).values()}
        if len(people) > 1:
            return f"it is a whole class as Canvas exports it ({_some(sorted(people))})"
    people = {each.student for each in moodle_names.read({part for name in names for part in parts(name)}).values()}
    return f"it is a whole class as Moodle exports it ({_some(sorted(people))})" if len(people) > 1 else ""


def told_by_work(written: Collection[str], complete: Collection[str], homework: str) -> str:
    """As `told_by_names`, by what is in them. written: notebooks with an answer; complete: those with most of them."""
    own = [name for name in written if is_own(name, homework)]
    owners = {_owner(name, homework) for name in own or complete} - {""}
    return f"it holds what several handed in ({_some(sorted(owners))})" if len(owners) > 1 else ""


def _owner(name: str, homework: str) -> str:
    """Whose notebook this seems to be; "" if nothing in its path is named after a person.

    Where it has the homework's own name, the folder or archive around it tells, else its own name.
    """
    *folders, file = parts(name)
    places = folders if is_own(file, homework) else [file]
    return next((person for place in reversed(places) if (person := person_in(place, homework))), "")


def is_class_folder(files: Collection[str], folders: Mapping[str, Collection[str]], homework: str) -> bool:
    """Whether a folder is surely a class's: its files, and what lies in each of its folders.

    It is one in nbgrader's form, in Canvas' or Gradescope's, or one with a folder for each of two people, or a file for
    each of three.
    """
    if told_by_names((*files, *folders)):
        return True
    people = {
        person_in(name, homework)
        for name, inside in folders.items()
        if any(each == homework or is_own(each, homework) for each in inside)
    }
    handed_in = {person_in(name, homework) for name in files if is_notebook(name) or is_archive(name)}
    if "" not in handed_in and len(people | handed_in) >= _SURELY:
        people |= handed_in
    return len(people - {""}) > 1


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
