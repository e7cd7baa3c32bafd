"""What right and wrong trainings have handed in: the networks that prove the tests of trained artefacts."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.suite import METRICS, Suite


@dataclass(frozen=True)
class Trained:
    """What one training handed in. fails: the test that must notice a wrong one; empty for a right one."""

    exercise: str
    name: str
    files: dict[str, bytes]
    fails: str


def trained(suite: Suite) -> Iterator[Trained]:
    """Artefacts of right and wrong trainings, as `artefacts/EXERCISE/known.toml` lists them: name = failing test."""
    for exercise, file in suite.artefacts.items():
        folder = suite.folder_of(exercise) / "artefacts" / exercise
        metrics = (folder / METRICS).read_bytes()
        for name, fails in tomllib.loads((folder / "known.toml").read_text(encoding="utf-8")).items():
            yield Trained(
                exercise, name, {file: (folder / f"{name}.safetensors").read_bytes(), METRICS: metrics}, fails
            )
