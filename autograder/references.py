"""Recorded observations of the solution and of every known mistake, with their provenance.

On disk: `observations.json` (provenance, verdicts, scalars) and `observations.safetensors` (tensors), never code.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    tensors: dict[str, Tensor] = {}
    table = {
        "provenance": references.provenance,
        SOLUTION: _to_table(SOLUTION, references.solution, tensors),
        "mistakes": [
            {
                "exercise": found.exercise,
                "name": found.name,
                "says": found.says,
                "observations": _to_table(f"{found.exercise}/{found.name}", found.observations, tensors),
            }
            for found in references.fingerprints
        ],
    }
    save_file(tensors, folder / "observations.safetensors")
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
            _from_table(f"{found['exercise']}/{found['name']}", found["observations"], tensors),
        )
        for found in table["mistakes"]
    )
    return References(_from_table(SOLUTION, table[SOLUTION], tensors), fingerprints, table["provenance"])


def _to_table(prefix: str, observations: Observations, tensors: dict[str, Tensor]) -> list[dict[str, Any]]:
    rows = []
    for (exercise, probe), observation in observations.items():
        scalars = {}
        for name, value in observation.values.items():
            if isinstance(value, Tensor):
                tensors[f"{prefix}/{exercise}/{probe}/{name}"] = value.contiguous()
            else:
                scalars[name] = value
        rows.append(
            {
                "exercise": exercise,
                "probe": probe,
                "verdict": observation.verdict,
                "error": observation.error,
                "names": list(observation.values),
                "scalars": scalars,
            }
        )
    return rows


def _from_table(prefix: str, rows: list[dict[str, Any]], tensors: dict[str, Tensor]) -> Observations:
    observations = {}
    for row in rows:
        exercise, probe, scalars = row["exercise"], row["probe"], row["scalars"]
        values = {
            name: scalars[name] if name in scalars else tensors[f"{prefix}/{exercise}/{probe}/{name}"]
            for name in row["names"]
        }
        observations[exercise, probe] = Observation(probe, Verdict(row["verdict"]), values, error=row["error"])
    return observations
