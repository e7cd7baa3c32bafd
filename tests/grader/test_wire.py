"""Frames: what is written comes back bit by bit, and no bytes make the reader raise anything but its own error."""

import json
import math
import struct
from contextlib import suppress

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.observing import packing, sameness
from autograder.records import Observation, Observed, Verdict
from autograder.sandbox import framing, wire

NONCE = bytes(range(framing.NONCE_BYTES))
SHAPES = st.lists(st.integers(0, 4), max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def frame(head: bytes, body: bytes = b"") -> bytes:
    return struct.pack(f"<4s{framing.NONCE_BYTES}sII", wire.MAGIC, NONCE, len(head), len(body)) + head + body


def read_or_refuse(data: bytes) -> None:
    """Anything but a WireError fails the test."""
    with suppress(wire.WireError):
        wire.read(data, NONCE)


@pytest.mark.parametrize("dtype", wire.DTYPES.values(), ids=str)
@given(shape=SHAPES, seed=st.integers(0, 1000))
def test_tensors_come_back_bit_by_bit(dtype, shape, seed):
    generator = torch.Generator().manual_seed(seed)
    bits = torch.randint(0, 256, (math.prod(shape) * dtype.itemsize,), generator=generator, dtype=torch.uint8)
    sent = (bits & 1).bool().reshape(shape) if dtype == torch.bool else bits.view(dtype).reshape(shape)
    got = wire.read(wire.write({"x": sent}, NONCE), NONCE)["x"]
    assert got.dtype == dtype
    assert got.shape == sent.shape
    assert torch.equal(got.reshape(-1).view(torch.uint8), sent.reshape(-1).view(torch.uint8))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6).reshape(2, 3).T,
        torch.zeros(2, 3, requires_grad=True),
        torch.eye(2).expand(3, 2, 2),
        torch.arange(6.0)[:1].as_strided((1,), (3,)),
    ],
    ids=["transposed", "with a graph", "expanded", "one number, three apart"],
)
def test_any_layout_can_be_sent(tensor):
    assert torch.equal(wire.read(wire.write({"x": tensor}, NONCE), NONCE)["x"], tensor)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=8),
        st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.text(st.characters(codec="utf-8")),
    )
)
def test_scalars_and_names_come_back(values):
    assert wire.read(wire.write(values, NONCE), NONCE) == values


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, -0.0, 1e-320])
def test_special_floats_come_back(value):
    got = wire.read(wire.write({"x": value}, NONCE), NONCE)["x"]
    assert struct.pack("d", got) == struct.pack("d", value)


@pytest.mark.parametrize(
    "value", [torch.zeros(2, dtype=torch.complex64), [1.0], None, object()], ids=lambda value: type(value).__name__
)
def test_what_no_exercise_returns_is_refused_by_the_writer(value):
    with pytest.raises(wire.WireError):
        wire.write({"x": value}, NONCE)


SIDES = st.integers(0, 8) | st.sampled_from([1 << 11, 1 << 20, 1 << 25])


@settings(max_examples=300)
@given(st.lists(SIDES, max_size=8), st.sampled_from(sorted(wire.DTYPES)), st.text(max_size=20))
def test_what_was_read_can_be_kept_compared_and_listed(shape, dtype, name):
    """A shape that only the reader can bear, such as many empty rows, is refused by it."""
    body = bytes(math.prod(shape) * wire.DTYPES[dtype].itemsize) if math.prod(shape) < 1 << 12 else b""
    head = json.dumps({name: {"dtype": dtype, "shape": shape}}).encode()
    try:
        values = wire.read(frame(head, body), NONCE)
    except wire.WireError:
        return
    seen = Observation("probe", Verdict.PASSED, values)
    kept = packing.unpack(packing.pack(Observed({("exercise", "probe"): seen})))
    assert sameness.fingerprint("exercise", [kept.own["exercise", "probe"]]) == sameness.fingerprint("exercise", [seen])
    assert sameness.hash_observations([seen])
    assert sameness.is_same(seen, seen)
    assert sum(max(side, 1) for side in shape) <= wire.MAX_BODY
    assert all(len(str(value.tolist())) < 1 << 20 for value in values.values())


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    read_or_refuse(data)


@settings(max_examples=300)
@given(st.binary(max_size=200), st.binary(max_size=40))
def test_any_header_and_body_are_read_or_refused(head, body):
    read_or_refuse(frame(head, body))


@settings(max_examples=500)
@given(JSON, st.binary(max_size=40))
def test_any_json_header_is_read_or_refused(header, body):
    read_or_refuse(frame(json.dumps(header).encode(), body))


@settings(max_examples=500)
@given(
    st.sampled_from([*wire.DTYPES, "complex64", "object", ""]),
    st.lists(
        st.integers(-2, 3) | st.sampled_from([2**31, 2**63, 2**70, -(2**63)]) | st.floats() | st.booleans(), max_size=10
    ),
    st.binary(max_size=64),
)
def test_any_tensor_entry_is_read_or_refused(dtype, shape, body):
    read_or_refuse(frame(json.dumps({"x": {"dtype": dtype, "shape": shape}}).encode(), body))


@settings(max_examples=500)
@given(st.data())
def test_a_mutated_frame_is_read_or_refused(data):
    good = bytearray(wire.write({"x": torch.arange(5.0), "ok": True, "text": "é"}, NONCE))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    read_or_refuse(bytes(good[:cut] if data.draw(st.booleans()) else good))


@given(st.binary(min_size=wire.PREFIX_BYTES, max_size=wire.PREFIX_BYTES))
def test_any_prefix_has_a_bounded_length_or_is_refused(prefix):
    with suppress(wire.WireError):
        assert wire.frame_length(prefix, NONCE) <= wire.PREFIX_BYTES + wire.MAX_HEADER + wire.MAX_BODY


@pytest.mark.parametrize(
    "head",
    [
        b"[" * 60_000,
        b'{"x":' * 12_000,
        b'{"x": 1e999}',
        b'{"x": ' + b"9" * 5000 + b"}",
        b'{"x": {"dtype": "float32", "shape": [4294967296, 0]}}',
        b'{"x": {"dtype": ["float32"], "shape": [0]}}',
        b'{"\\ud800": "\\udfff"}',
        b'{"x": {"dtype": "bool", "shape": [-1]}}',
        b"\xff\xfe{}",
    ],
    ids=lambda head: repr(head[:24]),
)
def test_the_forgeries_that_broke_a_careless_reader(head):
    read_or_refuse(frame(head))


def test_another_calls_nonce_is_refused():
    with pytest.raises(wire.WireError):
        wire.read(wire.write({"x": 1}, bytes(framing.NONCE_BYTES)), NONCE)


def test_a_frame_that_says_too_little_or_too_much_is_refused():
    good = wire.write({"x": torch.arange(3)}, NONCE)
    for bad in (good[:-1], good + b"\0", b""):
        with pytest.raises(wire.WireError):
            wire.read(bad, NONCE)
