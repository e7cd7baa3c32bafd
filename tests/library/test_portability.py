"""What would not run on the grader is told at hand-in: newer Python, libraries it lacks, files of one's own."""

import importlib.util
import sys

import pytest

from homework.notebook.selection import select
from homework.notebook.standard_library import describe_change
from homework.submission.grader import Grader, grader_of
from homework.submission.portability import list_what_differs

GRADER = Grader((3, 11), {"torch": "2.14.1", "numpy": "", "PIL": "13.0.0"})


@pytest.fixture
def told(notebook, tmp_path):
    """told("a cell", …) -> the sentences on such a notebook."""

    def tell(*cells, grader=GRADER):
        selection = select(notebook(*cells), ["first"])
        return list(list_what_differs(selection.cells, selection.statements, grader, tmp_path))

    return tell


FIRST = "def first(x):\n    return {}"


@pytest.mark.parametrize(
    ("cells", "module"),
    [
        (["import einops", FIRST.format("einops.reduce(x, 'a b -> a', 'sum')")], "cell 1 imports einops"),
        (["import torch, wandb, copy", FIRST.format("wandb.log(copy.copy(x))")], "cell 1 imports wandb"),
        (["import torch", "import cv2.dnn as net\n" + FIRST.format("net(x)")], "cell 2 imports cv2"),
        (["from torchmetrics.functional import accuracy as a", FIRST.format("a(x)")], "cell 1 imports torchmetrics"),
        (["def first(x):\n    from seaborn import heatmap\n    return heatmap(x)"], "cell 1 imports seaborn"),
        (["from jaxtyping import *", FIRST.format("x")], "cell 1 imports jaxtyping"),
        (["from jaxtyping import Float", "def first(x: Float) -> Float:\n    return x"], "cell 1 imports jaxtyping"),
        (["if True:\n    import jax", FIRST.format("jax.grad(x)")], "cell 1 imports jax"),
    ],
)
def test_a_library_that_the_grader_lacks_is_told_with_its_cell(told, cells, module):
    assert [sentence.partition(", ")[0] for sentence in told(*cells)] == [module]
    assert "which the grader does not have" in told(*cells)[0]


@pytest.mark.parametrize(
    "cells",
    [
        [
            "import torch.nn.functional as F, numpy as np\nfrom PIL import Image",
            FIRST.format("F.relu(np.sum(x), Image)"),
        ],
        ["import os, itertools, json\nfrom homework import colors", FIRST.format("os, itertools.count, json, colors")],
        ["from google.colab import drive\nimport wandb", "drive.mount('/content')\nwandb.init()", FIRST.format("x")],
        ["try:\n    import einops\nexcept ImportError:\n    einops = None", FIRST.format("einops")],
        ["from typing import NamedTuple\nbatched = 1", FIRST.format("batched, x.fma, x.override")],
        ["def first(wandb):\n    return wandb.x"],
        ['d = {\'k\': 1}\nfor _ in d: print(f"{d["k"]}")'] if sys.version_info < (3, 12) else [FIRST.format("x")],
    ],
)
def test_nothing_is_said_of_what_the_grader_has_or_nobody_needs(told, cells):
    assert told(*cells) == []


@pytest.mark.parametrize(
    "cells",
    [
        ["%%writefile moco.py\nclass Queue: pass", "from moco import Queue", FIRST.format("Queue()")],
        ["%%file -a ./moco.py\nclass Queue: pass", "import moco as m", FIRST.format("m.Queue()")],
        ["x = 1", "import moco", FIRST.format("moco.Queue()")],
    ],
)
def test_a_file_of_ones_own_is_told_as_such(told, cells, tmp_path):
    if cells[0] == "x = 1":
        (tmp_path / "moco.py").write_text("")
    assert told(*cells) == [
        "cell 2 imports moco, a file of your own, which is not handed in; write its code into the notebook"
    ]


@pytest.mark.parametrize(
    ("cells", "name", "since"),
    [
        (["from itertools import batched", FIRST.format("batched(x, 2)")], "itertools.batched", "3.12"),
        (["import itertools as it", FIRST.format("list(it.batched(x, 2))")], "itertools.batched", "3.12"),
        (
            ["from typing import override as o", "class first:\n    @o\n    def f(self): pass"],
            "typing.override",
            "3.12",
        ),
        (["import copy", FIRST.format("copy.replace(x, y=1)")], "copy.replace", "3.13"),
        (["from compression import zstd", FIRST.format("zstd.compress(x)")], "compression.zstd", "3.14"),
    ],
)
def test_what_came_into_pythons_library_later_is_told(told, cells, name, since):
    (sentence,) = told(*cells)
    assert f"needs {name}, which Python has from {since} on; the grader reads Python 3.11" in sentence


def test_what_left_pythons_library_is_told(told):
    (sentence,) = told("import imghdr", FIRST.format("imghdr.what(x)"), grader=Grader((3, 13), {}))
    assert "cell 1 needs imghdr, which Python has no more from 3.13 on" in sentence
    assert told("import imghdr", FIRST.format("imghdr.what(x)")) == []


@pytest.mark.parametrize(
    "name",
    ["asyncore", "imp", "cgi", "telnetlib", "itertools.batched", "math.sumprod", "typing.override", "copy.replace",
     "warnings.deprecated", "queue.ShutDown", "os.process_cpu_count", "annotationlib", "heapq.heappush_max",
     "itertools.count", "json"],
)  # fmt: skip
def test_the_table_of_pythons_library_agrees_with_this_python(name):
    module, _, inner = name.partition(".")
    has = importlib.util.find_spec(module) is not None
    has = has and (not inner or hasattr(importlib.import_module(module), inner))
    assert (describe_change(name, sys.version_info[:2]) == "") == has


@pytest.mark.parametrize("above", ["", "%%time\n", "%matplotlib inline\n"])
def test_syntax_that_only_a_newer_python_reads_is_told_with_cell_and_line(told, notebook, above):
    """Where this Python is the newer one by hand-in, where it is the older one by what reads the cell."""
    source = above + 'd = {"k": 1}\ndef first(x):\n    return f"{d["k"]}"'
    line = source.count("\n") + 1
    if sys.version_info >= (3, 12):
        (sentence,) = told("import torch", source)
        assert sentence.startswith(f"cell 2, line {line}: the f-string has its own quotes")
        assert sentence.endswith("the grader reads Python 3.11, so write it for that one")
    else:
        saw = select(notebook("import torch", source), ["first"]).problems["first"].saw
        assert saw.startswith(f"cell 2 has a syntax error, line {line}: f-string")
        assert saw.endswith("(Python 3.12 may read it; here it was read as Python 3.11)")


def test_what_grades_a_released_homework_is_named():
    told = grader_of("hw1_diffusion").describe()
    assert told.startswith("The grader reads Python 3.11 and has IPython ")
    for module in ("torch 2.", "torchvision 0.", "numpy 2.", "einops 0.", "pandas 3.", "scipy 1.", "sklearn 1."):
        assert module in told
