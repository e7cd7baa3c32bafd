"""The same trained file, and imports that were not given, are shown to the staff; nobody's points depend on it."""

import json

from autograder.authoring.sample_class import answered
from autograder.grading import class_run
from autograder.report.imports import MANY, foreign_imports
from autograder.report.near_copies import MOST
from autograder.report.same_files import find_same_files

HW = "hw4_contrastive"
WITH_A_LIBRARY = """def momentum_update(encoder_q, encoder_k, m):
    from sklearn.linear_model import LogisticRegression
    raise ValueError
"""


def statements(*sources):
    return [(source, f"cell {number}") for number, source in enumerate(sources)]


def test_an_import_that_was_given_is_none_of_the_students():
    released = statements("import torch.nn.functional as F", "import numpy as np")
    class_ = {
        "ada": statements("import torch\nimport numpy as np", "from torch.nn import functional"),
        "bob": statements(
            "import scipy.stats, os", "def f():\n    from torchvision import ops\n    import scipy.stats"
        ),
        "eve": statements("try:\n    import scipy.stats\nexcept ImportError:\n    scipy = None", "from . import x"),
    }
    assert foreign_imports(class_, released) == {"os": ("bob",), "torchvision": ("bob",), "scipy.stats": ("bob", "eve")}


def test_no_source_stops_the_search_for_imports():
    deep = "import a\nx = " + "(" * 500 + ")" * 500
    class_ = {"ada": statements("import \0", deep, "import b", "import c\n" + "#" * MOST)}
    assert foreign_imports(class_, []) == {"b": ("ada",)}


def test_one_student_cannot_bury_the_others_imports():
    many = statements("\n".join(f"import a{number}" for number in range(3000)))
    found = foreign_imports({"ada": statements("import sklearn"), "eve": many}, [])
    assert len(found) == MANY + 2
    assert found["sklearn"] == ("ada",)
    assert found[f"{3000 - MANY} more"] == ("eve",)


def test_a_file_of_two_is_shown_and_one_of_another_name_or_content_is_not():
    handed_in = {"ada": {"x": "1", "y": "2"}, "bob": {"x": "1", "y": "3"}, "eve": {"y": "1"}, "old": {}}
    assert find_same_files(handed_in) == [("x", ("ada", "bob"))]


def test_both_are_on_the_pages_of_a_graded_class(root, tmp_path):
    solution = json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())
    borrowed = answered(solution, {"momentum_update": WITH_A_LIBRARY})
    for name, notebook, weights in (("ada", solution, b"same"), ("bob", borrowed, b"same"), ("eve", solution, b"own")):
        folder = tmp_path / "submitted" / name
        folder.mkdir(parents=True)
        (folder / f"{HW}.ipynb").write_text(json.dumps(notebook))
        (folder / "encoder.safetensors").write_bytes(weights)
    options = class_run.Options(workers=1)
    class_run.grade_class(tmp_path / "submitted", HW, tmp_path / "results", options, lambda line: None)
    similar = (
        (tmp_path / "results" / HW / "similar.html").read_text().partition("The same files")[2].partition("</table>")[0]
    )
    assert "encoder.safetensors" in similar
    assert ("ada" in similar, "bob" in similar, "eve" in similar) == (True, True, False)
    report = (tmp_path / "results" / HW / "report.html").read_text()
    assert "1 trained file was handed in by more than one student" in report
    imports = report.partition("Imports that were not given</h2>")[2].partition("</table>")[0]
    assert "sklearn.linear_model" in imports
    assert "1 student" in imports
    assert "torch" not in imports
