"""The public checks as a student meets them: green, red with the mistake's name, or one calm line."""

import contextlib
import json
import re
import subprocess
import sys
import types

import pytest

from autograder import suite
from autograder.authoring.record import solution_harvest
from homework import checks, on_gpu
from homework.checks.display import CheckFailed

HW = "hw4_contrastive"
FUNCTIONS = [(homework, name) for homework in suite.homeworks() for name in suite.load(homework).written]


@pytest.fixture
def student(root, monkeypatch):
    """student(source) -> the module namespace of a notebook that holds the solution and then this source."""

    def write(source: str = "", homework: str = HW) -> dict:
        module = types.ModuleType("notebook")
        monkeypatch.setitem(sys.modules, "notebook", module)
        for text, place in (*solution_harvest(root, homework).statements, (source, "cell")):
            with contextlib.suppress(NameError):  # values made of data that only a whole notebook loads
                exec(compile(text, place, "exec"), module.__dict__)
        return vars(module)

    return write


@pytest.fixture
def check():
    return checks.of(HW)


def as_one_line(shown: str) -> str:
    return " ".join(shown.split())


@pytest.mark.parametrize(("homework", "name"), FUNCTIONS)
def test_the_solution_is_green(student, capsys, homework, name):
    checks.of(homework)(student(homework=homework)[name])
    shown = capsys.readouterr().out
    assert "✓" in shown
    assert "✗" not in shown


@pytest.mark.parametrize(("homework", "name"), FUNCTIONS)
def test_a_stub_is_one_calm_line(student, homework, name):
    own = student(f"def {name}(*arguments):\n    raise NotImplementedError", homework)
    with pytest.raises(CheckFailed) as caught:
        checks.of(homework)(own[name])
    assert caught.value._render_traceback_() == [f"\x1b[90m○ {name} is not written yet.\x1b[0m"]


def test_a_known_mistake_is_red_and_named(student, check):
    from autograder.authoring import bank

    known = next(a for a in bank.mistakes(suite.load(HW)) if "temperature" in a.name and a.exercise == "info_nce")
    with pytest.raises(CheckFailed) as caught:
        check(student(known.source)["info_nce"])
    shown = as_one_line(str(caught.value))
    assert "saw:" in shown
    assert "think:" in shown
    assert "read:" in shown
    assert f"→ {known.says}" in shown


def test_what_is_shown_fits_a_notebook_and_says_nothing_twice(student, check):
    with pytest.raises(CheckFailed) as caught:
        check(student("def info_nce(query, positive, negatives, temperature):\n    return query.sum()")["info_nce"])
    paragraphs = [re.sub(r"\x1b\[[\d;]*m", "", text) for text in caught.value._render_traceback_()]
    assert max(len(row) for text in paragraphs for row in text.splitlines()) <= 84
    hints = [text for text in paragraphs if text.lstrip().startswith(("think:", "read:"))]
    assert len(hints) == len(set(hints)) < sum("✗" in text for text in paragraphs) * 2


def test_an_error_of_the_students_own_is_shown_with_its_line(student, check):
    own = student("def info_nce(query, positive, negatives, temperature):\n    return query @ positive")
    with pytest.raises(CheckFailed) as caught:
        check(own["info_nce"])
    assert re.search(r"it raised RuntimeError: .*\(in info_nce, line 2", as_one_line(str(caught.value)))


def test_every_mistake_that_a_public_check_can_see_is_told_apart(root):
    recorded = json.loads((root / "assignments" / HW / "checks.json").read_text())
    assert sum(len(entry["mistakes"]) for entry in recorded.values()) >= 70
    assert all(len(entry["expected"]) >= 1 for entry in recorded.values())


PROCESSOR_ONLY = {
    "the result": "return {right}(*given).cpu()",
    "weights": "return {right}(given[0] * torch.ones(given[0].shape), *given[1:])",
    "through numpy": "return {right}(*given) + float(given[0].detach().numpy().sum()) * 0",
}


@pytest.mark.parametrize("how", PROCESSOR_ONLY)
@pytest.mark.parametrize(
    ("homework", "name"),
    [
        ("hw1_diffusion", "forward_noising"),
        ("hw2_gan", "discriminator_loss"),
        ("hw3_pretext", "copy_colors"),
        ("hw4_contrastive", "info_nce"),
        ("hw5_sequences_and_language", "cpc_scores"),
    ],
)
def test_what_works_on_the_processor_only_is_red(student, homework, name, how):
    body = PROCESSOR_ONLY[how].format(right=f"right_{name}")
    own = student(f"import torch\nright_{name} = {name}\ndef {name}(*given):\n    {body}\n", homework)
    with pytest.raises(CheckFailed) as caught:
        checks.of(homework)(own[name])
    wrong = [line for line in caught.value.lines if line.kind != "right"]
    assert [line.sentence for line in wrong] == [checks.ON_A_GPU]
    assert "processor" in wrong[0].saw or "device" in wrong[0].saw


def test_the_checks_need_nothing_but_torch(root):
    script = f"""
import sys
sys.path.insert(0, {str(root / "assignments")!r})
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('autograder', 'pytest', 'safetensors', 'IPython', 'nbformat', 'torchvision'):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from homework import checks
import math
def mutual_information_bound(loss, num_candidates):
    return math.log(num_candidates) - loss
checks.of({HW!r})(mutual_information_bound)
"""
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "✓" in done.stdout


FORMS = {
    "a lambda": "nt_xent = lambda z, temperature: right(z, temperature)",
    "a partial": "from functools import partial\nnt_xent = partial(right)",
    "an object": "class Loss:\n    def __call__(self, z, temperature):\n        return right(z, temperature)\n"
    "nt_xent = Loss()",
    "decorated": "def same(f):\n    return lambda *given: f(*given)\n@same\ndef nt_xent(z, temperature):\n"
    "    return right(z, temperature)",
    "by type": "from functools import singledispatch\n@singledispatch\ndef nt_xent(z, temperature):\n"
    "    return right(z, temperature)",
}


@pytest.mark.parametrize("source", FORMS.values(), ids=FORMS)
def test_an_answer_of_any_form_can_be_checked(student, capsys, source):
    """The check is called from the notebook, whose names tell which exercise it was given."""
    own = student(f"right = nt_xent\n{source}")
    own["check"] = checks.of(HW)
    exec("check(nt_xent)", own)
    assert "✓" in capsys.readouterr().out


def test_what_torch_raises_is_no_stub(student):
    own = student("def nt_xent(z, temperature):\n    return 1 - torch.eye(2, dtype=torch.bool)")
    with pytest.raises(CheckFailed) as caught:
        checks.of(HW)(own["nt_xent"])
    shown = as_one_line(str(caught.value))
    assert "not written" not in shown
    assert "with a bool tensor is not supported" in shown


def test_what_the_stand_in_cannot_do_is_nobodys_fault(student, monkeypatch, capsys):
    def torn(student, probe):
        raise RuntimeError("Cannot copy out of meta tensor; no data! when moving it to a different device")

    monkeypatch.setattr(on_gpu, "_on_stand_in", torn)
    checks.of(HW)(student()["info_nce"])
    shown = capsys.readouterr().out
    assert "✓" in shown
    assert "✗" not in shown
    assert checks.ON_A_GPU not in shown
