"""What homeworks share stands once: whole exercises, the inputs of probes, and the shift of their seeds."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from autograder import suite
from autograder.authoring import bank
from autograder.authoring.record import solution_harvest
from autograder.authoring.shift import find_unshifted
from autograder.checkout import SHARED, solution

HOMEWORKS = suite.homeworks()
SHARING = [(name, each) for name in HOMEWORKS for each in suite.load(name).exercises if each.shared]
EXERCISES = sorted({exercise.name for _, exercise in SHARING})
DRAW = "from .inputs import draw\n\n\ndef probe(student):\n    return {'answer': student.solve(draw(1, 2))}\n"


def test_two_homeworks_share_two_exercises():
    assert "shared" not in HOMEWORKS
    assert EXERCISES == ["label_subset", "linear_probe"]
    assert [homework for homework, _ in SHARING] == ["hw3_pretext"] * 2 + ["hw4_contrastive"] * 2


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_shared_exercise_is_defined_alike_and_has_one_section(root, exercise):
    """A notebook is whole, so its cell stands in each; and hints name a section, so it has one number."""
    sharing = [homework for homework, shared in SHARING if shared.name == exercise]
    sources = [source for name in sharing for source, _ in solution_harvest(root, name).statements]
    definitions = [source for source in sources if source.startswith(f"def {exercise}(")]
    assert len(definitions) == len(sharing)
    assert len(set(definitions)) == 1
    assert len({suite.load(name).sections[exercise] for name in sharing}) == 1


@pytest.mark.parametrize(("homework", "exercise"), SHARING)
def test_each_homework_has_all_of_a_shared_exercise(homework, exercise):
    chosen, name = suite.load(homework), exercise.name
    assert chosen.folder_of(name) == SHARED
    assert chosen.test_module(name) == f"autograder.suites.shared.test_{name}"
    assert SHARED / f"test_{name}.py" in chosen.test_files
    assert chosen.probes[name]
    assert chosen.probe_sources[name] == (SHARED / "probes" / f"{name}.py").read_text()
    for answers in (bank.mistakes(chosen), bank.variants(chosen)):
        assert [answer for answer in answers if answer.exercise == name]


@pytest.mark.parametrize("homework", HOMEWORKS)
def test_no_module_hides_a_shared_one(homework):
    folder = suite.load(homework).folder
    shared = {path.relative_to(SHARED) for path in SHARED.rglob("*.py") if path.stem != "__init__"}
    assert not shared & {path.relative_to(folder) for path in folder.rglob("*.py")}


def test_a_suite_has_its_own_parts_and_those_it_shares():
    diffusion, contrastive = suite.load("hw1_diffusion"), suite.load("hw4_contrastive")
    of_all = SHARED / "probes" / "inputs.py"
    of_two = [SHARED / "test_linear_probe.py", SHARED / "probes" / "label_subset.py"]
    for path in (of_all, *of_two, SHARED.parent / "assertions.py"):
        assert contrastive.has_part(path.relative_to(SHARED.parent))
    assert diffusion.has_part(of_all.relative_to(SHARED.parent))
    assert not any(diffusion.has_part(path.relative_to(SHARED.parent)) for path in of_two)
    assert not diffusion.has_part((contrastive.folder / "test_info_nce.py").relative_to(SHARED.parent))


DIGESTS = "from autograder import suite; print(*(suite.load(name).digest for name in suite.homeworks()))"


def digests(place) -> list[str]:
    """Of all homeworks, by the copy of the grader in this folder."""
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        env={**os.environ, "PYTHONPATH": str(place)}, cwd=place, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_a_shared_file_enters_the_digest_of_the_homeworks_that_use_it(root, tmp_path):
    shutil.copytree(root / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    before = digests(tmp_path)
    changed = {}
    for name in ("test_linear_probe.py", "probes/inputs.py", "mistakes/linear_probe.py"):
        path = tmp_path / "autograder" / "suites" / "shared" / name
        content = path.read_text()
        path.write_text(content + "\n")
        now = digests(tmp_path)
        changed[name] = [hw for hw, old, new in zip(HOMEWORKS, before, now, strict=True) if old != new]
        path.write_text(content)
    sharing = ["hw3_pretext", "hw4_contrastive"]
    assert list(changed.values()) == [sharing, HOMEWORKS, []]


@pytest.mark.parametrize(("target", "ran"), [("", 6 + 4), ("test_knn_predict.py", 0)])
def test_by_hand_the_shared_tests_run_where_the_whole_homework_is_asked_for(root, target, ran):
    notebook = solution(root, "hw4_contrastive")
    place = root / "autograder" / "suites" / "hw4_contrastive" / target
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(place), "--submission", str(notebook), "--collect-only", "-q"],
        capture_output=True, text=True, cwd=root, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert sum("suites/shared/test_" in line for line in done.stdout.splitlines()) == ran


@pytest.mark.parametrize("homework", HOMEWORKS)
def test_every_exercise_obeys_the_shift_of_the_seeds_or_says_why_not(homework):
    assert list(find_unshifted(suite.load(homework))) == []


@pytest.fixture
def shifting():
    """shifting(source, fixed) -> what is said of a suite whose one exercise has these probes."""
    chosen = suite.load("hw4_contrastive")

    def say(source: str, fixed: dict[str, str] | None = None, **others: str) -> list[str]:
        sources = {"inputs": chosen.probe_sources["inputs"], "info_nce": source, **others}
        exercises = tuple(each for each in chosen.exercises if each.name == "info_nce")
        probes = {"info_nce": ("probe",)}
        made = replace(chosen, exercises=exercises, probe_sources=sources, probes=probes, fixed=fixed or {})
        return list(find_unshifted(made))

    return say


def test_inputs_that_are_drawn_obey_the_shift(shifting):
    between = DRAW.replace("probe(student)", "make()")
    assert shifting(DRAW) == []
    assert shifting("from .inputs_own import make as given\nBATCH = given()\ndef probe(student):\n    return BATCH",
                    inputs_own=between) == []  # fmt: skip


def test_constants_do_not_and_their_exercise_says_why(shifting):
    constant = "import torch\nfrom .inputs import draw\n\ndef probe(student):\n    return student.solve(torch.ones(3))"
    (sentence,) = shifting(constant)
    assert sentence.startswith("info_nce: no probe draws inputs by `probes/inputs.py`")
    assert shifting(constant, {"info_nce": "written out"}) == []
    (sentence,) = shifting(DRAW, {"info_nce": "written out"})
    assert "take it out there" in sentence


def test_a_generator_of_its_own_is_reported(shifting):
    own = "import numpy as np\n" + DRAW + "\n\nrng = np.random.default_rng(3)\n"
    (sentence,) = shifting(own)
    assert sentence.startswith("probes/info_nce.py makes random numbers by default_rng")


def test_without_a_shift_numbers_are_those_of_their_seed_and_with_one_others():
    program = "from autograder.suites.shared.probes import inputs; print(inputs.draw(7, 3).tolist())"
    drawn = {
        shift: subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "SEED_SHIFT": str(shift)}, capture_output=True, text=True, check=True,
        ).stdout
        for shift in (0, 1000003)
    }  # fmt: skip
    for shift, printed in drawn.items():
        numbers = np.random.Generator(np.random.PCG64(7 + shift)).standard_normal(3)
        assert printed == f"{numbers.astype(np.float32).tolist()}\n"
