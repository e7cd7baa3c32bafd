"""Tensors and scalars to bytes and back, as data: a JSON header and raw buffers; no pickle, ever.

The worker writes frames beside student code, the grader reads them and trusts nothing: whatever the bytes are,
`read` returns named values or raises `WireError`. A frame is a prefix (see `framing`), a header and
a body. The header is a JSON object: name -> {"dtype", "shape"} for a tensor, whose buffers follow each other in the
body in the header's order, or name -> a bool, int, float or string.
"""

import json
import math
from collections.abc import Iterable
from typing import Any

import torch

from autograder.sandbox.framing import MAGIC, MAX_BODY, MAX_HEADER, PREFIX, PREFIX_BYTES, WireError, frame_length

MAX_VALUES = 256
MAX_DIMS = 8
MAX_EMPTY = 1 << 16  # the product of an empty tensor's other sides: they cost no byte here, and a list each later on
DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.bool,
        torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
    )
}  # fmt: skip


def write(values: dict[str, Any], nonce: bytes) -> bytes:
    """One frame of named tensors (any device, any layout) and scalars."""
    header, buffers = {}, []
    for name, value in values.items():
        if isinstance(value, torch.Tensor):
            header[str(name)], buffer = _tensor_to_bytes(str(name), value)
            buffers.append(buffer)
        elif isinstance(value, bool | float | str) or _is_small_integer(value):
            header[str(name)] = value
        else:
            raise WireError(f"{name} is a {type(value).__name__}, where a tensor or a number was expected")
    head, body = json.dumps(header).encode(), b"".join(buffers)
    if len(head) > MAX_HEADER or len(body) > MAX_BODY or len(header) > MAX_VALUES:
        raise WireError(f"the answer holds {len(body)} bytes, where at most {MAX_BODY} can be handed over")
    return PREFIX.pack(MAGIC, nonce, len(head), len(body)) + head + body


def _tensor_to_bytes(name: str, tensor: torch.Tensor) -> tuple[dict, bytes]:
    dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in DTYPES:
        raise WireError(f"{name} has dtype {tensor.dtype}, which no exercise asks for")
    if tensor.numel() * tensor.element_size() > MAX_BODY or (not tensor.numel() and _rows(tensor.shape) > MAX_EMPTY):
        raise WireError(f"{name} has shape {tuple(tensor.shape)}, far larger than any answer")
    flat = tensor.detach().cpu().clone(memory_format=torch.contiguous_format).reshape(-1)  # strides of size 1 too
    return {"dtype": dtype, "shape": list(tensor.shape)}, flat.view(torch.uint8).numpy().tobytes()


def read(frame: bytes, nonce: bytes) -> dict[str, Any]:
    """The named values of one whole frame, tensors in memory of their own."""
    if len(frame) < PREFIX_BYTES or len(frame) != frame_length(frame[:PREFIX_BYTES], nonce):
        raise WireError("the answer was cut short")
    head_length = PREFIX.unpack(frame[:PREFIX_BYTES])[2]
    header = _parse_header(frame[PREFIX_BYTES : PREFIX_BYTES + head_length])
    body = memoryview(frame)[PREFIX_BYTES + head_length :]
    values: dict[str, Any] = {}
    offset = 0
    for name, entry in header.items():
        if isinstance(entry, dict):
            values[name], offset = _tensor_from_bytes(name, entry, body, offset)
        elif isinstance(entry, str):
            values[name] = _printable(entry)
        elif isinstance(entry, bool | float) or _is_small_integer(entry):
            values[name] = entry
        else:
            raise WireError(f"{name!r} is neither a tensor nor a number")
    if offset != len(body):
        raise WireError("the answer holds more bytes than it announces")
    return values


def _parse_header(head: bytes) -> dict:
    try:
        header = json.loads(head)
    except (ValueError, RecursionError):
        raise WireError("the answer's header is not JSON") from None
    if not isinstance(header, dict) or len(header) > MAX_VALUES:
        raise WireError("the answer's header is not a table of values")
    return {_printable(name): entry for name, entry in header.items()}


def _is_small_integer(value: Any) -> bool:
    """An integer of 64 bits: a longer one fits into no tensor it could be compared with."""
    return isinstance(value, int) and -(1 << 63) <= value < 1 << 63


def _printable(text: str) -> str:
    """JSON can smuggle lone surrogates, which no report could be written with."""
    return text.encode("utf-8", "replace").decode()


def _rows(shape: Iterable[int]) -> int:
    return math.prod(max(size, 1) for size in shape)


def _tensor_from_bytes(name: str, entry: dict, body: memoryview, offset: int) -> tuple[torch.Tensor, int]:
    dtype, shape = entry.get("dtype"), entry.get("shape")
    if not isinstance(dtype, str) or dtype not in DTYPES or not isinstance(shape, list) or len(shape) > MAX_DIMS:
        raise WireError(f"{name!r} has no dtype or shape that can be read")
    if not all(type(size) is int and 0 <= size <= MAX_BODY for size in shape):
        raise WireError(f"{name!r} has a size that is no count")
    if _rows(shape) > (MAX_EMPTY if 0 in shape else MAX_BODY):
        raise WireError(f"{name!r} has a shape far larger than any answer")
    length = math.prod(shape) * DTYPES[dtype].itemsize
    if offset + length > len(body):
        raise WireError(f"{name!r} announces more bytes than were sent")
    raw = bytearray(body[offset : offset + length])
    if dtype == "bool" and raw.translate(None, b"\x00\x01"):
        raise WireError(f"{name!r} holds bytes that are no booleans")
    tensor = torch.frombuffer(raw, dtype=DTYPES[dtype]) if raw else torch.empty(0, dtype=DTYPES[dtype])
    return tensor.reshape(shape), offset + length
