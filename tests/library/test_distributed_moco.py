"""MoCo in two processes ends where one process with the whole batch ends, with the solution's own moco_step."""

import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from homework.datasets import load_digits
from homework.distributed import SharedQueue, ShuffledEncoder, own_part
from homework.moco_distributed import read_functions
from homework.networks import ConvEncoder

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "hw4_contrastive" / "hw4_contrastive.ipynb"
BATCH, STEPS, QUEUE, DIM = 6, 4, 10, 3  # the queue is no multiple of the batch, and wraps


def make_encoder() -> nn.Module:
    """Without batch norm, so that an image's features depend on that image alone."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, DIM))


def draw_views(step: int) -> Tensor:
    """Two views (2, BATCH, 5) of a batch."""
    return torch.randn(2, BATCH, 5, generator=torch.Generator().manual_seed(step))


def run_in_one_process() -> dict[str, Tensor]:
    functions = read_functions(SOLUTION)
    network = make_encoder()
    return train(functions, network, deepcopy(network), functions.MoCoQueue(DIM, QUEUE), lambda views: views)


def run_as_one_of_several() -> dict[str, Tensor]:
    functions = read_functions(SOLUTION)
    network = make_encoder()
    key_network, queue = ShuffledEncoder(deepcopy(network)), SharedQueue(functions.MoCoQueue(DIM, QUEUE))
    return train(functions, DistributedDataParallel(network), key_network, queue, own_part)


def train(functions, network, key_network, queue, part) -> dict[str, Tensor]:
    """Weights of both encoders and keys of the queue after a few steps."""
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)
    queue.enqueue(key_network(part(draw_views(100)[1])))
    for step in range(STEPS):
        views = map(part, draw_views(step))
        functions.moco_step(network, key_network, queue, optimizer, *views, 0.9, 0.2)
    states = {"q": network.state_dict(), "k": key_network.state_dict()}
    weights = {
        f"{which}.{name.removeprefix('module.')}": w for which, state in states.items() for name, w in state.items()
    }
    return {**weights, "queue": queue.keys()}


def run_shuffled_batch_norm() -> dict[str, Tensor]:
    """Keys of own rows behind a layer that normalises by the batch, and one that does not."""
    rows = own_part(torch.arange(8.0)[:, None] ** 2)  # (4, 1); unequal, so that statistics name their rows
    torch.manual_seed(dist.get_rank())  # an order that each process drew for itself would differ
    same = ShuffledEncoder(nn.Identity())(rows)
    normalised = ShuffledEncoder(nn.BatchNorm1d(1, affine=False))(rows)
    return {"rows": rows, "same": same, "normalised": normalised}


def work(folder: str) -> None:
    """What a process of `start` does; its results are in files of its own."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    for name, run in (("moco", run_as_one_of_several), ("batch_norm", run_shuffled_batch_norm)):
        found = {key: tensor.detach().clone().contiguous() for key, tensor in run().items()}
        save_file(found, f"{folder}/{name}{dist.get_rank()}")
    dist.destroy_process_group()


def start(command: list[str], processes: int = 2) -> str:
    """Run a command in so many processes on a free port; its output."""
    paths = [str(ROOT), str(ROOT / "assignments"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "OMP_NUM_THREADS": "1"}
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    done = subprocess.run([*torchrun, *command], capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """Definitions of a notebook are run in a module that takes the place of __main__; it is put back."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, list[dict[str, Tensor]]]:
    """The results of both processes, by name."""
    folder = tmp_path_factory.mktemp("processes")
    start([str(Path(__file__).resolve()), str(folder)])
    return {name: [load_file(folder / f"{name}{rank}") for rank in range(2)] for name in ("moco", "batch_norm")}


def test_two_processes_end_with_the_weights_and_the_queue_of_one(found):
    alone = run_in_one_process()
    for of_process in found["moco"]:
        assert of_process.keys() == alone.keys()
        for name, expected in alone.items():
            torch.testing.assert_close(of_process[name], expected, rtol=1e-5, atol=1e-6)


def test_shuffled_keys_come_back_in_order_and_normalised_with_rows_of_both_processes(found):
    parts = found["batch_norm"]
    everything = torch.cat([part["normalised"] for part in parts])
    for part in parts:
        assert torch.equal(part["same"], part["rows"])
        alone = nn.BatchNorm1d(1, affine=False)(part["rows"])
        assert not torch.allclose(part["normalised"], alone, atol=1e-2)  # its own rows' statistics were not used
    assert everything.sum().abs() < 1e-4  # two batches of mean 0, wherever their rows came from


def test_the_script_trains_with_the_functions_of_a_notebook(tmp_path):
    try:
        load_digits()
    except Exception as error:
        pytest.skip(str(error))
    out = tmp_path / "encoder.safetensors"
    options = ["--data", "digits", "--steps", "2", "--batch", "32", "--queue", "64", "--out", str(out)]
    output = start(["-m", "homework.moco_distributed", str(SOLUTION), *options])
    assert "step 2 of 2: loss" in output
    ConvEncoder(1, 16).load_state_dict(load_file(out))


def test_a_notebook_without_its_functions_is_named(tmp_path, notebook):
    path = tmp_path / "empty.ipynb"
    path.write_bytes(notebook("def info_nce(a): return a"))
    with pytest.raises(SystemExit, match="moco_step is nowhere in the notebook"):
        read_functions(path)


if __name__ == "__main__":
    work(*sys.argv[1:])
