"""A run in one file: written whole or not at all, and read without running anything that is in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from homework import colab
from homework.atomic_files import replacing
from homework.training.errors import CheckpointError
from homework.training.identity import Identity
from homework.training.state import HasState, rng_state, set_rng_state

FORMAT = "homework.training 2"

History = dict[str, list[float]]


def run_folder(name: str) -> Path:
    """Where a run of this name keeps its checkpoint: in Drive if it is mounted, so that it outlives a Colab session.

    Else ./runs/name. The environment variable HOMEWORK_RUNS names another folder for all runs.
    """
    if chosen := os.environ.get("HOMEWORK_RUNS"):
        return Path(chosen) / name
    return (colab.drive_folder() or Path("runs")) / name


@dataclass(frozen=True)
class Checkpoint:
    """The file of one run. parts: everything that changes while training, by name; identity: which run it is."""

    folder: Path
    parts: Mapping[str, HasState]
    identity: Identity

    @property
    def path(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self, step: int, history: History) -> None:
        """Replace the file by the state after this many steps; CheckpointError leaves the old one as it was."""
        state = {
            "format": FORMAT,
            "identity": self.identity.texts,
            "step": step,
            "history": {name: torch.tensor(values, dtype=torch.float64) for name, values in history.items()},
            "rng": rng_state(),
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self.path, state)
        except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
            raise CheckpointError(f"Could not save to {self.path} ({_first_line(error)}); make room there.") from error

    def load(self) -> tuple[int, History]:
        """Put parts and random generators back; the number of finished steps and the history. (0, {}) without a file.

        Raises:
            CheckpointError: the file is broken, is of another program, or was made with other settings, code or parts.
        """
        if not self.path.exists():
            return 0, {}
        state = self._read()
        if difference := self.identity.difference(state["identity"]):
            raise CheckpointError(
                f"The run in {self.folder} was made with {difference}; "
                "change it back, choose another folder, or pass restart=True to train again and write over it."
            )
        self._fill_parts(state["parts"])
        set_rng_state(state["rng"])
        return state["step"], {name: values.tolist() for name, values in state["history"].items()}

    def _read(self) -> dict[str, Any]:
        """On the CPU, where generators' states belong; load_state_dict copies to the parts' own device."""
        try:
            state = torch.load(self.path, map_location="cpu", weights_only=True)
        except Exception as error:  # a broken file can fail in a dozen ways
            raise self._unusable("cannot be read") from error
        if not isinstance(state, dict) or state.get("format") != FORMAT:
            raise self._unusable("is not a checkpoint of this version of the training library")
        return state

    def _fill_parts(self, saved: Mapping[str, Any]) -> None:
        if saved.keys() != self.parts.keys():
            raise self._unusable(f"holds {', '.join(saved)} instead of {', '.join(self.parts)}")
        for name, part in self.parts.items():
            try:
                part.load_state_dict(saved[name])
            except (RuntimeError, ValueError, KeyError) as error:
                raise self._unusable(f"holds a state of {name} that does not fit yours") from error

    def _unusable(self, why: str) -> CheckpointError:
        return CheckpointError(f"{self.path} {why}; delete it, or pass restart=True to begin again.")


def _write(path: Path, state: dict[str, Any]) -> None:
    with replacing(path) as partial, partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())  # a run is hours of work: its bytes are on the disk before they get the name


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
