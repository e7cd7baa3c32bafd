"""What one call may leave behind in its process: memory is freed, and settings that have changed end the series."""

import gc
import sys
import threading
import warnings
from typing import Any

import numpy as np
import torch


class Traces:
    """The process as it is now, before any student code has run."""

    def __init__(self) -> None:
        self._settings = _settings()

    def put_back(self) -> bool:
        """Memory is free again; whether all else is as it was."""
        gc.collect()  # modules are cycles: what the last call's hold would count against the next one's limit
        return _settings() == self._settings


def _settings() -> tuple[Any, ...]:
    """What the next call would notice: a student's function may have set it for all that follows."""
    return (
        threading.active_count(),
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        torch.is_anomaly_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.are_deterministic_algorithms_enabled(),
        sys.getrecursionlimit(),
        np.geterr(),
        list(warnings.filters),
    )
