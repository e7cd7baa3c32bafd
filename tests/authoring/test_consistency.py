"""What does not agree in a homework is said in one sentence, before anything is run."""

import re

import pytest
from toy import CHECKS, HW, SCRIPT, SUITE, change

from autograder.authoring import consistency

INIT, TESTS = f"{SUITE}/__init__.py", f"{SUITE}/test_affine.py"
PROBES, MISTAKES, VARIANTS = (f"{SUITE}/{part}/affine.py" for part in ("probes", "mistakes", "variants"))
CHECK = f"{CHECKS}/affine.py"
FIRST, SECOND = 'section="1.1"', 'section="1.2"'
AFTER = "check(shift)\n"  # the last exercise's check; a cell may follow
HARD = "\n# %% [markdown]\n# *Hard, 50 minutes.*\n#\n# *Easy, 15 minutes.* Or not.\n"
STUDENTS = "https://github.com/lecture19-homework/students"


def said(course) -> list[str]:
    return consistency.find_hindrances(HW, course) or consistency.find_faults(HW, course)


def test_nothing_is_said_of_a_finished_homework(finished):
    assert said(finished) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "sentence"),
    [
        # the sets
        (INIT, '    Exercise("affine", section="1.1"),\n', "", "hw6_toy.py:N: nobody grades affine; add"),
        (SCRIPT, '# %% exercise="affine"', "# %%", "affine stands in EXERCISES but has no cell in solutions/"),
        (SCRIPT, '# %% check="affine" points=4', "# %%", "hw6_toy.py:N: affine has no check cell; add “# %% check="),
        (CHECK, '_check("affine"', '_check("afine"', "checks 'afine', which is no exercise (is affine meant?)"),
        (CHECK, '@public_check("affine", **HINTS)\n', "", "affine has no public check, so its check cell fails"),
        (INIT, "EXERCISES", 'FEW = {"afine": "hard"}\nEXERCISES', "FEW names 'afine', which is no exercise"),
        (INIT, FIRST, FIRST + ', artefact="a.safetensors"', "affine is trained in one place and written"),
        # what could not be run
        (TESTS, "@points(4)", "@point(4)", "test_affine.py:N: test_the_formula_holds has no points; put @points(N)"),
        (TESTS, "def test_the", "def the", "test_affine.py holds no test"),
        (MISTAKES, "@mistake", "@mistke", "mistakes/affine.py:N: number_3 has @mistke above it; a mistake has"),
        (MISTAKES, ', says="The number is 2, and not 3."', "", "affine.py:N: write @mistake("),
        (MISTAKES, 'holds", says=', 'holds", ', "affine.py:N: write @mistake("),
        (MISTAKES, "def number_4", "def number_4(", "mistakes/affine.py:N: this is not valid Python"),
        (VARIANTS, "def way_1", '@mistake("t", says="")\ndef way_1', "way_1 is marked as a mistake"),
        (PROBES, "numbers(student)", "numbers(students)", "probes/affine.py:N: on_four_numbers takes students;"),
        (PROBES, "numbers(student)", "numbers(x)", "probes/affine.py: no probe; a probe is a function whose one"),
        (PROBES, "numbers(student)", "numbers(student):\n    1\n\n\ndef g(studen)", "affine.py:N: g takes studen;"),
        (TESTS, "(probes.on_four_numbers)", "(probes.on_five)", "there is no probe on_five in"),
        (TESTS, "(probes.on_four_numbers)", "(probes.four_numbers)", "four_numbers is asked for as a probe"),
        (PROBES, "def four_numbers()", "def four_numbers(", "affine.py:N: this is not valid Python"),
        (INIT, "EXERCISES = (", "EXERCISES = (]", "__init__.py:N: it cannot be imported"),
        (PROBES, "def four_num", "from autograder.suites import x\n\n\ndef four_num", "affine.py:N: a probe imports"),
        (PROBES, "def four_num", "import autograder.suites as x\n\n\ndef four_num", "which is hidden from students"),
        (VARIANTS, "def way_1", "ONE = 1\n\n\ndef way_1", "“ONE = 1” does not travel with an answer; put it"),
        (SCRIPT, '# %% check="affine" points=4', '# %% check="affine" points=four', "cell gives affine four points,"),
        # what is not finished
        (TESTS, "READ = ", "READ = 'TODO: find it'  # ", "test_affine.py:N: still to be written: find it"),
        ("README.md", "| written", "| TODO", "README.md:N: still to be written, in the row of hw6_toy"),
        # what students would read
        (TESTS, '    """what is', '    # """what is', "test_affine.py:N: test_the_formula_holds has no docstring"),
        (CHECK, '    """what is', '    # """what is', "affine.py:N: affine_of_two_numbers has no docstring"),
        # known answers
        (MISTAKES, "def number_4", "def number_5", "affine: 2 mistakes are called number 5; give"),
        (INIT, "EXERCISES", 'NOISE = {"affine: number 99": ("a",)}\nEXERCISES', "NOISE names “affine: number 99”,"),
        (INIT, "EXERCISES", 'NOISE = {"affine: number 3": ("a",)}\nEXERCISES', "NOISE names a, which is no probe of"),
        (MISTAKES, '"test_the_formula', '"test_the_fromula', "“number 3” names test_the_fromula_holds, but"),
        (VARIANTS, "def way_4", "def _way_4", "affine has 4 of 5 variants; write them into"),
        (INIT, "EXERCISES", 'FEW = {"affine": "hard"}\nEXERCISES', "FEW gives a reason for affine, which has enough"),
        # follow-through
        (INIT, SECOND, SECOND + ', uses=("afine",)', "shift uses 'afine', which is no exercise above it"),
        (INIT, SECOND, SECOND + ', uses=("affine",)', "shift uses affine, which has no stand-in: "),
        # points
        (SCRIPT, '"affine" points=4', '"affine" points=5', "the cell gives affine 5 points, the @points"),
        (SCRIPT, "`affine` (4 points)", "`affine` (5 points)", "the heading is “1.1 `affine` (5 points)”; by"),
        (SCRIPT, "1.1 `affine` (4 points)", "1.1 Maps", "affine has no heading; write “### 1.1 `affine`"),
        (SCRIPT, "| 10 | 1 hour |", "| 11 | 1 hour |", "hw6_toy.py:N: gives part 1 “11” points; write “10”"),
        (SCRIPT, "**10**", "**12 + 2**", "hw6_toy.py:N: gives the sum “12 + 2” points; write “10”"),
        # hours
        (SCRIPT, "| 10 | 1 hour |", "| 10 | long |", "hw6_toy.py:N: this row gives no hours; write them as in “1½"),
        (SCRIPT, "**1 hour**", "**2½ hours**", "hw6_toy.py:N: gives 2½ hours in all, its rows make 1; change"),
        ("README.md", "| 1 | 10 + 0", "| 2 | 10 + 0", "README.md:N: gives hw6_toy “2” hours; write “1”"),
        (SCRIPT, AFTER, AFTER + HARD, "gives part 1 1 hours, its exercises say 95 minutes; change one of them"),
        (SCRIPT, "# written: the idea", "# Not so: `2 * y - 1`", "holds a solution's expression, '2 * y - 1'"),
        ("README.md", "| 10 + 0 |", "| 11 + 0 |", "README.md:N: gives hw6_toy “11 + 0” points; write “10 + 0”"),
        ("README.md", "| [hw6_toy]", "| [hw6]", "README.md: its table has no row on hw6_toy; write “| [hw6_toy]"),
        (TESTS, "4 points.", "5 points.", "says 5 points, its tests are worth 4"),
        (TESTS, "section 1.1", "section 1.9", "sends students to notebook section 1.9, which"),
        # cells
        (SCRIPT, "check(affine)", "check(shift)", "the check cell of affine checks shift; call check(affine)"),
        (SCRIPT, AFTER, AFTER + "\n# %%\nprint(affin(1))\n", "this cell needs affin, which no cell defines"),
        (SCRIPT, AFTER, AFTER + "\n# %%\ndef f():\n    affin(1)\n", "this cell needs affin, which no cell defines"),
        (SCRIPT, "check(affine)\n", "check(affine)\n\n# %%\nshift(1)\n", "shift, which only a later cell defines"),
        (SCRIPT, AFTER, AFTER + "\n# %%\nprint(\n", "hw6_toy.py:N: this cell is not valid Python"),
        (SCRIPT, f'hand_in("{HW}")', 'hand_in("hw5")', 'names another homework, hw5; write hand_in('),
        (SCRIPT, f'checks.of("{HW}")', 'checks.of("hw5")', "another homework, hw5; write checks.of"),
        (SCRIPT, "# written: the idea", "# `return 2 * x - 1`", "this text holds a solution's line, 'return 2"),
        # the students' repository
        ("pyproject.toml", STUDENTS, "https://github.com/us/hw.git", "which Colab cannot open"),
        ("pyproject.toml", STUDENTS, "git@github.com:us/hw", "which Colab cannot open"),
        ("pyproject.toml", STUDENTS, "https://github.gatech.edu/us/hw", "which Colab cannot open"),
        ("pyproject.toml", STUDENTS, "https://gitlab.com/us/hw", "write https://github.com/OWNER/NAME"),
    ],
)  # fmt: skip
def test_each_mistake_of_an_instructor_is_one_sentence(course, path, old, new, sentence):
    change(course, path, old, new)
    found = [re.sub(r":\d+", ":N", each) for each in said(course)]
    assert len(found) == 1, found
    assert sentence in found[0]
    assert "\n" not in found[0]


@pytest.mark.parametrize("part", ["probes", "mistakes", "variants"])
def test_a_file_of_no_exercise_is_named(course, part):
    (course / SUITE / part / "afine.py").write_text('"""Left behind."""\n')
    assert said(course) == [f"{SUITE}/{part}/afine.py belongs to no exercise (is affine meant?); rename or delete it"]


@pytest.mark.parametrize(("part", "file"), [("probes", "probes/affine.py"), ("tests", "test_affine.py")])
def test_a_missing_file_is_named(course, part, file):
    (course / SUITE / file).unlink()
    assert said(course) == [f"affine has no {part}; write {SUITE}/{file}"]


def test_few_known_answers_need_a_reason(course):
    (course / MISTAKES).unlink()
    assert len(said(course)) == 1
    assert said(course)[0].startswith("affine has 0 of 10 mistakes; write them into")
    change(course, INIT, "EXERCISES", 'FEW = {"affine": "there is one way to be wrong"}\nEXERCISES')
    assert said(course) == []


def test_a_written_question_has_its_points_in_its_heading(course):
    question = (
        '\n# %% [markdown]\n# ### 1.3 Why? (2 points, written)\n\n# %% [markdown] written="why" points=3\n'
        "# ### BEGIN SOLUTION\n# So.\n# ### END SOLUTION\n"
    )
    change(course, SCRIPT, AFTER, AFTER + question)
    change(course, SCRIPT, "| 10 |", "| 10 + 3 |")
    change(course, SCRIPT, "**10**", "**10 + 3**")
    change(course, "README.md", "10 + 0", "10 + 3")
    (sentence,) = said(course)
    assert "the question has 3 points, but its heading is “1.3 Why? (2 points, written)”" in sentence


@pytest.mark.parametrize("points", ["", " points=three"])
def test_a_written_question_without_points_ends_in_no_traceback(course, points):
    question = (
        f'\n# %% [markdown]\n# ### 1.3 Why? (3 points, written)\n\n# %% [markdown] written="why"{points}\n'
        "# ### BEGIN SOLUTION\n# So.\n# ### END SOLUTION\n"
    )
    change(course, SCRIPT, AFTER, AFTER + question)
    assert any("the question has 0 points, but its heading is" in sentence for sentence in said(course))


def test_the_shipped_address_is_no_fault_and_release_says_whose_it_is(course):
    from autograder.authoring import links

    assert links.describe_placeholder(course).startswith("pyproject.toml: Students is still")
    change(course, "pyproject.toml", STUDENTS, "https://github.com/us/hw")
    assert links.describe_placeholder(course) == ""
    assert said(course) == []
