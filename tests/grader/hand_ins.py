"""Hand-ins for tests: notebooks with some exercises written, and what the grader reads of a class's folder."""

import io
import json
import zipfile
from dataclasses import dataclass

from autograder import suite
from autograder.submissions import reading
from autograder.submissions.intake import Course, find_submissions
from autograder.submissions.reading import Asked

HW, OTHER = "hw4_contrastive", "hw1_diffusion"


def notebook(*written, homework=HW, broken=()):
    """A notebook with a stub for each exercise, but an answer in the text of which its name stands for these."""
    sources = []
    for name in suite.load(homework).written:
        body = f"return {name!r}" if name in written else "raise NotImplementedError"
        sources.append(f"def {name}(*arguments{'' if name in broken else ')'}:\n    {body}")
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def finished(words="", homework=HW):
    """A notebook with all of it written; words: somebody's own."""
    whole = json.loads(notebook(*suite.load(homework).written, homework=homework))
    whole["cells"].append({"cell_type": "code", "metadata": {}, "outputs": [], "source": f"WORDS = {words!r}"})
    return json.dumps(whole).encode()


def zipped(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def lay(place, files):
    """Write the files, by their path below the place."""
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place


@dataclass(frozen=True)
class Read:
    """What became of one submission: how many exercises are written in what is graded, and what its student is told."""

    written: int
    problem: str
    notes: str
    notebook: str
    artefacts: dict
    submitted: str
    unread: tuple = ()


class _Given:
    def __init__(self, files):
        self.files = files


def read_one(submission, wanted=(), homework=HW):
    """As a child of the sandbox reads it."""
    if submission.problem:
        return Read(0, submission.problem, "", "", submission.artefacts, submission.submitted)
    exercises = suite.load(homework).written
    others = {name: suite.load(name).written for name in suite.homeworks() if name != homework}
    asked = Asked(homework, exercises, sorted(wanted), others)
    found = reading.from_values(reading.read(_Given(reading.files_for(submission.notebook, asked))))
    written = 0 if found.problem else len(set(exercises) - found.harvest.problems.keys())
    artefacts = {**found.harvest.artefacts, **submission.artefacts}
    notes = "\n".join((*submission.notes, *found.harvest.notes))
    unread = found.harvest.unread
    return Read(written, found.problem, notes, found.notebook, artefacts, submission.submitted, unread)


def read_class(place, wanted=(), homework=HW, course=None):
    """student -> what became of it, and what is said of the class."""
    found = find_submissions(place, homework, wanted, course or Course())
    return {each.student: read_one(each.read(), wanted, homework) for each in found.submissions}, found
