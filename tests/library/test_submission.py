"""From the notebook to the zip: what is packed, what the fresh process says of it, and what stops a student in time."""

import ast
import errno
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import types
import zipfile
from dataclasses import replace

import pytest
import torch

from homework import colab
from homework.submission import NotHandedIn, artefacts, finding, fresh, hand_in, handing_in, save_artefact
from homework.submission.expected import Expected, expected_of

HW = "hw4_contrastive"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder, as a notebook has one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return tmp_path


@pytest.fixture
def unchecked(monkeypatch):
    """No fresh process: for tests of everything around it."""
    monkeypatch.setattr(handing_in, "check_in_fresh_process", lambda path: [])


@pytest.fixture(scope="session")
def edited(root):
    """edited("solutions", {grade_id: source or None for deleted}, extra cell, …) -> bytes of such a notebook."""

    def edit(folder: str, sources: dict[str, str | None] | None = None, *extra: str) -> bytes:
        notebook = json.loads((root / folder / HW / f"{HW}.ipynb").read_bytes())
        sources = sources or {}
        for cell in notebook["cells"]:
            cell["source"] = sources.get(grade_id(cell), "".join(cell["source"]))
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["source"] is not None]
        notebook["cells"] += [{"cell_type": "code", "source": source, "metadata": {}} for source in extra]
        return json.dumps(notebook).encode()

    return edit


def grade_id(cell: dict) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def hand_in_text(content: bytes, capsys) -> str:
    """What a student reads after handing in this notebook from the current folder."""
    with open(f"{HW}.ipynb", "wb") as file:
        file.write(content)
    hand_in(HW)
    return capsys.readouterr().out


def row(report: str, name: str) -> str:
    return next(line.strip() for line in report.splitlines() if line.strip()[2:].startswith(name))


def test_a_finished_notebook_is_green_and_every_file_is_vouched_for(here, edited, capsys):
    content = edited("solutions", {}, "print('noise')\ndef own(x):\n    print('more noise')")
    report = hand_in_text(content, capsys)
    assert "14 of 14 exercises pass" in report
    assert "Still to do" not in report
    assert "\nThe grader reads Python 3.11 and has " in report
    assert "noise" not in report
    packed = (here / f"{HW}.zip").read_bytes()
    assert hashlib.sha256(packed).hexdigest() in report
    with zipfile.ZipFile(here / f"{HW}.zip") as archive:
        assert sorted(archive.namelist()) == [f"{HW}.ipynb", "manifest.json"]
        assert archive.read(f"{HW}.ipynb") == content
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["homework"] == HW
    assert manifest["files"] == {f"{HW}.ipynb": hashlib.sha256(content).hexdigest()}


@pytest.fixture(autouse=True)
def nothing_trained(monkeypatch):
    """The homework of these tests asks for no artefact, but where they say so."""
    asked = replace(expected_of(HW), artefacts=())
    monkeypatch.setattr(handing_in, "expected_of", lambda homework: asked)


def test_what_the_grader_lacks_is_still_to_do(here, edited, capsys):
    answer = "import einops, wandb\n\ndef cosine_similarity_matrix(a, b):\n    return wandb.log(einops.reduce(a))"
    report = hand_in_text(edited("solutions", {"cosine_similarity_matrix": answer}), capsys)
    assert re.search(r"Still to do:\n  - cell \d+ imports wandb, which the grader does not have; write", report)
    assert "imports einops" not in report


ANSWERS = {
    "cosine_similarity_matrix": "def cosine_similarity_matrix(a, b):\n    return LIMIT",
    "info_nce": "def info_nce(query, positive, negatives, temperature:\n    return 0",
    "mutual_information_bound": "def mutual_information_bound(loss, num_candidates):\n    raise SystemExit('bye')",
    "momentum_update": "def momentum_update(encoder_q, encoder_k, m):\n    raise NotImplementedError",
    "moco_loss": "# gone",
    "moco_step": "def moco_step(*arguments):\n    import os\n    os._exit(0)",
}
LATE = "LIMIT = (1, 2)[5]\nUNUSED = (1, 2)[6]"


@pytest.fixture(scope="module")
def mixed(edited, tmp_path_factory):
    """The fresh process's outcomes for a notebook in which each exercise has its own trouble."""
    from homework.submission.packing import pack

    path = tmp_path_factory.mktemp("mixed") / "mixed.zip"
    pack(HW, {f"{HW}.ipynb": edited("solutions", ANSWERS, LATE)}, path)
    return {outcome.name: outcome for outcome in fresh.check_in_fresh_process(path)}


@pytest.mark.parametrize(
    ("name", "kind", "saw"),
    [
        ("cosine_similarity_matrix", "wrong", "line 1 should make it and failed: IndexError: tuple index out of range"),
        ("info_nce", "wrong", "has a syntax error, line 1"),
        ("mutual_information_bound", "wrong", "SystemExit: bye"),
        ("momentum_update", "unwritten", "not written yet"),
        ("moco_loss", "unwritten", "nowhere in the notebook"),
        ("moco_step", "unfinished", "ended the process"),
    ],
)
def test_each_exercise_has_its_own_outcome(mixed, name, kind, saw):
    assert mixed[name].kind == kind
    assert saw in mixed[name].saw


def test_a_constant_that_fails_costs_only_itself_and_is_told(mixed):
    notes = [outcome for outcome in mixed.values() if outcome.kind == "note"]
    assert [note.saw for note in notes] == ["IndexError: tuple index out of range"]
    assert notes[0].name.startswith("cell ")


def test_an_endless_loop_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    package = tmp_path / "homework" / "submission"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        'print(\'["first", "right", ""]\', f\'["second", "running", "{child.pid}"]\', sep=\'\\n\', flush=True)\n'
        "open(sys.argv[1], 'w').write(str(child.pid))\n"
        "while True: pass\n"
    )
    monkeypatch.setattr(fresh, "LIBRARY", package.parent)
    started = time.monotonic()
    first, second = fresh.check_in_fresh_process(tmp_path / "pid", seconds=2)
    assert time.monotonic() - started < 20
    assert (first.kind, second.kind) == ("right", "unfinished")
    assert "still running when 2 seconds were over" in second.saw
    child, patience = int((tmp_path / "pid").read_text()), time.monotonic() + 10
    while is_alive(child):  # it was killed, and needs a moment to be gone
        assert time.monotonic() < patience


def is_alive(pid: int) -> bool:
    """The process is there and no zombie, which nobody may have waited for yet."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(shown) and not shown.startswith("Z")


def test_what_is_still_to_do_is_listed(here, unchecked, edited, capsys):
    sources = {"info_nce": None, "check_moco_loss": None, "written_queue": None}
    report = hand_in_text(edited("assignments", sources), capsys)
    assert "question 1.4 still says “YOUR ANSWER HERE”" in report
    assert "question 2.5: its cell was deleted" in report
    assert "the cell of info_nce was deleted" in report
    assert "the cell that checks moco_loss was deleted" in report
    assert "moco_step was deleted" not in report


def test_a_notebook_without_any_marks_has_no_deleted_cells(here, unchecked, edited, capsys):
    notebook = json.loads(edited("assignments"))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    report = hand_in_text(json.dumps(notebook).encode(), capsys)
    assert "deleted" not in report
    assert report.count("YOUR ANSWER HERE") == len(expected_of(HW).written)


def test_the_same_notebook_gives_the_same_zip(here, unchecked, edited, capsys):
    hand_in_text(edited("assignments"), capsys)
    before = (here / f"{HW}.zip").read_bytes()
    hand_in_text(edited("assignments"), capsys)
    assert (here / f"{HW}.zip").read_bytes() == before


def test_a_damaged_zip_is_not_called_checked(here, unchecked, edited, capsys):
    hand_in_text(edited("solutions"), capsys)
    path = here / f"{HW}.zip"
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read("manifest.json")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr(f"{HW}.ipynb", edited("assignments"))
    outcomes = fresh.check_in_fresh_process(path)
    assert [outcome.kind for outcome in outcomes] == ["note"]
    assert "damaged" in outcomes[0].saw


# Which notebook is it?


def test_the_running_notebook_is_found_by_jupyters_and_vs_codes_word(here, edited, unchecked, monkeypatch, capsys):
    (here / f"{HW}.ipynb").write_bytes(edited("assignments"))
    for number, (name, announce) in enumerate(
        [
            ("mine (1).ipynb", lambda path: monkeypatch.setenv("JPY_SESSION_NAME", str(path))),
            (
                "other.ipynb",
                lambda path: monkeypatch.setitem(vars(sys.modules["__main__"]), "__vsc_ipynb_file__", path),
            ),
        ]
    ):
        content = edited("assignments", {}, f"number = {number}")
        (here / name).write_bytes(content)
        announce(str(here / name))
        with zipfile.ZipFile(hand_in(HW)) as archive:
            assert archive.read(f"{HW}.ipynb") == content
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


@pytest.mark.parametrize(
    ("homework", "content", "sentence"),
    [
        (HW, None, r"There is no notebook hw4_contrastive.ipynb .*say where yours is"),
        (HW, b"", "the file is empty"),
        (HW, b"My dog ate it", "not valid JSON"),
        (HW, b'{"cells": []}', "none of the homework's exercises"),
        ("hw9", b"", "There is no homework 'hw9'; the homeworks are .*hw4_contrastive"),
    ],
)
def test_a_refusal_is_one_sentence_and_packs_nothing(here, homework, content, sentence):
    if content is not None:
        (here / f"{HW}.ipynb").write_bytes(content)
    with pytest.raises(NotHandedIn, match=sentence) as caught:
        hand_in(homework)
    assert "\n" not in str(caught.value)
    assert caught.value._render_traceback_() == [f"\x1b[31m✗ {caught.value}\x1b[0m"]
    assert not list(here.glob("*.zip"))


@pytest.mark.parametrize(
    ("runs", "is_refused"),
    [
        ([], False),
        (["def info_nce(a):\n    return 1  \n"], False),
        (["def info_nce(a):\n    return 2", "def info_nce(a):\n    return 1"], False),
        (["def info_nce(a):\n    return 1", "def info_nce(a):\n    return 2"], True),
        (["info_nce(1)", "def info_nce_again(): pass"], False),
        (["%%time\ndef moco_step():\n    return 1"], True),
    ],
)
def test_what_was_run_and_not_saved_is_refused(here, unchecked, edited, monkeypatch, runs, is_refused):
    (here / f"{HW}.ipynb").write_bytes(edited("assignments", {"info_nce": "def info_nce(a):\n    return 1"}))
    monkeypatch.setattr(finding, "_inputs", lambda: runs)
    if is_refused:
        with pytest.raises(NotHandedIn, match="is not the one that you ran last"):
            hand_in(HW)
    else:
        hand_in(HW)


def test_a_zip_that_cannot_be_written_leaves_the_old_one(here, unchecked, edited, monkeypatch, capsys):
    hand_in_text(edited("assignments"), capsys)
    before = (here / f"{HW}.zip").read_bytes()

    def fail(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(NotHandedIn, match="No space left on device"):
        hand_in_text(edited("solutions"), capsys)
    assert (here / f"{HW}.zip").read_bytes() == before


# Trained artefacts


@pytest.fixture
def trained(monkeypatch):
    """The homework asks for an artefact too."""
    monkeypatch.setattr(handing_in, "expected_of", lambda homework: Expected(artefacts=("encoder",)))


def test_what_was_trained_is_packed(here, unchecked, trained, edited, capsys):
    network = torch.nn.BatchNorm1d(3)
    path = save_artefact(here, "encoder", network.state_dict(), {"loss": torch.tensor(0.5), "run": "quick"})
    report = hand_in_text(edited("solutions"), capsys)
    assert "artefacts/" not in report
    with zipfile.ZipFile(here / f"{HW}.zip") as archive:
        assert archive.read("artefacts/encoder.safetensors") == path.read_bytes()
        assert json.loads(archive.read("artefacts/metrics.json")) == {"encoder": {"loss": 0.5, "run": "quick"}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "artefacts/encoder.safetensors is missing"),
        (b"\0" * (8 * 2**20 + 1), "has 8.0 MB and may have 8"),
        (b"half of it", "artefacts/encoder.safetensors cannot be opened"),
    ],
)
def test_an_artefact_that_is_no_good_is_left_out_and_named(here, unchecked, trained, edited, capsys, content, sentence):
    save_artefact(here, "encoder", {"weight": torch.zeros(2)}, {"loss": 1.0})
    path = here / "artefacts" / "encoder.safetensors"
    path.unlink() if content is None else path.write_bytes(content)
    assert sentence in hand_in_text(edited("solutions"), capsys)
    with zipfile.ZipFile(here / f"{HW}.zip") as archive:
        assert "artefacts/encoder.safetensors" not in archive.namelist()
        assert "artefacts/metrics.json" in archive.namelist()


def test_tensors_come_back_as_they_were(tmp_path):
    from safetensors.torch import load_file

    shared = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))
    tensors = {"a": shared, "a_again": shared, "transposed": shared.T, "steps": torch.tensor(7), "half": shared.half()}
    found = load_file(save_artefact(tmp_path, "network", tensors, {}))
    assert set(found) == set(tensors)
    for name in ("a", "a_again", "transposed", "steps"):
        assert found[name].dtype == tensors[name].dtype
        assert torch.equal(found[name], tensors[name])
    assert found["half"].dtype == torch.float32
    assert torch.equal(found["half"], tensors["half"].float())


@pytest.mark.parametrize(
    ("numbers", "dtype", "fits"),
    [(2_000_000, torch.float32, True), (3_000_000, torch.float16, True), (5_000_000, torch.float16, False)],
)
def test_large_networks_are_kept_in_half_precision(tmp_path, capsys, numbers, dtype, fits):
    from safetensors.torch import load_file

    path = save_artefact(tmp_path, "network", {"weight": torch.ones(numbers)}, {})
    assert load_file(path)["weight"].dtype == dtype
    assert (path.stat().st_size <= 8 * 2**20) == fits
    assert ("cannot be handed in" in capsys.readouterr().out) != fits


def test_metrics_are_kept_by_name_and_are_valid_json(tmp_path):
    metrics = {"loss": float("nan"), "per_class": torch.tensor([0.5, 1.0]), "best": {"step": 3}, "is_full": True}
    save_artefact(tmp_path, "first", {"w": torch.zeros(1)}, metrics)
    save_artefact(tmp_path, "second", {"w": torch.zeros(1)}, {"loss": 2})
    text = (tmp_path / "artefacts" / "metrics.json").read_text()
    assert json.loads(text, parse_constant=pytest.fail) == {
        "first": {"loss": None, "per_class": [0.5, 1.0], "best": {"step": 3}, "is_full": True},
        "second": {"loss": 2},
    }


def test_a_disconnect_while_saving_leaves_the_old_artefact(tmp_path, monkeypatch):
    path = save_artefact(tmp_path, "network", {"w": torch.zeros(3)}, {})
    before = path.read_bytes()

    def stop_half_way(tensors, partial):
        partial.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("safetensors.torch.save_file", stop_half_way)
    with pytest.raises(KeyboardInterrupt):
        save_artefact(tmp_path, "network", {"w": torch.ones(3)}, {})
    assert path.read_bytes() == before
    assert artefacts.describe_problem(path) == ""


# Colab


@pytest.fixture
def google(monkeypatch, here):
    """A fake of Colab: google.colab with what the browser answers, and no Drive yet."""
    fake = types.ModuleType("google.colab")
    for name in ("files", "drive", "_message"):
        setattr(fake, name, types.ModuleType(f"google.colab.{name}"))
    fake.downloads, fake.answer = [], None
    fake.files.download = fake.downloads.append
    fake.drive.mount = lambda place: (here / "drive" / "MyDrive").mkdir(parents=True)
    fake._message.blocking_request = lambda name, request, timeout_sec: fake.answer if name == "get_ipynb" else None
    for name in ("google", "google.colab"):
        monkeypatch.setitem(sys.modules, name, fake)
    monkeypatch.setattr(colab, "DRIVE", here / "drive")
    return fake


def test_on_colab_the_notebook_comes_from_the_browser_and_the_zip_goes_back(google, unchecked, edited, here, capsys):
    google.answer = {"ipynb": json.loads(edited("solutions"))}
    path = hand_in(HW)
    assert google.downloads == [str(path)]
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read(f"{HW}.ipynb")) == google.answer["ipynb"]


def test_on_colab_without_an_answer_nothing_is_packed(google, here):
    with pytest.raises(NotHandedIn, match="Colab did not give the notebook"):
        hand_in(HW)


def test_a_refused_download_says_where_the_zip_is(google, unchecked, edited, capsys):
    def refuse(path):
        raise RuntimeError("blocked by the browser")

    google.files.download, google.answer = refuse, {"ipynb": json.loads(edited("solutions"))}
    path = hand_in(HW)
    assert f"take {path} from the folder symbol" in capsys.readouterr().out


def test_drive_is_opened_only_if_wanted(google, here, capsys):
    colab.set_up()
    assert colab.folder(HW) == here
    colab.set_up(use_drive=True)
    assert colab.folder(HW) == here / "drive" / "MyDrive" / "lecture19-homework" / HW
    assert colab.folder(HW).is_dir()


def test_without_drive_the_notebook_goes_on_with_a_sentence(google, here, capsys):
    def refuse(place):
        raise ValueError("mount failed")

    google.drive.mount = refuse
    colab.set_up(use_drive=True)
    assert "Google Drive was not opened (mount failed)" in capsys.readouterr().out
    assert colab.folder(HW) == here


def test_a_drive_that_was_lost_is_told_in_a_sentence(google, unchecked, edited, here, monkeypatch):
    google.answer = {"ipynb": json.loads(edited("solutions"))}
    colab.set_up(use_drive=True)

    def fail(*arguments, **options):
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    monkeypatch.setattr(type(here), "mkdir", fail)
    with pytest.raises(NotHandedIn, match=r"Transport endpoint is not connected.*run the set-up cell"):
        hand_in(HW)


def test_a_machine_without_a_gpu_is_told_how_to_get_one(google, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert colab.set_up() == torch.device("cpu")
    assert "Runtime > Change runtime type > T4 GPU" in capsys.readouterr().out


# What stands in one place holds everywhere


def test_the_table_of_what_is_asked_for_is_that_of_the_notebooks(root):
    from autograder import suite
    from autograder.authoring import release

    for name in release.homeworks(root):
        written, section = {}, ""
        notebook = json.loads((root / "assignments" / name / f"{name}.ipynb").read_bytes())
        for cell in notebook["cells"]:
            marks, source = cell["metadata"].get("nbgrader", {}), "".join(cell["source"])
            headings = [line.split()[1] for line in source.splitlines() if line.startswith("### ")]
            section = headings[-1] if headings and cell["cell_type"] == "markdown" else section
            if marks.get("grade") and marks.get("solution"):
                written[marks["grade_id"]] = section
        assert expected_of(name).written == written
        assert set(expected_of(name).files) == suite.load(name).files


def test_the_grader_takes_as_much_as_may_be_handed_in():
    from autograder.submissions import unpacking
    from homework.submission.expected import MAX_ARTEFACT

    assert unpacking.MAX_ARTEFACT == MAX_ARTEFACT


def test_the_reader_that_the_grader_shares_runs_nothing(root):
    from test_trust import CALLS, MODULES

    for path in (root / "assignments" / "homework" / "notebook").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in CALLS
            elif isinstance(node, ast.Import):
                assert not MODULES & {alias.name.split(".")[0] for alias in node.names}
