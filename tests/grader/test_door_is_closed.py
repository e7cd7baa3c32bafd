"""Whatever a student's process sends through the door, it gets results and errors, and no word of a stand-in."""

import json
import socket
import struct
from contextlib import suppress

import pytest
import torch
from behind_the_door import behind
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import framing, wire
from autograder.sandbox.door.stream import NONCE, TREE

SOURCE = '''
import torch
import torch.nn.functional as F

_hidden = "heliotrope"

def pick(x):
    """Heliotrope of the heliotropes."""
    quaternion = F.logsigmoid(x) * 918273.5
    return quaternion.sum()

def call(model, x):
    return F.logsigmoid(model(x))

def leak(what):
    return {"function": pick, "class": Ring, "module": F, "code": pick.__code__, "bytes": b"heliotrope"}[what]

class Ring(torch.nn.Module):
    """Heliotrope."""

    limit = "heliotrope"

    def __init__(self, size):
        super().__init__()
        self.act = F.logsigmoid
        self.layer = torch.nn.Linear(2, 2)
        self.register_buffer("memory", torch.zeros(size))

    def put(self, x):
        self.memory[:] = F.logsigmoid(x)

    def _quaternion(self):
        return "heliotrope"
'''
WORDS = (b"eliotrope", b"quaternion", b"918273", b"logsigmoid", b"_hidden", b"torch.nn", b"Traceback")
KINDS = {"list", "tuple", "dict", "iterator", "tensor", "yours", "object", "dtype", "device"}
VERBS = st.sampled_from(
    ["stand_in", "make", "call", "use", "copy", "get", "set", "grads", "backward", "begin", "_send", "ask"]
)
NAMES = st.sampled_from(
    ["pick", "call", "Ring", "leak", "torch", "F", "_hidden", "memory", "act", "layer", "limit", "put", "_quaternion",
     "state_dict", "training", "forward", "__class__", "__init__", "__dict__", "__reduce__", "__globals__", "__code__",
     "function", "class", "module", "code", "bytes", "__doc__", "register_buffer", "modules", "apply", "T_destination"]
)  # fmt: skip
NUMBERS = st.integers(-1, 8)
LEAVES = st.none() | st.booleans() | NUMBERS | st.floats() | NAMES


def tensor_of(number, graph, made_of):
    """The tensor beside a message, lent under this number."""
    return {"tensor": "x", "mine": number, "stride": [1], "graph": graph, "made_of": made_of}


TREES = st.recursive(
    LEAVES
    | st.builds(lambda number: {"yours": number}, NUMBERS)
    | st.builds(lambda number: {"object": number, "class": "Ring"}, NUMBERS)
    | st.builds(
        tensor_of,
        NUMBERS, st.booleans(), st.lists(st.builds(lambda number: {"mine": number}, NUMBERS), max_size=2),
    ),
    lambda inner: st.builds(lambda kind, items: {kind: items}, st.sampled_from(["list", "tuple", "iterator"]),
                            st.lists(inner, max_size=3))
    | st.builds(lambda items: {"dict": items}, st.lists(st.tuples(LEAVES, inner).map(list), max_size=3))
    | st.lists(inner, max_size=2),
    max_leaves=8,
)  # fmt: skip
ARGUMENTS = {
    "args": st.builds(lambda items: {"tuple": items}, st.lists(TREES, max_size=2)),
    "options": st.just({"dict": []}) | TREES,
    "name": NAMES,
    "thing": st.builds(lambda number: {"yours": number}, NUMBERS) | TREES,
    "value": TREES,
    "number": NUMBERS,
    "gradient": TREES,
}
CONTENT = st.lists(st.sampled_from(sorted(ARGUMENTS)), unique=True, max_size=5).flatmap(
    lambda names: st.tuples(*(ARGUMENTS[name] for name in names)).map(
        lambda trees: {"dict": [list(item) for item in zip(names, trees, strict=True)]}
    )
)
CALLED = ["args", "options"]
FORMED = st.sampled_from(
    [("stand_in", ["name", *CALLED]), ("make", ["name", *CALLED]), ("call", ["thing", *CALLED]),
     ("use", ["thing", "name", *CALLED]), ("copy", ["thing"]), ("get", ["thing", "name"]),
     ("set", ["thing", "name", "value"]), ("grads", ["number", "gradient"]), ("backward", ["number", "gradient"])]
).flatmap(
    lambda form: st.tuples(*(ARGUMENTS[name] for name in form[1])).map(
        lambda trees: {"do": form[0], "with": {"dict": [list(item) for item in zip(form[1], trees, strict=True)]}}
    )
)  # fmt: skip
ROUGH = st.fixed_dictionaries(
    {}, optional={"do": VERBS | TREES, "with": CONTENT | TREES, "mode": TREES, "result": TREES, "error": TREES}
)
SETTLED = st.fixed_dictionaries(
    {"changes": st.just([]) | TREES | st.lists(st.tuples(NUMBERS, st.just("x")).map(list), max_size=2)}
    | {"back": st.just([]) | TREES | st.lists(NUMBERS, max_size=2)}
)


def frame_of(message) -> bytes:
    return wire.write({TREE: json.dumps(message), "x": torch.ones(2)}, NONCE)


def answers_to(data: bytes) -> list[tuple[dict, dict]]:
    """What comes back for these bytes, after an honest beginning in which a Ring and a tensor were lent."""
    with behind(SOURCE) as made:
        student = made.connect()
        kept = student["Ring"](2), student["pick"](torch.ones(2, requires_grad=True)), student["Ring"](2).memory
        made.student.settimeout(20)
        with suppress(OSError):  # it may close before it has read all
            made.student.sendall(data)
            made.student.shutdown(socket.SHUT_WR)
        came = bytearray()
        with suppress(ConnectionError):
            while more := made.student.recv(1 << 16):
                came += more
        del kept
    assert not [word for word in WORDS if word in came]
    return list(split(bytes(came)))


def split(data: bytes):
    while data:
        length = framing.frame_length(data[: framing.PREFIX_BYTES], NONCE)
        tensors = wire.read(data[:length], NONCE)
        yield json.loads(tensors.pop(TREE)), tensors
        data = data[length:]


def assert_is_data(tree) -> None:
    if isinstance(tree, dict):
        kind, content = next(iter(tree.items()))
        assert kind in KINDS
        assert kind != "object" or tree.keys() == {"object", "class"}
        for item in content if isinstance(content, list) else []:
            for part in item if kind == "dict" else [item]:
                assert_is_data(part)
    else:
        assert tree is None or isinstance(tree, bool | int | float | str)


def assert_closed(data: bytes) -> None:
    """Nothing but errors, results that are data, and requests to what was lent by the sender."""
    for message, _ in answers_to(data):
        assert message.keys() - {"changes", "back", "mode"} in ({"error"}, {"result"}, {"do", "with"})
        if "do" in message:
            assert message["do"] in ("call", "use", "get", "backward")
        for part in ("error", "result", "with"):
            assert_is_data(message.get(part))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_end_the_talk_without_a_word(data):
    assert answers_to(data) == []


@settings(deadline=None)
@given(head=st.binary(max_size=60), body=st.binary(max_size=60))
def test_frames_that_hold_no_message_end_the_talk_without_a_word(head, body):
    assert answers_to(struct.pack("<4s16sII", framing.MAGIC, NONCE, len(head), len(body)) + head + body) == []


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(ROUGH, SETTLED), min_size=1, max_size=3))
def test_messages_without_a_form_get_errors_alone(messages):
    sent = [message | settled for message, settled in messages if message.get("do") != "begin"]
    assert_closed(b"".join(map(frame_of, sent)))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(FORMED, SETTLED), min_size=1, max_size=3))
def test_requests_of_any_content_get_data_or_errors(messages):
    assert_closed(b"".join(frame_of(message | settled) for message, settled in messages))


def ask(verb, **content):
    return frame_of({"do": verb, "with": {"dict": list(map(list, content.items()))}, "changes": [], "back": []})


RING, NOTHING = {"yours": 0}, {"args": {"tuple": []}, "options": {"dict": []}}


@pytest.mark.parametrize("name", ["act", "layer", "limit", "put", "_quaternion", "__class__", "__dict__", "_buffers"])
def test_parts_of_an_object_that_are_no_data_are_not_given(name):
    ((message, _),) = answers_to(ask("get", thing=RING, name=name))
    assert "error" in message


@pytest.mark.parametrize(
    "name", ["_quaternion", "__init__", "__reduce__", "register_buffer", "modules", "act", "put.x"]
)
def test_methods_that_its_class_does_not_offer_are_not_called(name):
    ((message, _),) = answers_to(ask("use", thing=RING, name=name, **NOTHING))
    assert "error" in message


@pytest.mark.parametrize("name", ["torch", "F", "_hidden", "get_ipython", "__builtins__", "__name__", "pick.__code__"])
def test_names_that_are_no_stand_in_are_not_found(name):
    ((message, _),) = answers_to(ask("stand_in", name=name, **NOTHING))
    assert "error" in message


@pytest.mark.parametrize("what", ["function", "class", "module", "code", "bytes"])
def test_a_stand_in_that_returns_what_is_no_data_returns_an_error(what):
    ((message, _),) = answers_to(ask("stand_in", name="leak", args={"tuple": [what]}, options={"dict": []}))
    assert "error" in message


def test_what_a_stand_in_does_with_a_callable_is_told_of_calls_alone():
    """In the place of a tensor, an object of the student's would hear each operation that is done with it."""
    with behind(SOURCE) as made:
        student, heard = made.connect(), []

        class Curious:
            def __getattribute__(self, name):
                heard.append(name)
                return lambda *args: Curious()

            def __call__(self, *args):
                return Curious()

        with pytest.raises(TypeError) as caught:
            student["pick"](Curious())
        with pytest.raises(TypeError):
            student["call"](Curious(), 1)
        assert "logsigmoid" not in str(caught.value)
        assert not set(heard) - {"__class__", "__weakref__"}
