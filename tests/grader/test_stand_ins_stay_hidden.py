"""A student's code beside a call through the door, in the real sandbox: it looks everywhere, and finds no stand-in."""

import ast
import re

import pytest

from autograder import suite
from autograder.sandbox import wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.supervisor import Job, Sandbox

pytestmark = pytest.mark.proof

PROBES = {
    "inputs": "import torch\n",
    "exercise": "def probe(student):\n    return {'found': student.search()}\n",
}
STAND_IN = '''
import torch
import torch.nn.functional as F

def loss(x, model=None):
    """Wolfsmilch: what nobody but the answer says."""
    quaternion_of_the_answer = F.logsigmoid(x) * 918273.645
    return quaternion_of_the_answer.mean() if model is None else model(quaternion_of_the_answer).mean()

class Ring(torch.nn.Module):
    """Wolfsmilch: once more."""

    def __init__(self, size):
        super().__init__()
        self.register_buffer("memory", torch.zeros(size))

    def enqueue(self, x):
        quaternion_of_the_answer = F.normalize(x, dim=0) * 918273.645
        self.memory[:] = quaternion_of_the_answer
'''
BEFORE = '''
import gc, re, struct, sys, types
import torch

def loss(x, model=None):
    raise NotImplementedError

class Ring(torch.nn.Module):
    def enqueue(self, x):
        raise NotImplementedError

# What is looked for must not itself be found: each is written with a hole.
WORDS = re.compile("[W]olfsmilch|[q]uaternion_of")
BYTES = re.compile(b"[W]olfsmilch|[q]uaternion_of")
NUMBER = 918273 + 645 / 1000

def called():
    """After calls of all kinds, so that everything that can be here is here."""
    x = torch.ones(3, requires_grad=True)
    loss(x).backward()
    loss(x, torch.nn.Identity()).backward()
    ring = Ring(3)
    ring.enqueue(x)
    try:
        loss("no tensor")
    except Exception as error:
        return [ring, ring.memory, error, loss]
'''
SEARCHES = {
    "objects": '''
def search():
    called()
    gc.unfreeze()
    found = []
    for thing in gc.get_objects():
        if isinstance(thing, types.CodeType | types.FunctionType):
            code = getattr(thing, "__code__", thing)
            parts = [*code.co_names, *code.co_varnames, *code.co_consts]
            if code.co_filename != "cell 1" and any(part == NUMBER or WORDS.search(str(part)) for part in parts):
                found.append(str(code))
        elif isinstance(thing, dict | list | tuple):
            for item in [*thing, *thing.values()] if isinstance(thing, dict) else [*thing]:
                is_number = type(item) is float and item == NUMBER and item is not NUMBER
                if is_number or type(item) is str and WORDS.search(item):
                    found.append(str(item))
    return "; ".join(found)
''',
    "frames": '''
def search():
    called()
    found, frame = [], sys._getframe()
    while frame:
        for name, value in frame.f_locals.items():
            if frame.f_code.co_filename != "cell 1" and WORDS.search(repr(value)):
                found.append(name)
        frame = frame.f_back
    return "; ".join(found)
''',
    "attributes": '''
def search():
    found, seen, waiting = [], {}, called() + [type(thing) for thing in called()]
    names = ("__code__", "__globals__", "__closure__", "__reduce__", "__reduce_ex__", "__dict__", "__doc__",
             "__defaults__", "__wrapped__", "__func__", "__self__", "__class__", "__traceback__", "__cause__",
             "__context__", "tb_frame", "f_locals", "f_back", "co_consts", "co_names", "co_varnames", "cell_contents",
             "__module__", "grad_fn", "memory", "enqueue", "__init__", "__call__", "__annotations__", "_ask", "func",
             "args", "book", "things")
    while waiting and len(seen) < 20000:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, types.ModuleType):
            continue
        seen[id(thing)] = thing  # and its number goes to no other
        is_number = type(thing) is float and thing == NUMBER and thing is not NUMBER
        if is_number or isinstance(thing, str) and WORDS.search(thing):
            found.append(str(thing))
        if isinstance(thing, dict):
            if thing.get("__name__") in ("__main__",) or "__builtins__" in thing:
                continue
            waiting += [*thing.values()]
        elif isinstance(thing, list | tuple | set):
            waiting += [*thing]
        for name in names:
            try:
                waiting.append(getattr(thing, name))
            except BaseException:
                pass
    return "; ".join(found)
''',
    "memory": '''
def search():
    called()
    found = []
    with open("/proc/self/maps") as maps:
        areas = [line.split() for line in maps if " rw" in line]
    import ctypes
    for area, *_ in areas:
        start, end = (int(part, 16) for part in area.split("-"))
        if end - start <= 1 << 30:
            for at in range(start, end, 4 << 20):
                part = ctypes.string_at(at, min(4 << 20, end - at))
                found += [match.group().decode() for match in BYTES.finditer(part)][:3]
                del part
    return "; ".join(found)
''',
    "descriptors": '''
def search():
    import os
    called()
    found = []
    for descriptor in range(64):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        if descriptor > 4:
            found.append(str(descriptor))
    for place in range(max(2, os.getpid() - 50), os.getpid() + 50):
        for part in ("mem", "maps", "environ", "cmdline", "fd/3") if place != os.getpid() else ():
            try:
                open(f"/proc/{place}/{part}").close()
                found.append(f"{place}/{part}")
            except OSError:
                pass
    return "; ".join(found)
''',
}  # fmt: skip
LIMITS = Limits(wall_seconds=240, cpu_seconds=120)  # all memory is searched


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PROBES) as running:
        yield running


def found_by(sandbox, search, stand_ins=(), beside=""):
    statements = ((BEFORE, "cell 1"), (beside, "stand-in"), (SEARCHES[search], "cell 1"))
    job = Job((("exercise", "probe"),), statements, LIMITS, stand_ins=stand_ins)
    (outcome,) = sandbox.run(job)
    assert outcome.ended == "answered"
    told = wire.read(outcome.frame, outcome.nonce)
    assert told["~verdict"] == "PASSED", told["~saw"]
    return told["found"]


@pytest.mark.parametrize("search", SEARCHES)
def test_nothing_of_a_stand_in_is_in_the_students_process(sandbox, search):
    assert found_by(sandbox, search, stand_ins=((STAND_IN, "stand-in"),)) == ""


@pytest.mark.parametrize("search", ["objects", "frames", "memory"])
def test_beside_the_student_it_would_be_found(sandbox, search):
    """Else the searches above look in the wrong places."""
    assert found_by(sandbox, search, beside=STAND_IN)


def words_of(stand_ins):
    """The first words of each docstring, as a pattern that does not match itself."""
    texts = [
        ast.get_docstring(node) for source, _ in stand_ins for node in ast.parse(source).body if is_documented(node)
    ]
    return "|".join(f"[{text[0]}]{re.escape(text[1:20])}" for text in texts)


def is_documented(node):
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)


@pytest.mark.parametrize("homework", [name for name in suite.homeworks() if suite.load(name).stand_ins])
def test_no_stand_in_of_a_suite_is_in_the_memory_of_a_process_that_calls_it(sandbox, homework):
    chosen = suite.load(homework)
    stand_ins = chosen.stand_in(chosen.names)
    names = [name for name, _ in chosen.stand_ins if name]
    call = "\n".join(f"    try:\n        {name}(1)\n    except TypeError:\n        called.append(1)" for name in names)
    begin = f"import re\nBYTES = re.compile({words_of(stand_ins)!r}.encode())\ncalled = []\ndef called_():\n{call}\n"
    search = SEARCHES["memory"].replace("called()", "called_()").replace("return ", "assert called\n    return ")
    job = Job((("exercise", "probe"),), ((begin, "cell 1"), (search, "cell 2")), LIMITS, stand_ins=stand_ins)
    (outcome,) = sandbox.run(job)
    assert wire.read(outcome.frame, outcome.nonce).get("found") == ""
