"""Recorded observations of the solution and of every known mistake, with their provenance.

On disk: `observations.json` (provenance, verdicts, scalars) and `observations.safetensors.gz` (tensors), never code.
Most mistakes share most tensors with the solution: each stands in the file once, under a number.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from autograder.observing.sameness import is_same
from autograder.records import Call, Observation, Observations, Verdict

SOLUTION, OTHERS = "solution", "on other inputs"
TENSORS = "observations.safetensors.gz"


@dataclass(frozen=True)
class Fingerprint:
    """What a known mistake brings back for the probes of its exercise."""

    exercise: str
    name: str
    says: str
    observations: Observations


@dataclass(frozen=True)
class References:
    """The solution's observations, the mistakes' fingerprints, and how they were made.

    on_other_inputs: the solution's on further sets, by (exercise, "probe@number"), where every right variant agrees.
    secret: a hash of all of it, which enters no process of student code.
    """

    solution: Observations = field(default_factory=dict)
    fingerprints: tuple[Fingerprint, ...] = ()
    provenance: dict[str, str] = field(default_factory=dict)
    on_other_inputs: Observations = field(default_factory=dict)
    secret: str = ""

    def words(self, call: Call) -> frozenset[str]:
        """The texts that the solution, or a known mistake, sends for this call."""
        recorded = [self.solution.get(call), *(known.observations.get(call) for known in self.fingerprints)]
        values = (value for seen in recorded if seen for value in seen.values.values())
        return frozenset(value for value in values if isinstance(value, str))

    def diagnose(self, exercise: str, observations: Observations) -> Fingerprint | None:
        """The known mistake whose observations equal these on every probe of the exercise, if there is one."""
        for fingerprint in self.fingerprints:
            if fingerprint.exercise == exercise and all(
                is_same(observations.get(key), recorded) for key, recorded in fingerprint.observations.items()
            ):
                return fingerprint
        return None


def save(folder: Path, references: References) -> None:
    """Write both files, byte for byte the same for the same references."""
    from safetensors.torch import save as to_bytes

    folder.mkdir(exist_ok=True)
    tensors = _Tensors()
    table = {
        "provenance": references.provenance,
        SOLUTION: _to_table(references.solution, tensors),
        OTHERS: _to_table(references.on_other_inputs, tensors),
        "mistakes": [
            {
                "exercise": found.exercise,
                "name": found.name,
                "says": found.says,
                "observations": _to_table(found.observations, tensors),
            }
            for found in references.fingerprints
        ],
    }
    (folder / TENSORS).write_bytes(gzip.compress(to_bytes(tensors.by_number), mtime=0))
    (folder / "observations.json").write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load(folder: Path) -> References:
    """The recorded references; empty when nothing was recorded yet."""
    from safetensors.torch import load as from_bytes

    if not (folder / "observations.json").exists():
        return References()
    table = json.loads((folder / "observations.json").read_text(encoding="utf-8"))
    compressed = (folder / TENSORS).read_bytes()
    tensors = from_bytes(gzip.decompress(compressed))
    fingerprints = tuple(
        Fingerprint(
            found["exercise"],
            found["name"],
            found["says"],
            _from_table(found["observations"], tensors),
        )
        for found in table["mistakes"]
    )
    solution, others = (_from_table(table.get(part, []), tensors) for part in (SOLUTION, OTHERS))
    return References(solution, fingerprints, table["provenance"], others, hashlib.sha256(compressed).hexdigest())


@cache
def known(folder: Path) -> References:
    """The same, read once in a process: for those who grade, and record nothing."""
    return load(folder)


class _Tensors:
    """Tensors by number, none of them twice."""

    def __init__(self) -> None:
        self.by_number: dict[str, Tensor] = {}
        self._numbers: dict[tuple, str] = {}

    def keep(self, tensor: Tensor) -> str:
        """The number of the tensor with this dtype, this shape and these bits."""
        tensor = tensor.contiguous()
        content = (tensor.dtype, tensor.shape, tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
        number = self._numbers.setdefault(content, str(len(self._numbers)))
        self.by_number.setdefault(number, tensor)
        return number


def _to_table(observations: Observations, tensors: _Tensors) -> list[dict[str, Any]]:
    rows = []
    for (exercise, probe), observation in observations.items():
        values = observation.values
        rows.append(
            {
                "exercise": exercise,
                "probe": probe,
                "verdict": observation.verdict,
                "error": observation.error,
                **({"saw": observation.saw} if observation.verdict == Verdict.CRASHED else {}),
                "names": list(values),
                "scalars": {name: value for name, value in values.items() if not isinstance(value, Tensor)},
                "tensors": {name: tensors.keep(value) for name, value in values.items() if isinstance(value, Tensor)},
            }
        )
    return rows


def _from_table(rows: list[dict[str, Any]], tensors: dict[str, Tensor]) -> Observations:
    observations = {}
    for row in rows:
        found = {**row["scalars"], **{name: tensors[number] for name, number in row["tensors"].items()}}
        values = {name: found[name] for name in row["names"]}
        exercise, probe = row["exercise"], row["probe"]
        verdict, saw = Verdict(row["verdict"]), row.get("saw", "")
        observations[exercise, probe] = Observation(probe, verdict, values, saw=saw, error=row["error"])
    return observations
