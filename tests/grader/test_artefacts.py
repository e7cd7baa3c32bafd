"""What was trained is handed in as data, found wherever it lies, and judged without any code of the student's."""

import io
import json
import zipfile

import pytest
import torch
from safetensors.torch import load, save

from autograder import suite
from autograder.records import Verdict
from autograder.submissions.intake import find_submissions
from autograder.submissions.located import Located, read_artefacts
from autograder.submissions.unpacking import MAX_ARTEFACT, unpack

HW, EXERCISE, FILE = "hw1_diffusion", "trained_denoiser", "denoiser.safetensors"
WANTED = {FILE, "metrics.json"}


def pack(files):
    """A zip of these names and contents, as bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def unpacked(place):
    """The notebook and the artefacts in the only student's zip."""
    (submission,) = map(Located.read, find_submissions(place, HW, WANTED).submissions)
    contents = unpack(submission.notebook, HW)
    (notebook,) = contents.notebooks
    return notebook.read(1000), contents.artefacts(WANTED, notebook.name)


@pytest.mark.parametrize("folder", ["", "artefacts/", "hw1_diffusion/artefacts/", "artefacts\\"])
def test_artefacts_are_found_in_a_zip_wherever_they_lie(tmp_path, folder):
    files = {"hw1_diffusion.ipynb": b"{}", f"{folder}{FILE}": b"weights", f"{folder}other.bin": b"no"}
    (tmp_path / "ada.zip").write_bytes(pack(files))
    assert unpacked(tmp_path) == (b"{}", {FILE: b"weights"})


def test_artefacts_are_found_in_a_student_folder(tmp_path):
    own = tmp_path / "ada" / HW
    (own / "artefacts").mkdir(parents=True)
    (own / f"{HW}.ipynb").write_bytes(b"{}")
    (own / "artefacts" / FILE).write_bytes(b"weights")
    (own / "artefacts" / "link.safetensors").symlink_to("/etc/passwd")
    (submission,) = map(Located.read, find_submissions(tmp_path, HW, {*WANTED, "link.safetensors"}).submissions)
    assert submission.artefacts == {FILE: b"weights"}


def test_of_two_files_the_one_nearest_the_top_is_taken(tmp_path):
    files = {"a.ipynb": b"{}", f"old/deep/{FILE}": b"old", f"artefacts/{FILE}": b"new"}
    (tmp_path / "ada.zip").write_bytes(pack(files))
    assert unpacked(tmp_path)[1] == {FILE: b"new"}
    for name, content in files.items():
        (tmp_path / "bob" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bob" / name).write_bytes(content)
    assert read_artefacts(tmp_path / "bob", WANTED) == {FILE: b"new"}


def test_a_broken_artefact_does_not_cost_the_notebook(tmp_path):
    content = pack({"a.ipynb": b"{}", f"artefacts/{FILE}": b"weights"})
    (tmp_path / "ada.zip").write_bytes(content.replace(b"weights", b"wEights"))  # the checksum fails
    assert unpacked(tmp_path) == (b"{}", {FILE: b""})


def test_no_more_is_read_than_shows_that_it_is_too_much(tmp_path):
    content = pack({"a.ipynb": b"{}", f"artefacts/{FILE}": b"0" * (MAX_ARTEFACT + 100)})
    (tmp_path / "ada.zip").write_bytes(content)
    assert len(unpacked(tmp_path)[1][FILE]) == MAX_ARTEFACT + 1


def test_another_artefact_is_another_submission(tmp_path):
    for name, weights in (("ada", b"one"), ("bob", b"two"), ("eve", None)):
        files = {"a.ipynb": b"{}"} | ({FILE: weights} if weights else {})
        (tmp_path / f"{name}.zip").write_bytes(pack(files))
    assert len({located.read().digest for located in find_submissions(tmp_path, HW, WANTED).submissions}) == 3


def test_a_right_training_is_measured(evaluate, right):
    seen = evaluate(right)
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert seen.values["problem"] == ""
    assert 0 < seen.values["loss_at_160"] < seen.values["loss_at_5"] < 1


def test_the_evaluation_of_the_same_weights_is_the_same(evaluate, right):
    one, other = evaluate(right).values, evaluate(right).values
    assert torch.equal(one.pop("pictures"), other.pop("pictures"))
    assert one == other


def test_the_pictures_that_students_see_are_one_of_each_class_and_hold_nothing_of_ours(right):
    """They are the same whatever the held-out images are."""
    chosen, own = suite.load(HW), {}
    for source, place in chosen.evaluator(EXERCISE):
        exec(compile(source, place, "exec"), own)
    given = {name: path.read_bytes() for name, path in chosen.given.items()}
    other = changed(given["held_out.safetensors"], lambda table: table["images"].bitwise_not_())
    ours, theirs = (own["evaluate"]({**right, **given, **files}) for files in ({}, {"held_out.safetensors": other}))
    assert ours["loss_at_5"] != theirs["loss_at_5"]
    assert torch.equal(ours["pictures"], theirs["pictures"])
    classifier = own["read_classifier"](given["fashion_mnist_classifier.safetensors"])
    labels = torch.arange(10).repeat(4)
    assert ours["pictures"].shape == (40, 1, 28, 28)
    assert own["class_agreement"](classifier, ours["pictures"].float() / 127.5 - 1, labels) >= 0.6


def test_what_is_missing_or_too_large_is_said(evaluate, right):
    missing = evaluate({})
    assert missing.verdict == Verdict.NOT_WRITTEN
    assert FILE in missing.saw
    large = evaluate({**right, FILE: b"0" * (MAX_ARTEFACT + 1)})
    assert large.verdict == Verdict.UNREADABLE
    assert "8 MB" in large.saw


def changed(content, change):
    """The weights after `change` on their table, as bytes."""
    tensors = load(content)
    change(tensors)
    return save({name: tensor.contiguous() for name, tensor in tensors.items()})


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda content: b"", "cannot be opened"),
        (lambda content: b"PK not weights", "cannot be opened"),
        (lambda content: content[: len(content) // 2], "cannot be opened"),
        (lambda content: changed(content, lambda table: table.pop("stem.weight")), "holds no weights"),
        (lambda content: changed(content, lambda table: table.pop("head.bias")), "not those of the given UNet"),
        (lambda content: changed(content, lambda table: table.update(more=torch.ones(1))), "not those of the given"),
        (lambda content: changed(content, lambda table: table["head.bias"].fill_(float("nan"))), "NaN"),
        (lambda content: save({"stem.weight": torch.ones(5000, 1, 1, 1)}), "width of at most"),
    ],
)
def test_a_file_that_is_no_such_network_is_told_what_it_is(evaluate, right, spoil, word):
    seen = evaluate({**right, FILE: spoil(right[FILE])})
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert word in seen.values["problem"]


@pytest.mark.parametrize(
    "metrics", [b"", b"[]", b"{", b'{"denoiser": 1}', b"[" * 9000, json.dumps({"denoiser": {"steps": "x"}}).encode()]
)
def test_metrics_that_say_nothing_do_no_harm(evaluate, right, metrics):
    seen = evaluate({**right, "metrics.json": metrics})
    assert seen.verdict == Verdict.PASSED, seen.saw
    assert seen.values["told_steps"] == -1
