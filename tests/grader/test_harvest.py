"""Submissions of every shape give definitions, or one named reason why not."""

import contextlib
import inspect
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.records import Verdict
from autograder.submissions.harvest import harvest
from homework.notebook.cells import UnreadableNotebook
from homework.running import define

EXERCISES = ("first", "second")
OTHERS = {"hw_other": ("third",)}
WRITTEN = "def first(x):\n    return x"
STUB = 'def first(x):\n    """Do it."""\n    # YOUR CODE HERE\n    raise NotImplementedError'


def sources(found):
    return [source.strip("\n") for source, _ in found.statements]


def test_only_what_an_answer_needs_is_kept(notebook):
    above = "%matplotlib inline\n!pip install x\nimport torch\nEPS = 1e-8\nprint(EPS)\nfor i in range(3): pass"
    answer = "def first(x):\n    return torch.sqrt(x + EPS)"
    found = harvest(notebook(above, answer), EXERCISES, OTHERS)
    assert sources(found) == ["import torch", "EPS = 1e-8", answer]


@pytest.mark.parametrize(
    "line",
    [
        "model = Net()",
        "train(first)",
        "loader = torch.utils.data.DataLoader(data)",
        "while True: pass",
        "with open('x') as f: pass",
        "x = [first(i) for i in range(9)]",
        "if True:\n    train()",
    ],
)
def test_work_at_the_top_level_is_not_run(notebook, line):
    assert sources(harvest(notebook(WRITTEN, line), EXERCISES, OTHERS)) == [WRITTEN]


def test_statements_keep_the_line_numbers_of_their_cell(notebook):
    found = harvest(notebook("import torch\n\n\n" + WRITTEN), EXERCISES, OTHERS)
    assert found.statements == (("\n\n\n" + WRITTEN, "cell 1"),)


def test_a_stub_is_not_written(notebook):
    found = harvest(notebook(STUB), EXERCISES, OTHERS)
    assert found.problems["first"][0] == Verdict.NOT_WRITTEN
    assert found.problems["second"][0] == Verdict.NOT_WRITTEN


def test_a_syntax_error_costs_its_own_cell_only(notebook):
    found = harvest(notebook(WRITTEN, "def second(x:\n    return x"), EXERCISES, OTHERS)
    assert list(found.problems) == ["second"]
    verdict, saw = found.problems["second"]
    assert verdict == Verdict.UNREADABLE
    assert saw.startswith("cell 2 has a syntax error, line 1:")


def test_a_written_answer_wins_over_a_stub_below_it(notebook):
    found = harvest(notebook(WRITTEN, STUB), EXERCISES, OTHERS)
    assert sources(found) == [WRITTEN]
    assert "first" not in found.problems
    assert any("still holds the empty stub" in note for note in found.notes)


def test_the_last_written_answer_counts(notebook):
    found = harvest(notebook("def first(x):\n    return 0", WRITTEN), EXERCISES, OTHERS)
    assert sources(found)[-1] == WRITTEN
    assert any("more than once" in note for note in found.notes)


def test_a_cell_turned_into_text_is_graded_with_a_note(notebook):
    found = harvest(notebook("def second(x):\n    return x", ("markdown", WRITTEN)), EXERCISES, OTHERS)
    assert not found.problems
    assert any("not a code cell any more" in note for note in found.notes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"My dog ate it", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"{}", "has no cells"),
        (b'{"cells": 3}', "has no cells"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "def third(): pass"}]}).encode(), "hw_other"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}).encode(), "none of this homework's"),
    ],
)
def test_what_is_no_notebook_of_this_homework_is_named(content, reason):
    with pytest.raises(UnreadableNotebook, match=reason):
        harvest(content, EXERCISES, OTHERS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
odd_cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"]) | json_values, "source": json_values, "metadata": json_values}
)


@given(
    st.binary()
    | st.builds(lambda cells: json.dumps({"cells": cells}).encode(), st.lists(odd_cells | json_values, max_size=5))
)
def test_no_input_raises_anything_but_unreadable(content):
    with contextlib.suppress(UnreadableNotebook):
        harvest(content, EXERCISES, OTHERS)


@given(st.text(alphabet="defclas first():\n\t \"'#%!?@\\[]{}=lambda1;", max_size=80))
def test_no_source_text_raises_anything_but_unreadable(source):
    content = json.dumps({"cells": [{"cell_type": "code", "source": source}]}).encode()
    with contextlib.suppress(UnreadableNotebook):
        harvest(content, EXERCISES, OTHERS)


NO_LINES = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # `str.splitlines` breaks a line here, and Python does not


@given(
    st.text(alphabet="a #\"?!%>'" + NO_LINES, max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "%matplotlib inline\n"]),
)
@example("\u2028  x", "\n", "")  # to IPython, which cuts there too, this is a wrong indentation
@example("\u2028", "\r", "%matplotlib inline\n")
def test_lines_are_those_of_python(text, end, above):
    docstring = text.replace('"', "'")
    lines = [
        f"# {text}",
        "def first(x):",
        f'    """{docstring}"""',
        f"    # {text}",
        "    return x + len(TEXT)",
        f"TEXT = {text!r}",
    ]
    found = harvest(notebook_of(above + end.join(lines)), EXERCISES, OTHERS)
    assert [place for _, place in found.statements] == ["cell 1", "cell 1"]
    names, failures = define(found.statements)
    assert not failures
    assert names["TEXT"] == text
    assert names["first"](1) == 1 + len(text)
    assert inspect.cleandoc(names["first"].__doc__) == inspect.cleandoc(docstring)  # from 3.13 on Python takes off more
    assert names["first"].__code__.co_firstlineno == 2 + above.count("\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_cell_of_too_many_lines_is_named(end):
    found = harvest(notebook_of(WRITTEN + end * 5001, WRITTEN), EXERCISES, OTHERS)
    assert any("more than 5000 lines" in note for note in found.notes)


def notebook_of(*sources):
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()
