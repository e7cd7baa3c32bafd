"""Trains right and subtly wrong denoisers as homework 1 does in quick mode, and lets the grader's evaluator judge them.

    python trainings/denoisers.py FOLDER [NAME ...]

From its table come the thresholds in the hidden test of `trained_denoiser`: right ones with three seeds, and what
each mistake in the loss or the data does to a network that is trained with it. FOLDER keeps the weights; a training
whose file is there already is not repeated. About two minutes of one core each.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor
from tqdm import trange

import command
import solution
from homework.datasets import load_fashion_mnist, to_model_range
from homework.networks import UNet
from homework.training import Batches, Updater, average_of, step_rng

STEPS, BATCH, WIDTH, DROP = 4000, 64, 16, 0.1
BETAS = torch.linspace(5e-4, 0.1, 200)
ALPHA_BAR = torch.cumprod(1 - BETAS, dim=0)

Loss = Callable[[UNet, Tensor, Tensor, Tensor, Tensor], Tensor]


def noised(x0: Tensor, t: Tensor, noise: Tensor, table: Tensor = ALPHA_BAR) -> Tensor:
    kept = table[t][:, None, None, None]
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


def right(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.mse_loss(network(noised(x0, t, noise), t, labels), noise)


def no_square_root(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    kept = ALPHA_BAR[t][:, None, None, None]
    return F.mse_loss(network(kept * x0 + (1 - kept) * noise, t, labels), noise)


def alpha_for_alpha_bar(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.mse_loss(network(noised(x0, t, noise, 1 - BETAS), t, labels), noise)


def one_t_per_batch(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return right(network, x0, labels, t[:1].expand_as(t), noise)


def fresh_noise(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.mse_loss(network(noised(x0, t, torch.randn_like(x0)), t, labels), noise)


def x0_as_target(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.mse_loss(network(noised(x0, t, noise), t, labels), x0)


def t_not_told(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.mse_loss(network(noised(x0, t, noise), torch.zeros_like(t), labels), noise)


def absolute_error(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.l1_loss(network(noised(x0, t, noise), t, labels), noise)


def data_in_unit_range(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return right(network, (x0 + 1) / 2, labels, t, noise)


def t_off_by_one(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return F.mse_loss(network(noised(x0, (t - 1).clamp(min=0), noise), t, labels), noise)


def labels_always_dropped(network: UNet, x0: Tensor, labels: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    return right(network, x0, torch.full_like(labels, network.null_label), t, noise)


TRAININGS = {f"right_{seed}": partial(dict, loss=right, seed=seed) for seed in range(3)} | {
    "labels_never_dropped": partial(dict, loss=right, drop=0.0),
    "one_coin_per_batch": partial(dict, loss=right, one_coin=True),
    "too_short": partial(dict, loss=right, steps=100),
    **{
        loss.__name__: partial(dict, loss=loss)
        for loss in (
            no_square_root, alpha_for_alpha_bar, one_t_per_batch, fresh_noise, x0_as_target, t_not_told, absolute_error,
            data_in_unit_range, t_off_by_one, labels_always_dropped,
        )
    },
}  # fmt: skip


def train(name: str, loss: Loss, seed: int = 0, drop: float = DROP, one_coin: bool = False, steps: int = STEPS) -> UNet:
    """The averaged network after training as the notebook's quick mode does it."""
    data = load_fashion_mnist(train=True)
    batches = Batches(data.images, data.labels, size=BATCH, seed=seed)
    torch.manual_seed(seed)
    network = UNet(channels=1, classes=10, width=WIDTH)
    average = average_of(network, decay=0.99)
    updater = Updater(network.parameters(), lr=2e-3, warmup=100, total=steps)
    for step in trange(steps, desc=name, leave=False):
        images, labels = batches.at(step)
        rng = step_rng(seed, step)
        t = torch.randint(len(BETAS), (BATCH,), generator=rng)
        noise = torch.randn(len(images), 1, 28, 28, generator=rng)
        coins = torch.rand(BATCH, generator=rng)
        labels = labels.masked_fill((coins[:1] if one_coin else coins) < drop, network.null_label)
        updater.update(loss(network, to_model_range(images), labels, t, noise))
        average.update_parameters(network)
    return average.module


def weights_of(name: str, folder: Path) -> Path:
    """The file with the weights of this training, half precision; trained now if it is not there."""
    path = folder / f"{name}.safetensors"
    if not path.exists():
        torch.manual_seed(0)
        network = train(name, **TRAININGS[name]())
        save_file({key: tensor.half().contiguous() for key, tensor in network.state_dict().items()}, path)
    return path


def evaluate(path: Path) -> dict[str, float]:
    """What the grader's evaluator says of these weights."""
    return solution.evaluate("hw1_diffusion", "trained_denoiser", path)


def main() -> None:
    parser = command.parser(__doc__, TRAININGS)
    parser.add_argument("--only-train", action="store_true", help="judge nothing yet")
    arguments = command.start(parser)
    columns: list[str] = []
    for name in arguments.names or TRAININGS:
        path = weights_of(name, arguments.folder)
        if arguments.only_train:
            continue
        row = {key: value for key, value in evaluate(path).items() if isinstance(value, float) and "told_" not in key}
        if not columns:
            columns = list(row)
            print("| training | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
        print(f"| {name} | " + " | ".join(f"{row[column]:.4g}" for column in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
