"""Whether what is right on the recorded inputs is right on others too: a function that knows them by heart is not.

For each homework the solution's observations are recorded on a few more sets of inputs. Of each submission some calls,
drawn from a hash of it and a secret, are made on one of these as well, in the same process as all others. One that was
right and now is wrong is made once more in a process of its own, and on the other sets; only who is wrong on one of
these too is refuted. What else its process sends, or uses up, changes nothing of that.
"""

import hashlib
import random
from collections.abc import Callable, Iterator

from autograder.observing.references import References
from autograder.observing.sameness import is_same_value
from autograder.records import Call, Observation, Observations, Verdict

SETS = 4  # of further inputs
SAMPLE = 5  # calls of a submission that are made on other inputs, each of another exercise


def on_other_inputs(call: Call, number: int) -> Call:
    """The same call on the inputs of this set, from 1."""
    return call[0], f"{call[1]}@{number}"


def first_of(call: Call) -> Call:
    """The same call on the first inputs."""
    return call[0], call[1].partition("@")[0]


def draw(digest: str, references: References) -> list[Call]:
    """The calls to make on other inputs for the submission with this digest; who lacks the references can't tell."""
    source = random.Random(hashlib.sha256((digest + references.secret).encode()).digest())
    number = str(source.randint(1, SETS))
    known: dict[str, list[Call]] = {}
    for call in sorted(references.on_other_inputs):
        if call[1].endswith(f"@{number}"):
            known.setdefault(call[0], []).append(call)
    exercises = source.sample(sorted(known), min(SAMPLE, len(known)))
    return [source.choice(known[exercise]) for exercise in exercises]


def find_refuted(
    own: Observations, seen_on_others: Observations, references: References, call_alone: Callable[[Call], Observation]
) -> Iterator[Call]:
    """The calls that are right on the first inputs, value by value, and wrong on two other sets."""
    for call, seen in seen_on_others.items():
        first = first_of(call)
        right = agreeing(own.get(first), references.solution[first])
        if _holds(right, seen, references.on_other_inputs[call]):
            continue
        others = [other for other in references.on_other_inputs if first_of(other) == first and other != call]
        if _holds(right, call_alone(call), references.on_other_inputs[call]):
            continue
        if any(not _holds(right, call_alone(other), references.on_other_inputs[other]) for other in others):
            yield first


def _holds(right: set[str], seen: Observation, recorded: Observation) -> bool:
    """Whether these values are right here too; what the grader itself lost speaks against nobody."""
    return seen.verdict == Verdict.GRADER_ERROR or right <= agreeing(seen, recorded)


def agreeing(seen: Observation | None, recorded: Observation) -> set[str]:
    """Names of the values that are as recorded; none where the call ended otherwise."""
    if seen is None or seen.verdict != recorded.verdict:
        return set()
    alike = (name for name, value in recorded.values.items() if name in seen.values)
    return {name for name in alike if is_same_value(seen.values[name], recorded.values[name])}
