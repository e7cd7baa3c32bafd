"""What it means that two observations are the same: within a tolerance, but for rounding, or to the last bit.

- `is_same`, within the fingerprints' tolerance: a student's mistake is a known one.
- `hash_observations`, but for rounding: two students are wrong in the same way.
- `fingerprint`, to the last bit: nothing that a test can see differs, so a judgement may be taken over.
"""

import hashlib
import json
import re
import struct
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.records import Observation
from homework.comparison import describe_difference

RTOL, ATOL = 1e-3, 1e-5  # the same formula in another order of operations still matches


def is_same(observation: Observation | None, recorded: Observation) -> bool:
    """Both ended alike, in the same words, and every value is the same within the fingerprints' tolerance."""
    if observation is None or observation.verdict != recorded.verdict or observation.error != recorded.error:
        return False
    if recorded.saw and _words(observation.saw) != _words(recorded.saw):
        return False
    if observation.values.keys() != recorded.values.keys():
        return False
    return all(is_same_value(observation.values[name], value) for name, value in recorded.values.items())


def _words(saw: str) -> str:
    """What was said of a failure, without the place in the notebook, and without which tensors were on which device."""
    return re.sub(r" \((cell|stand-in|mistake).*|(?<=be on the same device).*", "", saw)


def is_same_value(value: Any, recorded: Any) -> bool:
    """The same number, word or tensor within the fingerprints' tolerance."""
    return not describe_difference("", value, recorded, RTOL, ATOL)


def hash_observations(observations: Iterable[Observation]) -> str:
    """16 hex digits, equal where the values are the same but for rounding; "" when no value came back."""
    lines = [
        f"{seen.probe}.{name}: {_round(value)}" for seen in observations for name, value in sorted(seen.values.items())
    ]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16] if lines else ""


def _round(value: Any) -> str:
    """A tensor by its shape, how long it is as a vector, and where that vector points.

    Few numbers, rounded: another order of operations changes the last digits of each element, but hardly ever these.
    """
    if isinstance(value, float):
        return f"{value:.4g}"
    if not isinstance(value, Tensor):
        return repr(value)
    vector = value.detach().flatten().to(torch.complex128 if value.is_complex() else torch.float64)
    vector = torch.view_as_real(vector).flatten() if value.is_complex() else vector
    is_odd = ~vector.isfinite()
    length = vector.masked_fill(is_odd, 0).norm()
    direction = vector.masked_fill(is_odd, 0) @ torch.arange(len(vector), dtype=torch.float64).mul(1.7).cos()
    return f"{tuple(value.shape)} {is_odd.sum()} odd, {length:.4g}, {direction / length.clamp(min=1e-12):.3f}"


def fingerprint(exercise: str, observations: Sequence[Observation]) -> bytes:
    """A hash of all that a test can see: verdicts, words, and values to the last bit, but not time and memory."""
    digest = hashlib.blake2b(exercise.encode(), digest_size=32)
    for seen in observations:
        told = [seen.probe, seen.verdict, seen.saw, seen.error, seen.notes]
        head = json.dumps([*told, [(name, _spell(value)) for name, value in seen.values.items()]]).encode()
        digest.update(struct.pack("<Q", len(head)) + head)  # says how many bytes each tensor adds
        for value in seen.values.values():
            if isinstance(value, Tensor):
                digest.update(value.detach().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.digest()


def _spell(value: Any) -> list:
    """All that a tensor's bytes do not tell of it; a scalar to the bit."""
    if isinstance(value, Tensor):
        return [str(value.dtype), list(value.shape), list(value.stride())]
    if isinstance(value, float):
        return ["float", struct.pack("<d", value).hex()]  # every NaN is written alike
    return [repr(value)]
