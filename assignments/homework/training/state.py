"""All that a run must remember besides its networks: who it is, and where the random number generators stand."""

import ast
import contextlib
import hashlib
import inspect
import json
import random
import textwrap
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import torch


class HasState(Protocol):
    """What networks, optimizers, averages and Updaters have in common."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state: dict[str, Any]) -> Any: ...


def rng_state() -> dict[str, Any]:
    """Where the global generators of Python, numpy and torch stand, in plain numbers and tensors."""
    numpy_state = np.random.get_state(legacy=False)
    numpy_state["state"]["key"] = numpy_state["state"]["key"].tolist()
    return {
        "python": random.getstate(),
        "numpy": numpy_state,
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def set_rng_state(state: dict[str, Any]) -> None:
    """Put the global generators back; those of GPUs only if this machine has as many."""
    random.setstate(state["python"])
    numpy_state = state["numpy"]
    key = np.array(numpy_state["state"]["key"], dtype=np.uint32)
    np.random.set_state({**numpy_state, "state": {**numpy_state["state"], "key": key}})
    torch.set_rng_state(state["torch"])
    if torch.cuda.is_available() and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])


def describe(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as text that can be compared; a function or class stands for its code, comments left out."""
    return {name: _code_of(value) if callable(value) else _text_of(value) for name, value in settings.items()}


def first_difference(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """ "" for equal settings, else a clause that names one which differs."""
    for name in sorted({*old, *new}):
        before, now = old.get(name, "absent"), new.get(name, "absent")
        if before != now:
            is_code = before.startswith("code ") and now.startswith("code ")
            return f"another {name}" if is_code else f"{name} = {before} (now {now})"
    return ""


def _text_of(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _code_of(definition: Any) -> str:
    try:
        source = textwrap.dedent(inspect.getsource(definition))
    except (OSError, TypeError):  # built in, or typed at a prompt
        return f"code {definition!r}"
    with contextlib.suppress(SyntaxError):  # a lambda in the middle of a line stays as it is written
        source = ast.unparse(ast.parse(source))
    return f"code {hashlib.sha256(source.encode()).hexdigest()[:16]}"
