"""Records what the solution and every known mistake bring back: the hidden references and the public check answers."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder import checkout
from autograder.authoring import bank, other_inputs
from autograder.authoring.public_answers import record_public
from autograder.errors import AutograderError
from autograder.observing import references
from autograder.observing.observe import observe_exercises
from autograder.observing.opening import open_sandbox
from autograder.observing.references import Fingerprint, References
from autograder.records import Harvest, Observations, Verdict
from autograder.sandbox.supervisor import Sandbox
from autograder.submissions.harvest import harvest_own
from autograder.suite import Suite, write_seed
from autograder.suite.trained import trained


class RecordError(AutograderError):
    """Something cannot be recorded; one sentence."""


def solution_harvest(root: Path, homework: str) -> Harvest:
    """What the grader would run of our own solution notebook, with the artefacts of a right training."""
    from autograder.suite import load

    path = checkout.solution(root, homework)
    if not path.exists():
        raise RecordError(f"{path} does not exist; run `autograder release {homework}` first")
    chosen = load(homework)
    artefacts = {name: content for known in trained(chosen) if not known.fails for name, content in known.files.items()}
    return harvest_own(path.read_bytes(), chosen.written, artefacts)


def record(suite: Suite, root: Path, workers: int = 2) -> tuple[References, dict]:
    """Observe the solution and each mistake afresh; nothing is written. Also the public checks' answers."""
    solution = solution_harvest(root, suite.homework)
    known = bank.mistakes(suite)
    with open_sandbox(suite) as sandbox, ThreadPoolExecutor(workers) as pool:
        harvests = [Harvest(answer.put_into(solution.statements)) for answer in known]
        fingerprints = pool.map(lambda answer, harvest: _fingerprint(answer, harvest, suite, sandbox), known, harvests)
        own = _observe("the solution", suite.written, solution, suite, sandbox)  # what is trained differs by machine
        others = other_inputs.record(suite, solution, own, sandbox, pool)
        found = References(own, tuple(fingerprints), provenance(suite, solution), others)
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
    from autograder.authoring.public_answers import write_public

    references.save(suite.references_folder, found)
    write_seed(suite.references_folder, suite.seed)
    write_public(checkout.public_answers(root, suite.homework), public)


def _fingerprint(answer: bank.Answer, harvest: Harvest, suite: Suite, sandbox: Sandbox) -> Fingerprint:
    """What the mistake brings back, but for what is noise: no other machine would recognise it by that."""
    seen = _observe(f"{answer.exercise}: {answer.name}", [answer.exercise], harvest, suite, sandbox)
    noise = suite.noise.get(f"{answer.exercise}: {answer.name}", ())
    kept = {call: observation for call, observation in seen.items() if call[1] not in noise}
    return Fingerprint(answer.exercise, answer.name, answer.says, kept)


def _observe(who: str, exercises: Sequence[str], harvest: Harvest, suite: Suite, sandbox: Sandbox) -> Observations:
    """All that ends. A busy machine gets a second try; what runs out of time on one machine may end on another."""
    for _ in range(2):
        seen = observe_exercises(exercises, harvest, suite, sandbox)
        late = [probe for (_, probe), found in seen.items() if found.verdict == Verdict.TIMED_OUT]
        if not late:
            return seen
    raise RecordError(f"{who} ran out of time twice in the probe {late[0]}; make its inputs smaller, then record again")


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]
