"""Records what the solution and every known mistake bring back: the hidden references and the public check answers."""

import hashlib
import importlib.metadata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder import bank, references
from autograder.grade import harvest_submission
from autograder.observe import observe_exercises
from autograder.public import record_public
from autograder.records import Harvest, Submission
from autograder.references import Fingerprint, References
from autograder.sandbox.supervisor import Sandbox
from autograder.suite import Suite


class RecordError(Exception):
    """Something cannot be recorded; one sentence."""


def solution_harvest(root: Path, homework: str) -> Harvest:
    """What the grader would run of our own solution notebook, with the artefacts of a right training."""
    from autograder.suite import load

    path = root / "solutions" / homework / f"{homework}.ipynb"
    if not path.exists():
        raise RecordError(f"{path} does not exist; run `autograder release {homework}` first")
    chosen = load(homework)
    artefacts = {
        name: content for known in bank.trained(chosen) if not known.fails for name, content in known.files.items()
    }
    return harvest_submission(Submission("solution", str(path), path.read_bytes(), artefacts), chosen)[0]


def record(suite: Suite, root: Path, workers: int = 2) -> tuple[References, dict]:
    """Observe the solution and each mistake afresh; nothing is written. Also the public checks' answers."""
    solution = solution_harvest(root, suite.homework)
    known = bank.mistakes(suite)
    with Sandbox(suite.probe_sources) as sandbox, ThreadPoolExecutor(workers) as pool:
        harvests = [Harvest(answer.put_into(solution.statements)) for answer in known]
        fingerprints = pool.map(lambda answer, harvest: _fingerprint(answer, harvest, suite, sandbox), known, harvests)
        own = observe_exercises(suite.written, solution, suite, sandbox)  # what is trained differs between machines
        found = References(own, tuple(fingerprints), provenance(suite, solution))
    return found, record_public(suite, solution.statements, known)


def provenance(suite: Suite, solution: Harvest) -> dict[str, str]:
    """From what the references were made: when either hash changes, they have to be recorded again."""
    return {
        "solution": _hash(*(source for source, _ in solution.statements)),
        "probes": _hash(*(source for _, source in sorted(suite.probe_sources.items()))),
        "mistakes": _hash(*(answer.source + answer.says for answer in bank.mistakes(suite))),
        "torch": importlib.metadata.version("torch"),
        "numpy": importlib.metadata.version("numpy"),
    }


def write(suite: Suite, root: Path, found: References, public: dict) -> None:
    from autograder.public import write_public

    references.save(suite.references, found)
    write_public(root / "assignments" / suite.homework / "checks.json", public)


def _fingerprint(answer: bank.Answer, harvest: Harvest, suite: Suite, sandbox: Sandbox) -> Fingerprint:
    return Fingerprint(
        answer.exercise, answer.name, answer.says, observe_exercises([answer.exercise], harvest, suite, sandbox)
    )


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]
