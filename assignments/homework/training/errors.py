"""Errors that speak to the reader: one sentence, and in a notebook no traceback."""


class TrainingError(RuntimeError):
    """Something about the training must change before it can go on; the message says what."""

    def _render_traceback_(self) -> list[str]:
        """IPython's hook: this line stands where a traceback would."""
        return [f"\x1b[31m✗ {self}\x1b[0m"]


class CheckpointError(TrainingError):
    """The checkpoint in the run's folder cannot be read, cannot be written, or belongs to another run."""


class PreflightFailed(TrainingError):
    """The training would fail, or would not learn; found by homework.preflight before a long cell."""
