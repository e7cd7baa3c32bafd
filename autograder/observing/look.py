"""A submission's two looks: with the student's own definitions, and once more with ours where they lean on wrong ones.

A stand-in enters no process before every submission of a run has had its first look, so that nothing which is in it
can be passed on in time.
"""

import hashlib
import os
from dataclasses import dataclass, field, replace

from autograder.observing.observe import follow, observe_own
from autograder.observing.reading import read
from autograder.observing.references import References
from autograder.records import Harvest, Observed, Submission
from autograder.sandbox.budget import Budget, Spent
from autograder.sandbox.supervisor import Sandbox
from autograder.suite import Suite


@dataclass(frozen=True)
class Seen:
    """What a look brought back.

    notebook: its name inside a zip. problem: why nothing can be graded, if so. artefacts: (name, sha256) of each
    file that is not empty.
    level: that of the sandbox. spent: what is gone of the submission's budget.
    """

    harvest: Harvest
    observed: Observed
    notebook: str = ""
    problem: str = ""
    artefacts: tuple[tuple[str, str], ...] = ()
    level: str = ""
    spent: Spent = field(default_factory=Spent)


def look(submission: Submission, chosen: Suite, sandbox: Sandbox, references: References) -> Seen:
    """Read it, and observe every exercise with the student's own definitions."""
    budget = Budget()
    reading = read(submission, chosen, sandbox, budget)
    is_shifted = os.environ.get("SEED_SHIFT", "0") != "0"  # by `--twice`: nothing is recorded for these inputs
    digest = "" if is_shifted else submission.digest
    observed = observe_own(reading.harvest, chosen, sandbox, references, budget, digest)
    files = sorted(reading.harvest.artefacts.items())
    hashes = tuple((name, hashlib.sha256(content).hexdigest()) for name, content in files if content)
    harvest = replace(reading.harvest, artefacts={})  # megabytes, and nobody needs them any more
    return Seen(harvest, observed, reading.notebook, reading.problem, hashes, sandbox.level, budget.stop())


def look_again(seen: Seen, chosen: Suite, sandbox: Sandbox, references: References) -> Seen:
    """Observe once more, with stand-ins, what the first look planned."""
    budget = Budget(spent=seen.spent)
    observed = follow(seen.observed, seen.harvest, chosen, sandbox, references, budget)
    return replace(seen, observed=observed, spent=budget.stop())
