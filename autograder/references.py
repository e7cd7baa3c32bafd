"""Recorded observations of the solution and of every known mistake, with their provenance.

On disk: `observations.json` (provenance, verdicts, scalars) and `observations.safetensors` (tensors), never code. Most
mistakes share most tensors with the solution: each stands in the file once, under a number.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from autograder.records import Observation, Verdict
from homework.comparison import describe_difference

FINGERPRINT_RTOL, FINGERPRINT_ATOL = 1e-3, 1e-5  # the same formula in another order of operations still matches
SOLUTION = "solution"

Observations = dict[tuple[str, str], Observation]  # (exercise, probe) -> what came back


@dataclass(frozen=True)
class Fingerprint:
    """What a known mistake brings back for the probes of its exercise."""

    exercise: str
    name: str
    says: str
    observations: Observations


@dataclass(frozen=True)
class References:
    """The solution's observations, the mistakes' fingerprints, and how they were made."""

    solution: Observations = field(default_factory=dict)
    fingerprints: tuple[Fingerprint, ...] = ()
    provenance: dict[str, str] = field(default_factory=dict)

    def diagnose(self, exercise: str, observations: Observations) -> Fingerprint | None:
        """The known mistake whose observations equal these on every probe of the exercise, if there is one."""
        for fingerprint in self.fingerprints:
            if fingerprint.exercise == exercise and all(
                is_same(observations.get(key), recorded) for key, recorded in fingerprint.observations.items()
            ):
                return fingerprint
        return None


def is_same(observation: Observation | None, recorded: Observation) -> bool:
    """Both ended alike, and every value is the same within the fingerprints' tolerance."""
    if observation is None or observation.verdict != recorded.verdict or observation.error != recorded.error:
        return False
    if observation.values.keys() != recorded.values.keys():
        return False
    return not any(
        describe_difference(name, observation.values[name], value, FINGERPRINT_RTOL, FINGERPRINT_ATOL)
        for name, value in recorded.values.items()
    )


def save(folder: Path, references: References) -> None:
    """Write both files, byte for byte the same for the same references."""
    from safetensors.torch import save_file

    folder.mkdir(exist_ok=True)
    tensors = _Tensors()
    table = {
        "provenance": references.provenance,
        SOLUTION: _to_table(references.solution, tensors),
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
    save_file(tensors.by_number, folder / "observations.safetensors")
    (folder / "observations.json").write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")


def load(folder: Path) -> References:
    """The recorded references; empty when nothing was recorded yet."""
    from safetensors.torch import load_file

    if not (folder / "observations.json").exists():
        return References()
    table = json.loads((folder / "observations.json").read_text())
    tensors = load_file(folder / "observations.safetensors")
    fingerprints = tuple(
        Fingerprint(
            found["exercise"],
            found["name"],
            found["says"],
            _from_table(found["observations"], tensors),
        )
        for found in table["mistakes"]
    )
    return References(_from_table(table[SOLUTION], tensors), fingerprints, table["provenance"])


class _Tensors:
    """Tensors by number, none of them twice."""

    def __init__(self):
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
        observations[exercise, probe] = Observation(probe, Verdict(row["verdict"]), values, error=row["error"])
    return observations
