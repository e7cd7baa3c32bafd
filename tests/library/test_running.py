"""Definitions of a notebook are run one by one, and one that fails costs only itself."""

import inspect
import sys

import pytest
import torch

from homework.running import Program, Running, define, to_sentence


@pytest.fixture(autouse=True)
def _own_main(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def statements(*sources):
    return [(source, f"cell {number}") for number, source in enumerate(sources, start=1)]


def test_one_that_fails_is_told_and_the_others_are_there():
    names, failures = define(statements("a = 1", "b = 1 / 0", "def c(:", "import sys; sys.exit('gone')", "d = a + 1"))
    assert (names["a"], names["d"]) == (1, 2)
    assert (failures[0].place, failures[0].saw) == ("cell 2, line 1", "ZeroDivisionError: division by zero")
    assert [failure.place for failure in failures] == ["cell 2, line 1", "cell 3, line 1", "cell 4, line 1"]
    assert failures[1].saw.startswith("SyntaxError: ")
    assert [failure.is_news for failure in failures] == [True, False, True]  # who read the cells told of the second


def test_what_comes_from_above_by_future_holds_below():
    names, failures = define(
        statements("from __future__ import annotations", "\n\nclass A:\n    def f(self, other: A | None) -> B: ...")
    )
    assert not failures
    assert names["A"].f.__annotations__ == {"other": "A | None", "return": "B"}


def needing(needs, *sources):
    return Program(statements(*sources), needs)


def test_an_exercise_gets_what_it_needs_and_no_more():
    program = needing({"f": [0, 2], "g": [1]}, "a = 1", "b = 1 / 0", "def f(): return a")
    running = Running(program)
    running.provide("f")
    assert running.names["f"]() == 1
    assert "b" not in running.names
    assert not running.failures
    running.provide("g")
    assert running.explain("b") == "cell 2, line 1 should make it and failed: ZeroDivisionError: division by zero"
    assert not running.explain("c")


def test_nothing_is_run_twice_and_what_is_given_stays():
    running = Running(needing({"f": [0], "g": [0, 1]}, "seen = [twice]", "twice = 0"), given={"twice": 2})
    running.provide("f")
    running.provide("g")
    assert (running.names["seen"], running.names["twice"]) == ([2], 2)


@pytest.mark.parametrize("seconds", [(0.2, 20.0), (20.0, 0.2)])
def test_one_that_takes_too_long_leaves_a_moment_for_the_others(seconds):
    program = needing(None, "x = 1", "while True:\n    x += 1", "y = 2")
    for _ in range(2):
        running = Running(program, seconds=seconds)
        running.provide("")
        assert running.names["y"] == 2
        assert running.failures[0].saw == "it was still running when its time was over"
        assert running.failures[0].place.startswith("cell 2")


def test_magics_inside_functions_do_nothing():
    names, failures = define(
        statements("def f():\n    get_ipython().run_line_magic('matplotlib', 'inline')\n    return 1")
    )
    assert (names["f"](), failures) == (1, [])


def test_a_program_can_be_run_again_from_its_start():
    program = Program(statements("seen = []", "seen.append(1)"))
    for _ in range(2):
        running = Running(program)
        running.provide("")
        assert running.names["seen"] == [1]


def test_a_module_of_another_name_leaves_main_alone():
    before = sys.modules["__main__"]
    running = Running(Program(statements("class A: pass")), "public_check")
    running.provide("")
    assert sys.modules["__main__"] is before
    assert running.names["A"].__module__ == "public_check"
    del sys.modules["public_check"]


def test_errors_become_one_line():
    assert to_sentence(ValueError("two\n  lines")) == "ValueError: two lines"
    assert to_sentence(KeyboardInterrupt()) == "KeyboardInterrupt"


@pytest.mark.filterwarnings("ignore:.torch.jit.script:FutureWarning")
def test_what_looks_at_source_finds_the_lines_of_the_cell():
    """torch.jit.script and inspect do; two definitions of a cell keep the line numbers that they have there."""
    first, second = "def f(x):\n    return x + 1", "\n\n\ndef g(x):\n    return f(x) * 2"
    names, failures = define([(first, "cell 7"), (second, "cell 7")])
    assert not failures
    assert inspect.getsource(names["g"]) == "def g(x):\n    return f(x) * 2\n"
    assert inspect.getsource(names["f"]) == first + "\n"
    assert torch.jit.script(names["g"])(torch.ones(2)).tolist() == [4.0, 4.0]
