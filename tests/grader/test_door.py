"""Functions behind the door work as if they stood in the notebook: values, gradients, changes in place, objects."""

import copy
import gc
import math
import struct
import weakref

import numpy as np
import pytest
import torch
from behind_the_door import Behind, behind
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from autograder.sandbox import wire
from autograder.sandbox.door import graphs

SOURCE = '''
import weakref
import torch
import torch.nn.functional as F

made = []

def echo(value, *more, **options):
    return (value, *more, options) if more or options else value

def strides_of(x):
    return x.stride()

def count():
    made.append(0)
    return len(made)

def scale(x, w):
    return (x * w).sin(), x.t()

def ask_twice(model, x):
    return model(model(x) * 2).sum()

def train(G, D, optimizer, z):
    optimizer.zero_grad()
    fake = G(z)
    loss = D(fake).mean() + fake.square().sum() + D(fake.detach() * 3).sum()
    loss.backward()
    optimizer.step()
    return float(loss.detach())

def modes(model):
    with torch.no_grad():
        model("inside")
    model("outside")
    return torch.is_grad_enabled(), torch.is_autocast_enabled("cpu"), str(torch.get_autocast_dtype("cpu"))

def multiply(a, b):
    return a @ b

def halve(model):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.5)

def double_and_look(x, look):
    x.mul_(2)
    look()
    x.mul_(2)

def fill(tensors):
    for tensor in tensors:
        tensor.fill_(7)

def fail(kind):
    class Special(KeyError):
        pass
    raise {"value": ValueError, "missing": NotImplementedError, "special": Special}[kind]("heliotrope " * 99)

def keep(x):
    made.append(weakref.ref(y := x + 1))
    return y

def alive():
    return sum(ref() is not None for ref in made)

def give(kind):
    return {"function": echo, "class": Ring, "module": torch, "code": echo.__code__, "lambda": lambda: 0}[kind]

class Ring(torch.nn.Module):
    """Heliotrope."""

    limit = 918273.5

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.helper = F.normalize
        self.register_buffer("memory", torch.zeros(size))

    def put(self, x):
        self.memory[: len(x)] = x.detach()
        return self

    def total(self):
        return self.memory.sum()

    def forward(self, x):
        return x * self.memory

    @property
    def mean(self):
        return self.memory.mean()

    def _secret(self):
        return 1

class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(3))

    def forward(self, x):
        return x @ self.weight

class Counter:
    def __init__(self):
        self.count = 0

    def add(self, more=1):
        self.count += more
        return self.count
'''
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=8) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def server():
    with behind(SOURCE) as made:
        yield made


@pytest.fixture
def student(server: Behind):
    """The proxies by name."""
    return server.connect()


def kinds_of(value):
    """The value, with the classes of all that is in it."""
    if isinstance(value, dict):
        return {key: kinds_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [kinds_of(item) for item in value]
    return type(value), value


@settings(deadline=None)
@given(value=VALUES)
def test_values_come_back_as_they_are(value, server):
    assert kinds_of(server.connect()["echo"](value)) == kinds_of(value)


def test_arguments_come_by_place_and_by_name(student):
    assert student["echo"](1, 2.5, "c", d=(None, [True])) == (1, 2.5, "c", {"d": (None, [True])})
    assert math.isnan(student["echo"](math.nan))
    assert student["echo"](np.float32(0.5)) == 0.5
    assert student["echo"](torch.float64) is torch.float64
    assert list(student["echo"](number for number in range(3))) == [0, 1, 2]


@pytest.mark.parametrize("dtype", wire.DTYPES.values(), ids=str)
def test_tensors_arrive_bit_by_bit(student, dtype):
    sent = torch.arange(6).reshape(2, 3).to(dtype)
    came = student["echo"]([sent, sent + sent if dtype != torch.bool else sent])[1]
    assert (came.dtype, came.shape, came.tolist()) == (dtype, sent.shape, (sent + sent).tolist())


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6.0).reshape(2, 3).T,
        torch.arange(12.0).reshape(3, 4)[:, 1:3],
        torch.arange(3.0).expand(4, 3),
        torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
        torch.tensor(2.0),
        torch.zeros(0, 3),
    ],
    ids=["transposed", "sliced", "expanded", "channels last", "0-d", "empty"],
)
def test_strides_are_those_of_the_callers_tensor(student, server, tensor):
    assert student["strides_of"](tensor) == tensor.stride()
    x, w = tensor.double().requires_grad_(), torch.tensor(2.0)
    if tensor.dim() <= 2:
        for came, expected in zip(student["scale"](x, w), server.own["scale"](x, w), strict=True):
            assert came.stride() == expected.stride()
            assert came.requires_grad == expected.requires_grad
            assert torch.equal(came, expected)


def test_between_the_numbers_of_a_tensor_there_is_nothing():
    laid = graphs.lay_out(torch.full((64, 32), 7.0), (64, 2))
    assert set(torch.as_strided(laid, (64 * 64 - 1,), (1,)).tolist()) == {0.0, 7.0}


@pytest.mark.parametrize(
    ("shape", "stride"), [((1,), (1 << 61,)), ((2, 2), (1 << 40, 1)), ((0, 1 << 24), (1 << 50, 1))]
)
def test_strides_that_no_message_could_hold_are_left_aside(shape, stride):
    assert graphs.lay_out(torch.ones(shape), stride).is_contiguous()


def test_a_tensor_that_comes_home_is_itself(student):
    x, model = torch.ones(2), nn.Linear(2, 2)
    assert student["echo"](x) is x
    assert student["echo"]([x, {"y": x}])[1]["y"] is x
    assert student["echo"](model) is model
    assert student["echo"](model.weight) is model.weight


def test_gradients_pass_through_a_call(student):
    x, w = torch.randn(2, 3, dtype=torch.float64, requires_grad=True), torch.randn(3, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x, w: student["scale"](x, w)[0], (x, w.requires_grad_()))


def test_an_input_that_asks_for_no_gradient_gets_none(student):
    x, w = torch.randn(2, requires_grad=True), torch.randn(2)
    out, _ = student["scale"](x, w)
    out.sum().backward()
    assert torch.allclose(x.grad, (x * w).cos() * w)
    assert w.grad is None
    assert not student["scale"](w, w)[0].requires_grad
    with torch.no_grad():
        assert not student["scale"](x, w)[0].requires_grad
    with torch.inference_mode():
        assert not student["scale"](x, w)[0].requires_grad


def test_a_result_that_gets_a_graph_here_keeps_it_on_its_way_back(student):
    plain, _ = student["scale"](torch.ones(2), torch.ones(2))
    plain.requires_grad_()
    again, _ = student["scale"](plain, torch.full((2,), 2.0))
    again.sum().backward()
    assert torch.allclose(plain.grad, (plain * 2).cos() * 2)
    changed, _ = student["scale"](torch.ones(2, requires_grad=True), torch.ones(2))
    changed.mul_(3)
    assert torch.equal(student["echo"](changed), changed)


def test_gradients_pass_through_the_callers_own_model(student):
    model = nn.Linear(3, 3).double()
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    inputs = (x, *model.parameters())
    expected = torch.autograd.grad(model(model(x) * 2).sum(), inputs)
    came = torch.autograd.grad(student["ask_twice"](model, x), inputs)
    assert all(torch.allclose(one, other) for one, other in zip(came, expected, strict=True))
    assert all(leaf.grad is None for leaf in inputs)
    student["ask_twice"](model, x).backward()
    assert all(torch.allclose(leaf.grad, other) for leaf, other in zip(inputs, expected, strict=True))


def test_a_gradient_is_that_of_the_value_which_was_sent(student):
    """The parameter moves on between call and backward, as a copy of it that nobody sees does not."""
    x, w = torch.ones(2), torch.ones(2, requires_grad=True)
    first, _ = student["scale"](x, w)
    with torch.no_grad():
        w.fill_(2.0)
    second, _ = student["scale"](x, w)
    first.sum().backward()
    assert torch.allclose(w.grad, torch.ones(2).cos())
    second.sum().backward()
    assert torch.allclose(w.grad, torch.ones(2).cos() + torch.full((2,), 2.0).cos())


def players():
    torch.manual_seed(0)
    G, D = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 3)), nn.Linear(3, 1)
    return G, D, torch.optim.SGD([*G.parameters(), *D.parameters()], lr=0.1, momentum=0.5), torch.randn(5, 2)


def test_a_backward_behind_the_door_reaches_both_networks_here(student, server):
    ours, theirs = players(), players()
    for _ in range(2):
        assert student["train"](*ours) == pytest.approx(server.own["train"](*theirs))
    for here, there in zip(ours[:2], theirs[:2], strict=True):
        for one, other in zip(here.parameters(), there.parameters(), strict=True):
            assert torch.allclose(one, other)
            assert torch.allclose(one.grad, other.grad)


def test_the_callers_modes_hold_behind_the_door_and_back(student):
    seen = []

    def model(place):
        seen.append((place, torch.is_grad_enabled(), torch.is_autocast_enabled("cpu")))

    assert student["modes"](model)[:2] == (True, False)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert student["modes"](model) == (False, True, "torch.bfloat16")
        assert student["multiply"](torch.ones(2, 2), torch.ones(2, 2)).dtype == torch.bfloat16
    assert seen == [
        ("inside", False, False),
        ("outside", True, False),
        ("inside", False, True),
        ("outside", False, True),
    ]


def test_what_is_changed_in_place_behind_the_door_is_changed_here(student):
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    before = [parameter.detach().clone() for parameter in model.parameters()]
    student["halve"](model)
    assert all(torch.equal(now, was / 2) for now, was in zip(model.parameters(), before, strict=True))
    tensors = [torch.zeros(2) for _ in range(5)]
    student["fill"](tensors)
    assert all(tensor.tolist() == [7, 7] for tensor in tensors)


def test_a_change_is_seen_in_the_middle_of_the_call(student):
    x, seen = torch.ones(1), []
    student["double_and_look"](x, lambda: seen.append(x.item()))
    assert (seen, x.item()) == ([2.0], 4.0)


def test_an_object_behind_the_door_has_its_methods_buffers_and_values(student):
    ring = student["Ring"](4)
    assert isinstance(ring, nn.Module)
    assert isinstance(ring, student["Ring"])
    assert ring.put(torch.tensor([1.0, 2.0])) is ring
    assert (ring.total().item(), ring.size, ring.training) == (3.0, 4, True)
    assert ring.memory.tolist() == [1, 2, 0, 0]
    assert ring.mean.item() == 0.75
    assert ring.eval().training is False
    x = torch.ones(4, requires_grad=True)
    ring(x).sum().backward()
    assert x.grad.tolist() == [1, 2, 0, 0]
    other = student["Ring"](size=4)
    other.load_state_dict(copy.deepcopy(ring.state_dict()))
    assert other.memory.tolist() == [1, 2, 0, 0]
    assert [name for name, _ in other.named_buffers()] == ["memory"]
    kept = copy.deepcopy(ring)
    ring.put(torch.tensor([9.0]))
    assert (kept.memory[0].item(), ring.memory[0].item()) == (1.0, 9.0)


def test_what_is_changed_in_an_object_from_here_is_changed_there(student):
    ring, counter = student["Ring"](3), student["Counter"]()
    ring.memory[1] = 5.0
    assert ring.total().item() == 5.0
    ring.memory = torch.ones(3)
    assert ring.total().item() == 3.0
    counter.count = 10
    assert counter.add(more=2) == 12


def test_a_module_behind_the_door_can_be_trained(student):
    head, x = student["Head"](), torch.tensor([1.0, 2.0, 3.0])
    optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
    head(x).backward()
    optimizer.step()
    assert head(x).item() == pytest.approx(6 - 0.1 * (1 + 4 + 9))


@pytest.mark.parametrize(
    ("kind", "expected"), [("value", ValueError), ("missing", NotImplementedError), ("special", KeyError)]
)
def test_an_error_arrives_as_the_same_class_without_its_words(student, kind, expected):
    with pytest.raises(expected) as caught:
        student["fail"](kind)
    assert type(caught.value) is expected
    assert len(str(caught.value)) <= 160
    assert "heliotrope" not in str(caught.value)
    assert "our fail cannot work with what it was given" in str(caught.value)


def test_an_error_of_the_callers_own_model_comes_back_with_its_words(student):
    def model(x):
        raise ZeroDivisionError("my own words")

    with pytest.raises(ZeroDivisionError, match="my own words"):
        student["ask_twice"](model, torch.ones(1))
    assert student["count"]() == 1


@pytest.mark.parametrize("value", [object(), {(1, 2): 3}, torch.zeros(1, dtype=torch.complex64), np.zeros(2)])
def test_what_cannot_travel_is_refused_and_the_door_stays_open(student, value):
    with pytest.raises((RuntimeError, ValueError)):
        student["echo"](value)
    assert student["count"]() == 1


def test_too_much_at_once_is_refused_and_the_door_stays_open(student):
    for value in ([torch.zeros(1) for _ in range(300)], list(range(5000)), torch.zeros(9 << 20), "x" * (1 << 17)):
        with pytest.raises((RuntimeError, ValueError)):
            student["echo"](value)
    assert student["count"]() == 1


def test_calls_inside_each_other_have_an_end(student):
    def model(x):
        return student["ask_twice"](model, x)

    with pytest.raises(RuntimeError):
        student["ask_twice"](model, torch.ones(1))
    assert student["count"]() == 1


def test_each_connection_finds_the_stand_ins_new(server):
    assert [server.connect()["count"]() for _ in range(3)] == [1, 1, 1]


def test_nothing_is_kept_longer_than_it_can_be_asked_for(student):
    """A result there, until its last graph here is gone; an argument here, until its last copy there is."""
    x = torch.ones(3, requires_grad=True)
    graph = (student["keep"](x) * 2).sum()
    student["echo"](0)
    assert student["alive"]() == 1
    graph.backward()
    assert x.grad.tolist() == [2, 2, 2]
    watched = weakref.ref(x)
    del graph, x
    for _ in range(3):  # what is let go travels with the messages
        gc.collect()
        student["echo"](0)
    assert student["alive"]() == 0
    assert watched() is None


def test_when_the_stand_ins_are_gone_there_is_one_sentence():
    with behind(SOURCE) as made:
        student = made.connect()
        made.student.shutdown(1)
        with pytest.raises(RuntimeError, match=r"^the stand-in is gone$"):
            student["count"]()
        with pytest.raises(RuntimeError, match=r"^the stand-in is gone$"):
            made.connect()


def test_numbers_that_are_no_json_are_carried_to_the_bit(student):
    for value in (math.inf, -math.inf, -0.0, 1e-320):
        assert struct.pack("d", student["echo"](value)) == struct.pack("d", value)
