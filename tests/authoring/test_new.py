"""An instructor adds, renames and drops exercises; `verify` says what is left to do until everything holds."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from toy import CHECKS, HW, SCRIPT, SUITE, change

from autograder import suite
from autograder.authoring import consistency, drop, new, rename, script
from autograder.authoring.edits import EditError
from autograder.cli import main
from autograder.commands import author

pytestmark = pytest.mark.proof

CHECKS_PACKAGE = f"homework.checks.{HW}"
GENERATED = ("*.ipynb", "*.json", "*.safetensors", "__pycache__")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file that a person writes."""
    kept = shutil.ignore_patterns(*GENERATED)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if not kept(path.parent, [path.name]) and "__pycache__" not in path.parts
    }


def test_a_new_exercise_is_at_once_everywhere_and_what_is_left_is_named(course):
    new.new_exercise(HW, "swap", course, worth=3)
    found = consistency.find_hindrances(HW, course)
    for place in (SCRIPT, f"{SUITE}/mistakes/swap.py", f"{SUITE}/test_swap.py", f"{CHECKS}/swap.py"):
        assert any(sentence.startswith(place) and "still to be written" in sentence for sentence in found), place
    left = [sentence for sentence in found if "still to be written" not in sentence]
    assert len(left) == 1
    assert left[0].startswith("swap has 0 of 10 mistakes and 0 of 5 variants")


@pytest.mark.parametrize(
    ("section", "follows", "precedes"),
    [("", "shift", "from homework.submission"), ("1.3", "shift", "from homework.submission"), ("2.1", "shift", "from")],
)
def test_its_cells_stand_where_its_section_belongs(course, section, follows, precedes):
    new.new_exercise(HW, "swap", course, section=section)
    cells = [cell for cell in script.read(course / SCRIPT) if cell.kind == "code"]
    place = next(number for number, cell in enumerate(cells) if cell.marks.get("exercise") == "swap")
    assert cells[place - 1].marks == {"check": follows, "points": 6}
    assert cells[place + 1].marks == {"check": "swap", "points": 5}
    assert cells[place + 2].source.startswith(precedes)


def test_it_goes_between_two_others_and_behind_a_tenth(course):
    for exercise in (f"more_{letter}" for letter in "abcdefghi"):
        new.new_exercise(HW, exercise, course)
    assert list(script.headings(script.read(course / SCRIPT)))[-2:] == ["1.10", "1.11"]
    drop.drop(HW, "more_a", course)  # 1.3
    new.new_exercise(HW, "between", course, section="1.3")
    assert [cell.marks["check"] for cell in script.read(course / SCRIPT) if "check" in cell.marks][1:4] == [
        "shift",
        "between",
        "more_b",
    ]


def test_an_answer_in_words_stays_with_its_question(course):
    question = '\n# %% [markdown]\n# ### 1.3 Why? (2 points, written)\n\n# %% [markdown] written="why" points=2\n'
    answer = "# ### BEGIN SOLUTION\n# So.\n# ### END SOLUTION\n"
    change(course, SCRIPT, "check(shift)\n", "check(shift)\n" + question + answer)
    new.new_exercise(HW, "swap", course)
    assert not [sentence for sentence in consistency.find_faults(HW, course) if "question" in sentence]
    assert "1.4" in script.headings(script.read(course / SCRIPT))


def test_extra_credit_is_counted_apart(course):
    new.new_exercise(HW, "swap", course, worth=3, extra=True)
    assert "| 10 + 0, 3 extra |" in (course / "README.md").read_text()
    assert not [sentence for sentence in consistency.find_faults(HW, course) if "points" in sentence]


def test_drop_takes_back_all_that_new_has_written(course):
    before = snapshot(course)
    new.new_exercise(HW, "swap", course)
    assert snapshot(course) != before
    lines = drop.drop(HW, "swap", course)
    assert snapshot(course) == before
    assert lines[-1] == f"next: autograder release {HW} && autograder record {HW} && autograder verify {HW}"


def test_drop_leaves_a_homework_that_agrees_and_names_who_still_calls_it(course):
    change(course, SCRIPT, "check(shift)\n", "check(shift)\n\n# %%\nprint(affine(shift(1)))\n")
    lines = drop.drop(HW, "affine", course)
    assert [line for line in lines if line.startswith("still names affine")] != []
    (left,) = consistency.find_hindrances(HW, course) or consistency.find_faults(HW, course)
    assert re.fullmatch(rf"{SCRIPT}:\d+: this cell needs affine, which no cell defines; .*", left)


def test_drop_refuses_what_others_call_before_anything_is_touched(course):
    change(course, f"{SUITE}/__init__.py", 'section="1.2"', 'section="1.2", uses=("affine",)')
    before = snapshot(course)
    with pytest.raises(EditError, match="shift of hw6_toy call affine; change that first"):
        drop.drop(HW, "affine", course)
    assert snapshot(course) == before


def test_drop_takes_out_stand_in_and_equivalents(course):
    (course / SUITE / "stand_ins.py").write_text(
        "def affine(x):\n    return 2 * x - 1\n\n\ndef shift(x):\n    return x\n"
    )
    (course / SUITE / "equivalents.toml").write_text('[affine]\n"a -> b" = "same"\n\n[shift]\n"c -> d" = "same"\n')
    drop.drop(HW, "affine", course)
    assert "affine" not in (course / SUITE / "stand_ins.py").read_text()
    assert (course / SUITE / "equivalents.toml").read_text() == '[shift]\n"c -> d" = "same"\n'


def test_rename_changes_every_place_and_leaves_a_homework_that_agrees(course):
    before = snapshot(course)
    rename.rename(HW, "affine", "stretch", course)
    assert not consistency.find_hindrances(HW, course)
    assert not consistency.find_faults(HW, course)
    assert not [path for path in snapshot(course) if "affine" in path]
    rename.rename(HW, "stretch", "affine", course)
    assert snapshot(course) == before


def test_rename_leaves_other_things_of_that_name_alone(course):
    other = "\n# %%\ndef draw(rng):\n    shift = rng.shift(shift=1)  # a shift, by `shift`\n    return shift + 1\n"
    change(course, SCRIPT, "check(shift)\n", "check(shift)\n" + other)
    rename.rename(HW, "shift", "translate", course)
    assert other.replace("`shift`", "`translate`") in (course / SCRIPT).read_text()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda root: new.new_homework("hw6-toy", "x", root), "'hw6-toy' is no name for Python"),
        (lambda root: new.new_homework(HW, "x", root), "hw6_toy.py is there already"),
        (lambda root: new.new_exercise(HW, "class", root), "'class' is no name for Python"),
        (lambda root: new.new_exercise(HW, "affine", root), "hw6_toy has affine already, in"),
        (lambda root: new.new_exercise(HW, "swap", root, section="1.2"), "section 1.2 is taken, by “1.2 `shift`"),
        (lambda root: new.new_exercise(HW, "swap", root, section="two"), "'two' is no section; write PART.NUMBER"),
        (lambda root: drop.drop(HW, "swap", root), "hw6_toy has no swap; its exercises are affine, shift"),
        (lambda root: rename.rename(HW, "swap", "turn", root), "hw6_toy has no swap; its exercises are"),
        (lambda root: rename.rename(HW, "affine", "shift", root), "uses the name shift already"),
        (lambda root: rename.rename(HW, "affine", "2x", root), "'2x' is no name for Python"),
    ],
)
def test_what_cannot_be_done_wholly_is_refused_before_anything_is_touched(course, act, sentence):
    before = snapshot(course)
    with pytest.raises(EditError, match=re.escape(sentence)):
        act(course)
    assert snapshot(course) == before


def test_a_new_homework_has_the_cells_that_all_homeworks_share(root, finished):
    ours = {cell.source.rstrip() for cell in script.read(finished / SCRIPT)}
    theirs = [
        {cell.source.rstrip() for cell in script.read(path)} for path in sorted(root.glob("solutions/hw*/hw*.py"))
    ]
    shared = set.intersection(*theirs)
    assert sum("def find_library" in source for source in shared) == 1
    assert shared <= ours


@pytest.fixture
def here(course, monkeypatch):
    """The instructor's commands work on the copy, and Python finds its suite and its checks there."""
    import autograder.suites
    import homework.checks

    monkeypatch.setattr(author, "ROOT", course)
    monkeypatch.setattr(suite, "SUITES", course / "autograder" / "suites")
    monkeypatch.setattr(suite, "SHARED", course / "autograder" / "suites" / "shared")
    for package, folder in ((autograder.suites, "autograder/suites"), (homework.checks, "assignments/homework/checks")):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(course / folder)])
    suite.load.cache_clear()
    yield course
    suite.load.cache_clear()
    _forget(f"autograder.suites.{HW}")
    _forget(CHECKS_PACKAGE)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*arguments])
    return done.exit_code, done.output


def test_from_new_to_a_proof(here):
    assert run("verify", HW) == (1, FORGOTTEN_RELEASE)
    code, output = run("record", HW)  # of notebooks that are older than the script
    assert (code, f"run `autograder release {HW}` first" in output) == (2, True)
    assert run("release", HW)[0] == 0
    assert run("verify", HW)[1].splitlines()[1] == f"  nothing is recorded yet; run `autograder record {HW}`"
    assert run("record", HW)[0] == 0
    code, output = run("verify", HW, "--recorded")
    assert (code, output.splitlines()[0]) == (0, f"{HW}: 20 mistakes, 10 variants, 0 broken promises")
    assert [line.split()[0] for line in output.splitlines()[1:]] == ["one", "affine", "shift"]  # the axes
    change(here, f"{CHECKS}/affine.py", "[1.0, -2.0]", "[1.0, -3.0]")
    change(here, f"{CHECKS}/shift.py", "def shift_of", "def of")
    _forget(CHECKS_PACKAGE)
    code, output = run("verify", HW)
    assert code == 1
    assert "affine: the solution is red in its public check “what is checked" in output
    assert "of_two_numbers of shift: the check was not recorded; run `autograder record hw6_toy`" in output
    assert "shift_of_two_numbers of shift: there is no such check any more; run" in output
    assert "10 variants, 3 broken promises\n" in output


FORGOTTEN_RELEASE = (
    f"{HW}: nothing was run, 1 fault must be mended first\n  the script builds other files than"
    f" solutions/{HW}/{HW}.ipynb, assignments/{HW}/{HW}.ipynb and assignments/{HW}/hand_in.json;"
    f" run `autograder release {HW}`, then `autograder record {HW}`\n"
)


def _forget(package: str) -> None:
    """As in a new process, the next import reads the files again."""
    for name in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("path", "old", "new_text", "sentence"),
    [
        ("probes/affine.py", "numbers(student)", "numbers(students)", "affine.py:13: on_four_numbers takes students"),
        ("probes/affine.py", "def on_four", "def (", "probes/affine.py:13: this is not valid Python"),
        ("__init__.py", 'Exercise("affine"', 'Exercise("afine"', "afine has no probes; write autograder/"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["grade", "record"])
def test_a_broken_suite_is_one_sentence_for_everybody(here, tmp_path, path, old, new_text, sentence, command):
    run("release", HW)
    change(here, f"{SUITE}/{path}", old, new_text)
    notebook = str(here / "assignments" / HW / f"{HW}.ipynb")
    arguments = {"grade": [notebook, "--homework", HW, "--out", str(tmp_path / "results")], "record": [HW]}[command]
    code, output = run(command, *arguments)
    assert (code, output.count("\n")) == (2, 1), output
    assert sentence in output


def test_what_homeworks_share_is_found_there_and_stays_there(course):
    """As linear_probe, which two homeworks have."""
    shared, checks = course / "autograder/suites/shared", course / "assignments/homework/checks/shared"
    for part in ("probes", "mistakes", "variants"):
        (course / SUITE / part / "shift.py").rename(shared / part / "shift.py")
    (course / SUITE / "test_shift.py").rename(shared / "test_shift.py")
    checks.mkdir()
    change(course, f"{SUITE}/__init__.py", 'section="1.2"', 'section="1.2", shared=True')
    (course / CHECKS / "shift.py").rename(checks / "shift.py")
    assert not consistency.find_hindrances(HW, course)
    assert not consistency.find_faults(HW, course)
    with pytest.raises(EditError, match="shift belongs to other homeworks too, in autograder/suites/shared; keep"):
        rename.rename(HW, "shift", "translate", course)
    drop.drop(HW, "shift", course)
    assert (shared / "test_shift.py").exists()
    assert (checks / "shift.py").exists()
    assert not consistency.find_hindrances(HW, course)
