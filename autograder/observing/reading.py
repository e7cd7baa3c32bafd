"""A submission's bytes to a harvest, in a child of the sandbox: a hostile file can make reading endless."""

from dataclasses import replace

from autograder import suite as suites
from autograder.observing.interpret import STARVED
from autograder.observing.opening import READING
from autograder.records import Harvest, Submission, Verdict
from autograder.sandbox import wire
from autograder.sandbox.budget import Budget
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Sandbox
from autograder.submissions.reading import Asked, Reading, files_for, from_values
from autograder.suite import Suite

OF_READING = Limits(wall_seconds=20.0, cpu_seconds=10)
OUR_FAULT = "the grader itself failed on this notebook; tell the instructor"
_TOO_MUCH = "the file takes more time or memory to read than any homework; hand in the homework's own notebook"


def read(submission: Submission, chosen: Suite, sandbox: Sandbox, budget: Budget) -> Reading:
    """What can be run of the submission, and in one sentence why there is nothing; then every exercise says so."""
    if submission.problem:
        return _nothing(submission, chosen, Verdict.UNREADABLE, submission.problem)
    others = {name: suites.load(name).written for name in suites.homeworks() if name != chosen.homework}
    asked = Asked(chosen.homework, chosen.written, sorted(chosen.files), others)
    job = Job((READING,), (), OF_READING, files_for(submission.notebook, asked), budget=budget)
    outcome = sandbox.run(job)[0]
    if outcome.ended == "starved":
        return _nothing(submission, chosen, Verdict.GRADER_ERROR, STARVED)
    if outcome.ended != "answered":
        return _nothing(submission, chosen, Verdict.UNREADABLE, _TOO_MUCH)
    values = wire.read(outcome.frame, outcome.nonce)
    told = {name: str(values.pop(name)) for name in list(values) if name.startswith("~")}
    if told["~verdict"] == Verdict.OUT_OF_MEMORY:
        return _nothing(submission, chosen, Verdict.UNREADABLE, _TOO_MUCH)
    if told["~verdict"] != Verdict.PASSED:  # ours to repair, and no reason to stop the class
        return _nothing(submission, chosen, Verdict.GRADER_ERROR, f"{OUR_FAULT} ({told['~error']} in harvest)")
    found = from_values(values)
    if found.problem:
        unread = _nothing(submission, chosen, Verdict.UNREADABLE, found.problem)
        return replace(unread, notebook=found.notebook)
    artefacts = {**found.harvest.artefacts, **submission.artefacts}
    return replace(found, harvest=replace(found.harvest, artefacts=artefacts))


def _nothing(submission: Submission, chosen: Suite, verdict: Verdict, problem: str) -> Reading:
    problems = dict.fromkeys(chosen.names, (verdict, problem))  # what was trained, too: one submission, one word
    return Reading(Harvest((), problems, artefacts=submission.artefacts), problem=problem)
