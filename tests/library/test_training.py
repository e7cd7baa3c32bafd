"""The training library: a run that is killed anywhere and run again ends where it would have ended."""

import math
import os
import pickle
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from homework import colab, training
from homework.training import (
    Batches,
    CheckpointError,
    TrainingError,
    Updater,
    average_of,
    step_rng,
    train,
)
from homework.training import checkpoint as checkpoint_module

STEPS = 7
SETTINGS = {"lr": 0.05}


class Killed(Exception):
    """Stands for the end of the process: nothing of ours catches it."""


planned = {}  # step -> what happens before it; a thing that steps change is no part of a run's identity


def before_step(number):
    planned.pop(number, int)()


@pytest.fixture(autouse=True)
def _nothing_is_left_planned():
    planned.clear()


def start(seed=0):
    """A small training with everything that has a state: dropout, batch norm, average, schedule, global generators."""
    torch.manual_seed(seed)
    x = torch.from_numpy(np.random.default_rng(1).normal(size=(20, 3))).float()
    batches = Batches(x, (x.sum(1) > 0).long(), size=6, seed=3)
    network = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 2))
    average = average_of(network, decay=0.9)
    own = Updater(network.parameters(), lr=0.05, warmup=2, total=STEPS)

    def step(number):
        before_step(number)
        x, labels = batches.at(number)
        noise = torch.randn(x.shape, generator=step_rng(0, number)) + random.random() + np.random.randn()
        loss = nn.functional.cross_entropy(network(x + 0.1 * noise), labels)
        own.update(loss)
        average.update_parameters(network)
        return {"loss": loss, "number": number}

    return step, {"network": network, "average": average, "updater": own}


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def kill():
    raise Killed


def assert_same_state(parts, others):
    for name, part in parts.items():
        torch.testing.assert_close(part.state_dict(), others[name].state_dict(), rtol=0, atol=0)


def quiet(history):
    """A show that shows nothing."""


@pytest.fixture(scope="module")
def uninterrupted():
    """Parts and losses of the same steps in a plain loop, without the library's train."""
    step, parts = start()
    seed_everything(5)
    return parts, [step(number)["loss"].item() for number in range(STEPS)]


def begin_run(folder, at=None, **options):
    """The run's first session; killed before step `at`."""
    step, parts = start()
    planned[at] = kill
    seed_everything(5)
    return train(step, parts, STEPS, folder, settings=SETTINGS, show=quiet, **options), parts


def assert_goes_on_exactly(folder, uninterrupted, **options):
    """Run the cell again, with other initial weights and generators that stand elsewhere."""
    planned.clear()
    step, parts = start(seed=99)
    seed_everything(1234)
    history = train(step, parts, STEPS, folder, settings=SETTINGS, show=quiet, **options)
    assert_same_state(parts, uninterrupted[0])
    assert history["loss"] == uninterrupted[1]
    assert history["number"] == list(range(STEPS))


@pytest.mark.parametrize("save_every_seconds", [0, 3600])
@pytest.mark.parametrize("at", range(STEPS))
def test_a_run_killed_at_any_step_ends_like_an_uninterrupted_one(tmp_path, uninterrupted, at, save_every_seconds):
    with pytest.raises(Killed):
        begin_run(tmp_path, at, save_every_seconds=save_every_seconds)
    assert_goes_on_exactly(tmp_path, uninterrupted)


def test_a_run_can_be_killed_many_times(tmp_path, uninterrupted):
    for at in range(STEPS):
        with pytest.raises(Killed):
            begin_run(tmp_path, at, save_every_seconds=0)
    assert_goes_on_exactly(tmp_path, uninterrupted)


def test_saving_does_not_change_the_training(tmp_path, uninterrupted):
    history, parts = begin_run(tmp_path, save_every_seconds=0)
    assert_same_state(parts, uninterrupted[0])
    assert history["loss"] == uninterrupted[1]


KILLED_WHILE_SAVING = """
import io, os, signal, sys
from pathlib import Path
import torch
import test_training
save, count = torch.save, 0

def half_a_save(state, file):
    global count
    count += 1
    if count < 4:
        return save(state, file)
    whole = io.BytesIO()
    save(state, whole)
    file.write(whole.getvalue()[: len(whole.getvalue()) // 2])
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

torch.save = half_a_save
test_training.begin_run(Path(sys.argv[1]), save_every_seconds=0)
"""


def test_a_kill_in_the_middle_of_saving_leaves_the_file_of_before(tmp_path, uninterrupted):
    paths = f"{Path(__file__).parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_SAVING, tmp_path],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    assert_goes_on_exactly(tmp_path, uninterrupted)


def test_an_interrupt_finishes_the_step_saves_and_says_how_to_go_on(tmp_path, uninterrupted, capsys):
    step, parts = start()
    planned[3] = lambda: signal.raise_signal(signal.SIGINT)
    seed_everything(5)
    handler = signal.getsignal(signal.SIGINT)
    history = train(step, parts, STEPS, tmp_path, settings=SETTINGS, show=quiet)
    assert signal.getsignal(signal.SIGINT) is handler
    assert history["loss"] == uninterrupted[1][:4]
    assert "Stopped after 4 of 7 steps and saved; run this cell again to go on." in capsys.readouterr().out
    assert_goes_on_exactly(tmp_path, uninterrupted)
    assert "Going on after step 4 of 7" in capsys.readouterr().out


def test_a_second_interrupt_acts_at_once_and_the_run_stays_exact(tmp_path, uninterrupted):
    def interrupt_twice():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    step, parts = start()
    planned[3] = interrupt_twice
    seed_everything(5)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        train(step, parts, STEPS, tmp_path, settings=SETTINGS, show=quiet)
    assert signal.getsignal(signal.SIGINT) is handler
    assert_goes_on_exactly(tmp_path, uninterrupted)


def test_a_finished_run_is_loaded_and_does_nothing(tmp_path, uninterrupted, capsys):
    begin_run(tmp_path)
    step, parts = start(seed=99)
    planned[0] = kill
    shown = []
    history = train(step, parts, STEPS, tmp_path, settings=SETTINGS, show=shown.append)
    assert_same_state(parts, uninterrupted[0])
    assert history["loss"] == uninterrupted[1]
    assert shown == [history]
    assert f"This run is finished: 7 steps, loaded from {tmp_path}." in capsys.readouterr().out


def killer_step(number):
    raise Killed


def loss_one(x):
    return x.mean()


def loss_two():
    def loss_one(x):
        return x.sum()  # another code under the same name

    return loss_one


@pytest.mark.parametrize(
    ("before", "now", "named"),
    [
        ({"lr": 0.1}, {"lr": 0.2}, "lr = 0.1 (now 0.2)"),
        ({"lr": 0.1}, {"lr": 0.1, "width": 8}, "width = absent (now 8)"),
        ({"lr": 0.1, "width": 8}, {"lr": 0.1}, "width = 8 (now absent)"),
        ({"loss": loss_one}, {"loss": loss_two()}, "another loss"),
    ],
)
def test_a_run_with_other_settings_is_not_continued(tmp_path, before, now, named):
    step, parts = start()
    train(step, parts, 1, tmp_path, settings=before, show=quiet)
    weights = {name: value.clone() for name, value in parts["network"].state_dict().items()}
    with pytest.raises(CheckpointError) as caught:
        train(step, parts, 1, tmp_path, settings=now, show=quiet)
    assert f"was made with {named}; change it back" in str(caught.value)
    torch.testing.assert_close(parts["network"].state_dict(), weights, rtol=0, atol=0)
    history = train(step, parts, 1, tmp_path, settings=now, show=quiet, restart=True)
    assert len(history["loss"]) == 1


def test_another_number_of_steps_is_another_run(tmp_path):
    begin_run(tmp_path)
    step, parts = start()
    with pytest.raises(CheckpointError, match=r"steps = 7 \(now 9\)"):
        train(step, parts, 9, tmp_path, settings=SETTINGS, show=quiet)


def break_file(path):
    path.write_bytes(path.read_bytes()[:-1000])


def empty_file(path):
    path.write_bytes(b"")


def foreign_file(path):
    torch.save({"model": {"weight": torch.zeros(2)}}, path)


class Trap:
    def __reduce__(self):
        return (os.mkdir, (os.environ["TRAP"],))


def trapped_file(path):
    path.write_bytes(pickle.dumps({"format": Trap()}))


@pytest.mark.parametrize("damage", [break_file, empty_file, foreign_file, trapped_file])
def test_a_broken_or_foreign_file_is_one_sentence_and_begins_again_only_if_told(
    tmp_path, monkeypatch, uninterrupted, damage
):
    monkeypatch.setenv("TRAP", str(tmp_path / "trapped"))
    begin_run(tmp_path)
    damage(tmp_path / "checkpoint.pt")
    damaged = (tmp_path / "checkpoint.pt").read_bytes()
    with pytest.raises(CheckpointError, match="delete it, or pass restart=True") as caught:
        begin_run(tmp_path)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "checkpoint.pt").read_bytes() == damaged
    assert not (tmp_path / "trapped").exists()
    history, _ = begin_run(tmp_path, restart=True)
    assert history["loss"] == uninterrupted[1]


def test_parts_that_do_not_fit_are_one_sentence(tmp_path):
    begin_run(tmp_path)
    step, parts = start()
    with pytest.raises(CheckpointError, match="holds network, average, updater instead of network, updater"):
        train(step, {name: parts[name] for name in ("network", "updater")}, STEPS, tmp_path, settings=SETTINGS)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    del state["parts"]["updater"]["scheduler"]
    torch.save(state, tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointError, match="holds a state of updater that does not fit yours"):
        train(step, parts, STEPS, tmp_path, settings=SETTINGS)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_metric_that_is_not_finite_stops_the_run_and_is_never_saved(tmp_path, bad):
    step, parts = start()
    with pytest.raises(TrainingError, match=f"loss became {bad} at step 2") as caught:
        train(
            lambda number: {**step(number), "loss": torch.tensor(bad if number >= 2 else 1.0)},
            parts,
            STEPS,
            tmp_path,
            settings=SETTINGS,
            show=quiet,
            save_every_seconds=0,
        )
    assert caught.value._render_traceback_() == [f"\x1b[31m✗ {caught.value}\x1b[0m"]
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2


def test_a_folder_that_cannot_be_written_is_known_before_the_first_step(tmp_path):
    (tmp_path / "file").touch()
    _, parts = start()
    with pytest.raises(CheckpointError, match="Could not save to"):
        train(killer_step, parts, STEPS, tmp_path / "file" / "run", settings=SETTINGS)


def test_a_disk_that_fills_up_later_does_not_end_the_run(tmp_path, monkeypatch, uninterrupted, capsys):
    def full(state, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    step, parts = start()
    planned[2] = lambda: monkeypatch.setattr(checkpoint_module.torch, "save", full)
    seed_everything(5)
    history = train(step, parts, STEPS, tmp_path, settings=SETTINGS, show=quiet, save_every_seconds=0)
    monkeypatch.undo()
    assert history["loss"] == uninterrupted[1]
    assert "No space left on device); make room there. The training goes on." in capsys.readouterr().out
    assert_goes_on_exactly(tmp_path, uninterrupted)


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch, uninterrupted):
    monkeypatch.chdir(tmp_path)
    history, _ = begin_run(None)
    assert history["loss"] == uninterrupted[1]
    assert list(tmp_path.iterdir()) == []


def test_the_time_is_estimated_once_after_twenty_steps(capsys):
    _, parts = start()
    train(lambda number: {"loss": 1.0}, parts, 60, None, settings={}, show=quiet)
    assert capsys.readouterr().out.count("about 1 s on cpu") == 1


def test_a_long_training_is_estimated_before_its_second_step(capsys):
    step, parts = start()
    planned[1] = lambda: signal.raise_signal(signal.SIGINT)
    train(step, parts, 10**8, None, settings={}, show=quiet)
    assert re.search(r"about \d+\.\d h on this processor, 0\.0 GB: computed from one step", capsys.readouterr().out)


def test_counting_the_first_step_changes_no_bit_of_a_training():
    plain, expected = start()
    seed_everything(5)
    for number in range(120):
        plain(number)
    step, parts = start()
    seed_everything(5)
    train(step, parts, 120, None, settings={}, show=quiet)
    assert_same_state(parts, expected)


def test_runs_are_kept_in_drive_if_it_is_mounted(tmp_path, monkeypatch):
    monkeypatch.delenv("HOMEWORK_RUNS", raising=False)
    monkeypatch.setattr(colab, "DRIVE", tmp_path)
    assert training.run_folder("first") == Path("runs/first")
    (tmp_path / "MyDrive").mkdir()
    assert training.run_folder("first") == tmp_path / "MyDrive" / "lecture19-homework" / "first"
    monkeypatch.setenv("HOMEWORK_RUNS", str(tmp_path / "chosen"))
    assert training.run_folder("first") == tmp_path / "chosen" / "first"
