"""The trusted side never turns a student's bytes into code: no pickle, no eval, and nothing that hides one."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "autograder"
MODULES = {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}
CALLS = {"eval", "exec", "torch.load", "yaml.load", "yaml.unsafe_load", "np.load", "numpy.load", "runpy.run_path"}
OURS = {  # what these run is ours, or they run it inside the sandbox
    ("sandbox/worker.py", "exec"),  # beside student code, in the child
    ("authoring/materials.py", "exec"),  # the `__init__` of a suite of ours, in whichever checkout is proved
}
RUNNING = "homework.running"  # runs the definitions that it is given
RUNS = {
    "sandbox/worker.py",  # beside student code, in the child
    "authoring/public_answers.py",  # our own solution and bank, when answers are recorded
}
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if not {"mistakes", "variants"} & set(path.parts)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_runs_what_a_student_sent(path):
    name = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not MODULES & {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in MODULES
            assert node.module != RUNNING or name in RUNS
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in CALLS or (name, called) in OURS, f"line {node.lineno}: {called}"
            assert all(keyword.arg != "allow_pickle" for keyword in node.keywords), f"line {node.lineno}"


def test_the_list_of_exceptions_is_not_longer_than_needed():
    for name, called in OURS:
        assert f"{called}(" in (PACKAGE / name).read_text()
    for name in RUNS:
        assert f"from {RUNNING} import" in (PACKAGE / name).read_text()
