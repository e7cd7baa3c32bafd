"""Which notebook of a submission is graded: the one with most of the homework written. It runs in the sandbox.

A student hands in the empty release beside the finished copy, or last week's notebook beside this week's: the name
alone would choose the wrong one. What was not graded is named in the notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.submissions.archives import File, UnreadableArchive
from autograder.submissions.beside import note_on
from autograder.submissions.harvest import homework_of
from autograder.submissions.unpacking import Contents
from autograder.submissions.whole_class import told_by_names, told_by_work
from autograder.submissions.wording import SHOWN, describe_nothing, listed, short
from homework.notebook.cells import MAX_NOTEBOOK, UnreadableNotebook
from homework.notebook.selection import select

MAX_READ = 20  # notebooks of one submission that are looked into
_ONE = "hand in one notebook alone; if it is a class, unpack it and name the folder that holds the students"


@dataclass(frozen=True)
class Claim:
    """What a notebook has of the homework. written: exercises with an answer; broken: those whose cell does not parse.

    is_ours: whether it is of this homework. problem: why it is no notebook.
    """

    name: str
    content: bytes = field(default=b"", repr=False)
    written: int = 0
    broken: int = 0
    problem: str = ""
    is_ours: bool = False

    @property
    def weight(self) -> tuple[bool, int, int, bool]:
        return self.is_ours, self.written, self.broken, not self.problem


@dataclass(frozen=True)
class Chosen:
    """The notebook that is graded. unread: as of a harvest."""

    name: str
    content: bytes
    notes: tuple[str, ...]
    unread: tuple[str, ...] = ()


def choose(contents: Contents, homework: str, exercises: Sequence[str], others: Mapping[str, Sequence[str]]) -> Chosen:
    """The best claim, the first of equals; UnreadableNotebook or UnreadableArchive where there is none to grade."""
    names = [file.name for file in (*contents.notebooks, *contents.others)]
    if reason := told_by_names(names):
        raise UnreadableArchive(f"{reason}; unpack it and name the folder that holds the students")
    if not contents.notebooks:
        raise UnreadableNotebook(_nothing(contents))
    unread = [file.name for file in contents.notebooks[MAX_READ:]] + list(contents.left_out)
    not_read = (*_broken(contents), *_unread(unread))
    notes = (
        *note_on([file.name for file in contents.others], contents.passed_over),
        *(f"{each}." for each in not_read),
    )
    if len(contents.notebooks) == 1:  # most are, and are parsed once
        (only,) = contents.notebooks
        return Chosen(only.name, only.read(MAX_NOTEBOOK), notes, unread=not_read)
    best, claims = _weigh(contents.notebooks[:MAX_READ], homework, {homework: exercises, **others})
    written = [each.name for each in claims if each.is_ours and each.written]
    complete = [each.name for each in claims if each.is_ours and 2 * each.written > len(exercises)]
    if reason := told_by_work(written, complete, homework):
        raise UnreadableArchive(f"{reason}; {_ONE}")
    if best.problem:
        raise UnreadableNotebook(best.problem)
    notes = (*_not_graded(best, claims, len(exercises)), *notes)
    return Chosen(best.name, best.content, notes, (*_problems(claims), *not_read))


def _weigh(files: Sequence[File], homework: str, homeworks: Mapping[str, Sequence[str]]) -> tuple[Claim, list[Claim]]:
    """The best claim with its content, and all of them without."""
    best, room = Claim(""), MAX_NOTEBOOK
    claims: list[Claim] = []
    for file in files:
        claim = _claim(file, room if claims else MAX_NOTEBOOK, homework, homeworks)
        room = max(0, room - len(claim.content))
        if not claims or claim.weight > best.weight:
            best = claim
        claims.append(replace(claim, content=b""))
    return best, claims


def _claim(file: File, most: int, homework: str, homeworks: Mapping[str, Sequence[str]]) -> Claim:
    try:
        content = file.read(most)
        if len(content) > most and most < MAX_NOTEBOOK:
            return Claim(file.name, problem="too large beside the others")
        found = select(content, homeworks[homework])
    except UnreadableNotebook as error:
        return Claim(file.name, content, problem=str(error))
    except UnreadableArchive as error:
        return Claim(file.name, problem=str(error))
    broken = [name for name, problem in found.problems.items() if problem.is_broken]
    written = set(homeworks[homework]) - found.problems.keys()
    likeliest = homework_of(found.defines, homework, homeworks) or (homework if found.answers else "")
    return Claim(file.name, content, len(written), len(broken), "", likeliest == homework)


def _nothing(contents: Contents) -> str:
    if contents.broken:
        name, why = next(iter(contents.broken.items()))
        return f"no notebook found; {short(name)} was not read: {why}"
    names = sorted((file.name for file in contents.others), key=len)
    return describe_nothing(names, contents.passed_over)


def _not_graded(best: Claim, claims: Sequence[Claim], most: int) -> list[str]:
    rest = [claim for claim in claims if claim.name != best.name]
    graded = f"{len(claims)} notebooks: {short(best.name)} was graded ({_describe(best, most)})."
    return [graded, *(f"Not graded: {short(claim.name)} ({_describe(claim, most)})." for claim in rest)]


def _describe(claim: Claim, most: int) -> str:
    if claim.problem:
        return "cannot be read"
    return f"{claim.written} of {most} written" if claim.is_ours else "not of this homework"


def _unread(names: Sequence[str]) -> list[str]:
    return [f"Not looked into, since so much lies beside: {listed(names)}"] if names else []


def _broken(contents: Contents) -> list[str]:
    return [f"{short(name)} was not read: {why}" for name, why in list(contents.broken.items())[:SHOWN]]


def _problems(claims: Sequence[Claim]) -> list[str]:
    return [f"{short(claim.name)} was not read: {claim.problem}" for claim in claims if claim.problem][:SHOWN]
