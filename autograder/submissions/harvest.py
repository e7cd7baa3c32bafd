"""Submission -> the answers the homework asks for with what they need, and what is missing, duplicated or mangled.

Cells are keyed by our own list of exercises, never by what the file claims: a duplicated, deleted, retyped or split
cell is worked around and noted. `homework.notebook` does the finding, for the student's own hand-in check too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from autograder.records import Harvest, Verdict
from homework.notebook.cells import UnreadableNotebook
from homework.notebook.selection import Problem, Selection, select


def harvest(notebook: bytes, exercises: Sequence[str], other_homeworks: Mapping[str, Sequence[str]]) -> Harvest:
    """What can be run of a notebook. UnreadableNotebook when it is none, or one of another homework.

    other_homeworks: homework -> its exercises, to recognise a notebook that was handed in at the wrong place.
    """
    selection = select(notebook, exercises)
    _refuse_other_homework(selection, exercises, other_homeworks)
    return Harvest(
        statements=selection.statements,
        needs=selection.needs,
        problems={name: (_verdict(problem), problem.saw) for name, problem in selection.problems.items()},
        notes=(*_cell_notes(selection, exercises), *_broken_notes(selection), *_stub_notes(selection)),
    )


def harvest_own(notebook: bytes, exercises: Sequence[str], artefacts: Mapping[str, bytes] | None = None) -> Harvest:
    """Of a notebook of our own, which needs no sandbox to be read."""
    return replace(harvest(notebook, exercises, {}), artefacts=dict(artefacts or {}))


def _verdict(problem: Problem) -> Verdict:
    return Verdict.UNREADABLE if problem.is_broken else Verdict.NOT_WRITTEN


def homework_of(found: Collection[str], homework: str, homeworks: Mapping[str, Collection[str]]) -> str:
    """The one of which most exercises are among these names, ours of equals; "" if of none. Homeworks share some."""
    counts = {name: len(set(exercises) & set(found)) for name, exercises in homeworks.items()}
    likeliest = max(counts, key=lambda name: (counts[name], name == homework))
    return likeliest if counts[likeliest] else ""


def _refuse_other_homework(selection: Selection, exercises: Sequence[str], others: Mapping[str, Sequence[str]]) -> None:
    """A notebook belongs to the homework that it defines most exercises of: homeworks share some."""
    likeliest = homework_of(selection.defines, "", {"": exercises, **others})
    if likeliest:
        raise UnreadableNotebook(f"this is the notebook of another homework, {likeliest}; hand in the right one")
    if selection.answers or selection.defines & set(exercises):
        return
    raise UnreadableNotebook(
        "the notebook defines none of this homework's exercises; hand in the homework's own notebook"
    )


def _cell_notes(selection: Selection, exercises: Sequence[str]) -> list[str]:
    notes = []
    are_marked = any(cell.grade_id for cell in selection.cells)
    if not are_marked:
        notes.append("no cell says any more which exercise it is for; each answer was graded where it was found.")
    for name in exercises:
        own = [cell for cell in selection.cells if cell.grade_id == name]
        places = [cell for _, cell in selection.answers.get(name, ())]
        if len(own) > 1:
            copies = " and ".join(cell.place for cell in own)
            notes.append(f"{name}: its cell stands more than once ({copies}); the last written answer was graded.")
        if len(places) > 1 and len(own) <= 1:
            notes.append(f"{name}: it is defined more than once; the last definition ({places[-1].place}) was graded.")
        if places and places[-1].kind != "code":
            notes.append(f"{name}: {places[-1].place} is not a code cell any more; its text was graded all the same.")
        elif places and not own and are_marked:
            notes.append(f"{name}: its own cell is gone; the definition in {places[-1].place} was graded.")
        elif places and own and places[-1] not in own:
            notes.append(f"{name}: the definition in {places[-1].place}, outside its own cell, was graded.")
    return notes


def _broken_notes(selection: Selection) -> list[str]:
    return [f"{cell.place} was left out, since it has a syntax error: {error}." for error, cell in selection.broken]


def _stub_notes(selection: Selection) -> list[str]:
    return [
        f"{name}: {cell.place} still holds the empty stub; your written answer was graded instead."
        for name, cell in selection.replaced
    ]
