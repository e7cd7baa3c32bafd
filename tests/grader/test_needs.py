"""Whatever an answer needs it gets, in the notebook's order and however it is written; and nothing else is run."""

import json

import pytest

from autograder.submissions.harvest import harvest
from homework.running import Program, Running

EXERCISES = ("first", "second")
MARK = "ran = True"  # in cells that nobody needs


def selected(*cells):
    content = [
        {"cell_type": "code", "source": source, "metadata": {"nbgrader": {"grade_id": name}} if name else {}}
        for source, name in (cell if isinstance(cell, tuple) else (cell, "") for cell in cells)
    ]
    return harvest(json.dumps({"cells": content}).encode(), EXERCISES, {})


def running(found, exercise="first"):
    begun = Running(Program(found.statements, found.needs))
    begun.provide(exercise)
    return begun


def call(*cells, exercise="first", given=2):
    """What the exercise returns for `given`; nothing that it needs may fail."""
    begun = running(selected(*cells), exercise)
    assert not begun.failures
    return begun.names[exercise](given)


ADDS = "def first(x):\n    return x + extra"
VALUES = {
    "any call": "import torch\nextra = int(torch.nn.ReLU()(torch.ones(1)))",
    "a module's": "from torch import nn\nextra = nn.Identity()(1)",
    "a class of one's own": "class Config:\n    value = 1\ncfg = Config()\nextra = cfg.value",
    "a namespace that grows": "from types import SimpleNamespace\nn = SimpleNamespace()\nn.value = 1\nextra = n.value",
    "a comprehension": "extra = sum([k for k in range(2)])",
    "a generator": "extra = sum(k for k in range(2))",
    "a table filled by a loop": "table = {}\nfor k in range(2):\n    table[k] = k\nextra = table[1]",
    "a list that is appended to": "rows = []\nfor k in range(2):\n    rows.append(k)\nextra = rows[-1]",
    "a while": "extra = 0\nwhile extra < 1:\n    extra += 1",
    "a block": "import torch\nwith torch.no_grad():\n    extra = int(torch.ones(1))",
    "an augmented assignment": "extra = 0\nextra += 1",
    "an unpacked tuple": "(a, *rest), extra = (0, 5), 1",
    "a walrus": "if (extra := 1) > 0:\n    pass",
    "an if with other lines": "if 1 > 0:\n    print('here')\n    extra = 1\nelse:\n    extra = 2",
    "a try with other lines": "try:\n    import nowhere_at_all\nexcept ImportError as e:\n    print(e)\n    extra = 1",
    "a match": "match 3:\n    case 3:\n        extra = 1",
    "what a function declares global": "def begin():\n    global extra\n    extra = 1\nbegin()",
    "what a function fills": "def fill(t):\n    t.append(1)\nrows = []\nfill(rows)\nextra = rows[0]",
    "what a method fills": "import torch\nextra = torch.zeros(1)\nextra.fill_(1)",
    "what torch fills": "import torch\nextra = torch.zeros(1)\ntorch.nn.init.ones_(extra)",
    "a value in a one-line cell": "a = 1; extra = a; b = 3",
    "what is named in text": "name = 1\nextra = eval('name')",
    "an annotated value": "extra: int = 1",
    "a dataclass": "import dataclasses as d\n@d.dataclass\nclass C:\n    v: list = d.field(default_factory=lambda: [1])"
    "\nextra = C().v[0]",
    "an enumeration": "import enum\nclass E(enum.IntEnum):\n    ONE = enum.auto()\nextra = E.ONE",
    "a partial": "from functools import partial\ndef add(a, b):\n    return a + b\nextra = partial(add, 1)(0)",
    "what another module is given": "import torch\ndef one(t):\n    return 1\ntorch.Tensor.my_one = one\n"
    "extra = torch.ones(1).my_one()",
    "a view that is filled": "import torch\nbase = torch.zeros(3)\nv = base[:2]\nv.fill_(1)\nextra = int(base[0])",
    "an array that is counted up": "import numpy as np, torch\na = np.zeros(1)\nextra = torch.from_numpy(a)\na += 1",
    "a list of another name": "a = [0]\nb = a\nb[0] = 1\nextra = a[0]",
    "rows that a loop changes": "d = {'a': [0]}\nfor row in d.values():\n    row.append(1)\nextra = d['a'][1]",
    "a bound method": "rows = []\nadd = rows.append\nadd(1)\nextra = rows[0]",
    "what map does": "rows = []\nlist(map(rows.append, [1]))\nextra = rows[0]",
    "parameters in a loop": "import torch\nn = torch.nn.Linear(1, 1)\nwith torch.no_grad():\n"
    "    for name, p in n.named_parameters():\n        p.copy_(torch.ones_like(p))\nextra = int(n.bias)",
    "an out": "import torch\nextra = torch.zeros(1)\ntorch.add(extra, 1, out=extra)",
    "a second item": "it = iter([0, 1])\nfirst_item = next(it)\nextra = next(it)",
    "a pop": "rows = [1, 0]\nlast = rows.pop()\nextra = rows.pop()",
    "the environment": "import os\nos.environ['OWN_EXTRA'] = '1'\nextra = int(os.environ['OWN_EXTRA'])",
    "vars": "from types import SimpleNamespace as N\nn = N()\nvars(n)['v'] = 1\nextra = n.v",
    "globals": "globals()['extra'] = 1",
    "globals in a loop": "for name in ['extra']:\n    globals()[name] = 1",
    "an exec": "exec('extra = 1')",
    "a timed line": "%time extra = 1",
    "one of two imports": "import nowhere_at_all, math\nextra = int(math.exp(0))",
    "a star": "from math import *\nextra = int(exp(0))",
}


@pytest.mark.parametrize("source", VALUES.values(), ids=VALUES)
def test_a_value_that_an_answer_reads(source):
    begun = running(selected(source, ADDS))
    assert begun.names["first"](2) == 3
    assert all("nowhere_at_all" in failure.saw for failure in begun.failures)


HELPERS = {
    "in a cell below": (ADDS.replace("extra", "one()"), "def one():\n    return 1"),
    "that calls another": (
        "def two():\n    return 2",
        ADDS.replace("extra", "one()"),
        "def one():\n    return two() - 1",
    ),
    "that was decorated": (
        "import functools\ndef timed(f):\n    @functools.wraps(f)\n    def g(*a):\n        return f(*a)\n    return g",
        "@timed\ndef one():\n    return 1",
        ADDS.replace("extra", "one()"),
    ),
    "by type": (
        "from functools import singledispatch\n@singledispatch\ndef one(x):\n    return 0",
        "@one.register\ndef _(x: int):\n    return 1",
        ADDS.replace("extra", "one(x)"),
    ),
    "that registered itself": (
        "TABLE = {}\ndef register(f):\n    TABLE[f.__name__] = f\n    return f",
        "@register\ndef one():\n    return 1",
        ADDS.replace("extra", "TABLE['one']()"),
    ),
    "a subclass that registered itself": (
        "class Base:\n    known = []\n    def __init_subclass__(cls):\n        Base.known.append(cls)",
        "class One(Base):\n    value = 1",
        ADDS.replace("extra", "Base.known[0].value"),
    ),
    "a method given later": (
        "class C:\n    pass",
        ADDS.replace("extra", "C().one()"),
        "def one(self):\n    return 1\nC.one = one",
    ),
    "a method given by setattr": (
        "class C:\n    pass\nfor name in ('one', 'two'):\n    setattr(C, name, lambda self: 1)",
        ADDS.replace("extra", "C().two()"),
    ),
    "added by a decorator": (
        "def add_to(cls):\n    def add(f):\n        setattr(cls, f.__name__, f)\n        return f\n    return add",
        "class C:\n    pass",
        ADDS.replace("extra", "C().one()"),
        "@add_to(C)\ndef one(self):\n    return 1",
    ),
    "a class that an instance had before it was completed": (
        "class C:\n    pass\nc = C()",
        "C.one = lambda self: 1",
        ADDS.replace("extra", "c.one()"),
    ),
    "a class completed after its instance, below the answer": (
        "class C:\n    pass\nc = C()",
        ADDS.replace("extra", "c.one()"),
        "setattr(C, 'one', lambda self: 1)",
    ),
    "a base that is completed": (
        "class Base:\n    pass\nclass Child(Base):\n    pass",
        "Base.one = staticmethod(lambda: 1)",
        ADDS.replace("extra", "Child().one()"),
    ),
    "a class completed under another name": (
        "class C:\n    pass\nK = C",
        "def one(self):\n    return 1\nK.one, K.two = one, None",
        ADDS.replace("extra", "C().one()"),
    ),
    "a list in a table": (
        "tools = []\nkit = {'tools': tools}\ntools.append(lambda: 1)",
        ADDS.replace("extra", "kit['tools'][0]()"),
    ),
    "under an if": ("if True:\n    print('x')\n    def one():\n        return 1", ADDS.replace("extra", "one()")),
    "under a try": (
        "try:\n    from nowhere_at_all import one\nexcept ImportError:\n    def one():\n        return 1",
        ADDS.replace("extra", "one()"),
    ),
    "bound to another name": ("def one():\n    return 1\nuno = one", ADDS.replace("extra", "uno()")),
    "that caches": ("import functools\n@functools.cache\ndef one():\n    return 1", ADDS.replace("extra", "one()")),
    "that counts": ("n = 0\ndef one():\n    global n\n    n += 1\n    return n", ADDS.replace("extra", "one()")),
    "with a default": ("ONE = 1\ndef one(value=ONE):\n    return value", ADDS.replace("extra", "one()")),
}


@pytest.mark.parametrize("cells", HELPERS.values(), ids=HELPERS)
def test_a_helper(cells):
    assert call(*cells) == 3


ANSWERS = {
    "by exec": "exec('def first(x):\\n    return x + 1')",
    "into globals": "def f(x):\n    return x + 1\nglobals()['first'] = f",
    "that counts its calls": "calls = 0\ndef first(x):\n    global calls\n    calls += 1\n    return x + calls",
    "a lambda": "first = lambda x: x + 1",
    "a partial": "from functools import partial\ndef add(a, b):\n    return a + b\nfirst = partial(add, 1)",
    "an object that is called": "class First:\n    def __call__(self, x):\n        return x + 1\nfirst = First()",
    "another's name": "def mine(x):\n    return x + 1\nfirst = mine",
    "what is wrapped": "import torch\ndef first(x):\n    return x + 1\nfirst = torch.no_grad()(first)",
    "an overload": "from typing import overload\n@overload\ndef first(x: int) -> int: ...\n@overload\n"
    "def first(x: str) -> str: ...\ndef first(x):\n    return x + 1",
    "under an if": "if True:\n    def first(x):\n        return x + 1",
    "below its stub": "def first(x):\n    raise NotImplementedError\n\ndef f(x):\n    return x + 1\nfirst = f",
}


@pytest.mark.parametrize("source", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_in_whatever_form(source):
    assert call((source, "first")) == 3
    assert call(source) == 3


def test_a_class_that_goes_on_in_later_cells():
    grown = "class first(first):\n    def __init__(self, x):\n        self.x = x + self.one"
    assert call("class first:\n    one = 1", grown).x == 3
    later = "def __init__(self, x):\n    self.x = x + 1\nfirst.__init__ = __init__"
    assert call(("class first:\n    pass", "first"), "first(0) if False else None", later).x == 3


def test_a_name_has_the_value_that_it_had_at_the_end_of_the_answers_cell():
    notebook = ("extra = 1", ADDS, "extra = 5", "def second(x):\n    return x + extra", "extra = 9")
    assert call(*notebook) == 3
    assert call(*notebook, exercise="second") == 7
    assert call("extra = 5\n" + ADDS + "\nextra = 1", "extra = 7") == 3
    assert call("extra = 1", "y = extra", "extra = 8", "def first(x):\n    return x + y") == 3
    assert (
        call("extra = 0", "def f():\n    return extra", "extra = 1", "y = f()", "extra = 9", ADDS.replace("extra", "y"))
        == 3
    )


def test_a_variable_that_is_called_like_an_exercise_is_no_answer():
    answer = ("def first(x):\n    return x + 1", "first")
    for line in ("first = first(3)", "for first in range(3): pass", "first, y = 1, 2", "with open('x') as first: pass"):
        assert call(answer, line) == 3


UNNEEDED = {
    "training": "model = Net()\nfor step in range(10**9):\n    loss = first(step)\n    loss.backward()",
    "training in one line": "for step in range(10**9): first(step).backward()",
    "a call of a function": "def train():\n    while True: pass\ntrain()",
    "a call with the answer": "check(first)\nprint(first(2).item())",
    "a plot": "plt.plot(first(3)); plt.show()",
    "data": "images = load_images()\nimages.sort()",
    "an attribute of a result": "first(3).name = 1",
    "a shell": "!pip install x\n%matplotlib inline",
}


@pytest.mark.parametrize("source", UNNEEDED.values(), ids=UNNEEDED)
def test_what_nobody_needs_is_not_run(source):
    answer = "def first(x):\n    return x + 1"
    for cells in ((source, answer), (answer, source)):
        assert [text.strip() for text, _ in selected(*cells).statements] == [answer]


def test_a_local_name_needs_nothing():
    answer = "def first(step):\n    loss = step + 1\n    return sum(k for k in [loss])"
    found = selected("loss = train()\nk = [1]\nstep = slow()", answer)
    assert [text for text, _ in found.statements] == [answer]


def test_each_exercise_gets_its_own_alone():
    found = selected("slow = 1 / 0", "def first(x):\n    return x + 1", "def second(x):\n    return slow")
    assert not running(found).failures
    assert running(found, "second").explain("slow").startswith("cell 1, line 1 should make it and failed: ZeroDivision")


def test_a_cell_with_a_syntax_error_is_named_where_its_name_is_missing():
    found = selected("tau = 0.5\nif True print(3)", "def first(x):\n    return x * tau")
    begun = running(found)
    with pytest.raises(NameError) as caught:
        begun.names["first"](1)
    assert begun.explain(caught.value.name).startswith("cell 1, line 2 should make it and failed: SyntaxError")


def test_future_annotations_hold_in_every_cell_below():
    answer = "class first:\n    def __init__(self, x: first | None = None): self.x = x"
    assert call("from __future__ import annotations", answer).x == 2


def test_lines_are_named_as_they_stand_in_their_cell():
    found = selected("# a comment\n\nextra = 1 / 0", ADDS)
    assert running(found).failures[0].place == "cell 1, line 3"


def test_a_base_that_does_nothing_and_a_stub_that_is_completed_below_are_answers():
    base = "from functools import singledispatch\n@singledispatch\ndef first(x):\n    pass"
    assert call((base, "first"), "@first.register\ndef _(x: int):\n    return x + 1") == 3
    stub = "class first:\n    def __init__(self, x):\n        raise NotImplementedError"
    assert selected((stub, "first")).problems["first"][1] == "not written yet"
    assert call((stub, "first"), "def begin(self, x):\n    self.x = x + 1\nfirst.__init__ = begin").x == 3
    assert call((stub, "first"), "def begin(self, x):\n    self.x = x + 1\nF = first\nF.__init__ = begin").x == 3


SEEDED = {
    "torch": "import torch\ntorch.manual_seed(3)\ntable = torch.rand(4)",
    "NumPy": "import numpy as np\nnp.random.seed(3)\ntable = np.random.rand(4)",
    "Python": "import random\nrandom.seed(3)\ntable = [random.random() for _ in range(4)]",
    "all": "import torch, numpy as np\ntorch.manual_seed(3); np.random.seed(1)\n"
    "table = torch.rand(4).numpy() + np.random.rand(4)",
    "a function": "import torch\ndef set_seed(s):\n    torch.manual_seed(s)\nset_seed(3)\ntable = torch.rand(4)",
    "a draw between": "import torch\ntorch.manual_seed(3)\nother = torch.rand(2)\ntable = torch.rand(4)",
    "a generator": "import numpy as np\nrng = np.random.default_rng(3)\nother = rng.random(2)\ntable = rng.random(4)",
}


@pytest.mark.parametrize("source", SEEDED.values(), ids=SEEDED)
def test_random_tables_have_the_numbers_that_they_had(source):
    kernel = {}
    exec(source, kernel)
    begun = running(selected(source, "def first(x):\n    return table"))
    assert [float(each) for each in begun.names["first"](2)] == [float(each) for each in kernel["table"]]


def test_training_that_calls_an_exercise_is_no_helper_of_another():
    counts = "calls = 0\ndef first(x):\n    global calls\n    calls += 1\n    return x"
    found = selected(counts, "for step in range(10**9):\n    first(step)", "def second(x):\n    return first(x) + 1")
    assert running(found, "second").names["second"](2) == 3
    shown = "def show():\n    while True:\n        first(1)"
    found = selected(counts, shown, "show()", "def second(x):\n    return first(x) + 1")
    assert [source for source, _ in found.statements if "show" in source] == []
