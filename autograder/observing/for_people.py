"""A submission's bytes to the cells of its graded notebook, in a child of the sandbox: for programs that show them."""

from autograder import suite as suites
from autograder.observing.reading import OF_READING
from autograder.records import Submission
from autograder.sandbox import wire
from autograder.sandbox.job import Job
from autograder.sandbox.supervisor import Sandbox
from autograder.submissions.for_people import HandedIn, from_values
from autograder.submissions.reading import Asked, files_for
from autograder.suite import Suite

_MODULE, _CALL = "autograder.submissions.for_people", ("for_people", "tell")
_TOO_MUCH = "the file takes more time or memory to read than any homework"


def open_reader() -> Sandbox:
    """Its children read submissions. They run nothing of them, so a weaker sandbox is taken, too."""
    module, name = _CALL
    return Sandbox({module: f"from {_MODULE} import {name}\n"}, "weak", modules=(_MODULE,))


def read(submission: Submission, chosen: Suite, sandbox: Sandbox) -> HandedIn:
    """The cells of the notebook that `grade` grades of this submission."""
    if submission.problem:
        return HandedIn(problem=submission.problem)
    others = {name: suites.load(name).written for name in suites.homeworks() if name != chosen.homework}
    asked = Asked(chosen.homework, chosen.written, (), others)
    outcome = sandbox.run(Job((_CALL,), (), OF_READING, files_for(submission.notebook, asked)))[0]
    if outcome.ended != "answered":
        return HandedIn(problem=_TOO_MUCH)
    values = wire.read(outcome.frame, outcome.nonce)
    if "told" not in values:
        return HandedIn(problem=_TOO_MUCH)
    return from_values(values)
