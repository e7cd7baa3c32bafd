"""Submission -> the definitions the homework asks for, and what is missing, duplicated or mangled.

Cells are keyed by our own list of exercises, never by what the file claims: a duplicated, deleted, retyped or split
cell is worked around and noted. `homework.notebook` does the finding, for the student's own hand-in check too.
"""

from collections.abc import Sequence

from autograder.records import Harvest, Verdict
from homework.notebook.cells import UnreadableNotebook
from homework.notebook.selection import Problem, Selection, select


def harvest(notebook: bytes, exercises: Sequence[str], other_homeworks: dict[str, Sequence[str]]) -> Harvest:
    """What can be run of a notebook. UnreadableNotebook when it is none, or one of another homework.

    other_homeworks: homework -> its exercises, to recognise a notebook that was handed in at the wrong place.
    """
    selection = select(notebook, exercises)
    _refuse_other_homework(selection.found, exercises, other_homeworks)
    return Harvest(
        statements=selection.statements,
        problems={name: (_verdict(problem), problem.saw) for name, problem in selection.problems.items()},
        notes=(*_cell_notes(selection, exercises), *_broken_notes(selection), *_stub_notes(selection, exercises)),
    )


def _verdict(problem: Problem) -> Verdict:
    return Verdict.UNREADABLE if problem.is_broken else Verdict.NOT_WRITTEN


def _refuse_other_homework(found: frozenset[str], exercises: Sequence[str], others: dict[str, Sequence[str]]) -> None:
    if found & set(exercises):
        return
    for homework, names in others.items():
        if found & set(names):
            raise UnreadableNotebook(f"this is the notebook of another homework, {homework}; hand in the right one")
    raise UnreadableNotebook(
        "the notebook defines none of this homework's exercises; hand in the homework's own notebook"
    )


def _cell_notes(selection: Selection, exercises: Sequence[str]) -> list[str]:
    notes = []
    for name in exercises:
        own = [cell for cell in selection.cells if cell.grade_id == name]
        places = [cell for definition, cell in selection.kept if name in definition.names]
        if len(own) > 1:
            copies = " and ".join(cell.place for cell in own)
            notes.append(f"{name}: its cell stands more than once ({copies}); the last written answer was graded.")
        if len(places) > 1 and len(own) <= 1:
            notes.append(f"{name}: it is defined more than once; the last definition ({places[-1].place}) was graded.")
        if places and places[-1].kind != "code":
            notes.append(f"{name}: {places[-1].place} is not a code cell any more; its text was graded all the same.")
        elif places and not own:
            notes.append(f"{name}: its own cell is gone; the definition in {places[-1].place} was graded.")
        elif places and places[-1] not in own:
            notes.append(f"{name}: the definition in {places[-1].place}, outside its own cell, was graded.")
    return notes


def _broken_notes(selection: Selection) -> list[str]:
    return [f"{cell.place} was left out, since it has a syntax error: {error}." for error, cell in selection.broken]


def _stub_notes(selection: Selection, exercises: Sequence[str]) -> list[str]:
    stubs = [(cell, name) for stub, cell in selection.replaced for name in stub.names if name in exercises]
    return [
        f"{name}: {cell.place} still holds the empty stub; your written answer was graded instead."
        for cell, name in stubs
    ]
