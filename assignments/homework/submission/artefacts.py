"""Trained artefacts: saved by the notebook, looked at before they are packed."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from homework.atomic_files import replacing
from homework.submission.expected import MAX_ARTEFACT, METRICS

FOLDER = "artefacts"


def save_artefact(homework_folder: Path, name: str, tensors: Mapping[str, Tensor], metrics: Mapping[str, Any]) -> Path:
    """Save what was trained as artefacts/NAME.safetensors, and what was measured in artefacts/metrics.json.

    Args:
        homework_folder: where the homework keeps its files, `colab.folder(homework)`.
        name: the artefact's name; an older artefact of this name is replaced, others stay.
        tensors: a state_dict. Floating-point tensors are kept as float32 or, where that makes more than 8 MB, as
            float16; others as they are.
        metrics: numbers, texts, and lists or dicts of them; what is not finite becomes null.

    Returns:
        the path of the file of tensors. Both files are whole or not there at all, also after a disconnect.
    """
    folder = Path(homework_folder) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    _write_tensors(path, tensors)
    known = _read_metrics(folder / METRICS)
    text = json.dumps(known | {name: _to_json(metrics)}, indent=1, sort_keys=True)
    with replacing(folder / METRICS) as partial:
        partial.write_text(text, encoding="utf-8")
    problem = describe_problem(path)
    if problem:
        print(f"Saved, but it cannot be handed in so: {problem}.")
    return path


def describe_problem(path: Path) -> str:
    """Why this file of `artefacts/` cannot be handed in, "" if it can."""
    name = f"{FOLDER}/{path.name}"
    if not path.is_file():
        return f"{name} is missing; run the cell that saves it"
    size = path.stat().st_size
    if size > MAX_ARTEFACT:
        return f"{name} has {size / 2**20:.1f} MB and may have {MAX_ARTEFACT >> 20}; train the smaller network"
    is_whole = _holds_metrics(path) if path.name == METRICS else _holds_tensors(path)
    return "" if is_whole else f"{name} cannot be opened; run the cell that saves it again"


def _write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    from safetensors.torch import save_file

    floats = sum(tensor.numel() for tensor in tensors.values() if tensor.is_floating_point())
    dtype = torch.float32 if 4 * floats < MAX_ARTEFACT - 2**16 else torch.float16  # its header needs some kB
    with replacing(path) as partial:
        save_file({name: _to_cpu(tensor, dtype) for name, tensor in tensors.items()}, partial)


def _to_cpu(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    """A copy that shares memory with no other, as safetensors wants it."""
    tensor = tensor.detach().to("cpu", dtype if tensor.is_floating_point() else tensor.dtype)
    return tensor.clone(memory_format=torch.contiguous_format)


def _read_metrics(path: Path) -> dict[str, Any]:
    """What is in the file; nothing if that cannot be read."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _to_json(value: Any) -> Any:
    if isinstance(value, Tensor):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _to_json(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(entry) for entry in value]
    if isinstance(value, bool | int | str | None):
        return value
    return _finite(value)


def _finite(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return number if math.isfinite(number) else None


def _holds_metrics(path: Path) -> bool:
    return bool(_read_metrics(path))


def _holds_tensors(path: Path) -> bool:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return all(file.get_slice(name).get_shape() is not None for name in file.keys())  # noqa: SIM118
    except (SafetensorError, OSError):
        return False
