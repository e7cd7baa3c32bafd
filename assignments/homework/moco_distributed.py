"""Trains MoCo v2 in several processes, with the functions of your notebook.

torchrun --nproc_per_node 2 -m homework.moco_distributed hw4_contrastive/hw4_contrastive.ipynb --steps 500
"""

import argparse
import os
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from homework.augmentation import draw_augmentations
from homework.datasets import load_cifar10, load_digits, load_fashion_mnist
from homework.distributed import SharedQueue, ShuffledEncoder, own_part
from homework.networks import ConvEncoder
from homework.notebook.cells import UnreadableNotebook
from homework.notebook.selection import select
from homework.running import define
from homework.training import Batches, step_rng

LOAD = {"fashion_mnist": load_fashion_mnist, "cifar10": load_cifar10, "digits": load_digits}
NEEDED = (
    "cosine_similarity_matrix", "info_nce", "momentum_update", "MoCoQueue", "moco_loss", "moco_step",
    "ProjectionHead", "crop_and_flip", "simclr_augment",
)  # fmt: skip
Z_DIM, TEMPERATURE, LOOK_EVERY = 32, 0.2, 20
STRENGTHS: dict[str, Any] = {"area": (0.4, 1.0), "jitter": 0.4}  # the notebook's strong views


def read_functions(notebook: Path) -> SimpleNamespace:
    """The definitions of a notebook; SystemExit with a sentence if one that is needed is not there."""
    try:
        selection = select(notebook.read_bytes(), NEEDED)
    except (OSError, UnreadableNotebook) as error:
        raise SystemExit(f"{notebook} cannot be read: {error}.") from None
    names, _ = define(selection.statements)
    problems = [f"{name}: {problem.saw}" for name, problem in selection.problems.items()]
    problems += [f"{name}: its cell fails" for name in NEEDED if name not in names and name not in selection.problems]
    if problems:
        raise SystemExit(f"{notebook} is not ready: {'; '.join(problems)}.")
    return SimpleNamespace(**names)


def join_processes() -> torch.device:
    """This process's device, once it has met the others; SystemExit if nothing has started several."""
    if "RANK" not in os.environ:
        raise SystemExit("Start this with `torchrun --nproc_per_node 2 -m homework.moco_distributed NOTEBOOK`.")
    if not torch.cuda.is_available():
        torch.set_num_threads(1)
        dist.init_process_group("gloo")
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    torch.cuda.set_device(device)
    dist.init_process_group("nccl", device_id=device)
    return device


def make_views(functions: SimpleNamespace, step: int, images: Tensor) -> tuple[Tensor, Tensor]:
    """This process's part of two views (B, C, H, W) of a uint8 batch that all processes know."""
    height, width = images.shape[2:]
    rng = step_rng(0, step, images.device)  # the same draws everywhere: the number of processes changes nothing
    views = []
    for _ in range(2):
        draws = draw_augmentations(len(images), height, width, rng, **STRENGTHS)
        views.append(own_part(2 * functions.simclr_augment(images.float() / 255, draws, height) - 1))
    return views[0], views[1]


def train(functions: SimpleNamespace, images: Tensor, options: argparse.Namespace) -> nn.Module:
    """The encoder after training; images (N, C, H, W) are uint8 and on this process's device."""
    torch.manual_seed(0)
    encoder = ConvEncoder(images.shape[1], options.width)
    network = nn.Sequential(encoder, functions.ProjectionHead(encoder.features, encoder.features, Z_DIM))
    network = network.to(images.device)
    key_network = ShuffledEncoder(deepcopy(network).requires_grad_(False))
    queue = SharedQueue(functions.MoCoQueue(Z_DIM, options.queue).to(images.device))
    shared_network = DistributedDataParallel(network)
    optimizer = torch.optim.AdamW(shared_network.parameters(), lr=options.lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, options.steps)
    batches = Batches(images, size=options.batch)
    queue.enqueue(key_network(make_views(functions, 0, *batches.at(0))[1]))
    for step in range(options.steps):
        views = make_views(functions, step, *batches.at(step))
        loss = functions.moco_step(shared_network, key_network, queue, optimizer, *views, options.m, TEMPERATURE)
        schedule.step()
        report(step, options.steps, torch.as_tensor(loss, device=images.device))
    return encoder


def report(step: int, steps: int, loss: Tensor) -> None:
    """Now and then a line with the mean loss of all processes."""
    if step % LOOK_EVERY and step + 1 < steps:
        return
    dist.all_reduce(loss)
    if dist.get_rank() == 0:
        print(f"step {step + 1} of {steps}: loss {loss.item() / dist.get_world_size():.3f}", flush=True)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="homework.moco_distributed", description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--data", choices=LOAD, default="fashion_mnist")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=256, help="images a step, of all processes together")
    parser.add_argument("--queue", type=int, default=1024)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--m", type=float, default=0.99)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--out", type=Path, default=Path("encoder_distributed.safetensors"))
    return parser.parse_args()


def main() -> None:
    options = read_options()
    functions = read_functions(options.notebook)
    device = join_processes()
    if options.batch % dist.get_world_size():
        raise SystemExit(f"A batch of {options.batch} cannot be shared out among {dist.get_world_size()} processes.")
    encoder = train(functions, LOAD[options.data](train=True).images.to(device), options)
    if dist.get_rank() == 0:
        save_file({name: tensor.cpu().contiguous() for name, tensor in encoder.state_dict().items()}, options.out)
        print(f"saved {options.out}")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
