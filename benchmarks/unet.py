"""Races the homework's U-Net against diffusers' and denoising-diffusion-pytorch's, of about the same parameter count.

    python benchmarks/unet.py [--seconds 60] [--rounds 3]      needs the extras dev and bench

All in one run, on one core: first the processor time of a training step (the least of a few rounds, taken in turn),
then the loss on images held out after the same processor time of training, on Fashion-MNIST. All are trained as the
homework trains, with a learning rate that rises for a twentieth of the time and falls along a cosine. Exit status 1 if
a step is not five times as fast as the others', or the loss not the lowest.
"""

import argparse
import math
import sys
import time
import warnings
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from homework.datasets import load_fashion_mnist, to_model_range
from homework.networks import UNet
from homework.training import Batches, step_rng

BATCH, STEPS_A_ROUND = 64, 5
PEAK_RATE, WARMUP = 5e-3, 0.05  # ours and diffusers' both end lower with this than with 2e-3
PROMISED_SPEED = 5
BETAS = torch.linspace(5e-4, 0.1, 200)
ALPHA_BAR = torch.cumprod(1 - BETAS, dim=0)


class Diffusers(nn.Module):
    """diffusers' UNet2DModel with two resolutions and without attention."""

    def __init__(self):
        super().__init__()
        from diffusers import UNet2DModel

        self.network = UNet2DModel(
            sample_size=28, in_channels=1, out_channels=1, layers_per_block=1, norm_num_groups=4,
            block_out_channels=(12, 20), down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2,
            add_attention=False,
        )  # fmt: skip

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.network(x, t).sample


def make_ddp() -> nn.Module:
    """denoising-diffusion-pytorch's Unet at the width that comes nearest."""
    from denoising_diffusion_pytorch import Unet

    return Unet(dim=8, dim_mults=(1, 2), channels=1)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "homework": lambda: UNet(channels=1, classes=10, width=16),
    "diffusers": Diffusers,
    "denoising-diffusion-pytorch": make_ddp,
}


class Training:
    """One network on its way; it is trained by calling `step`."""

    def __init__(self, make: Callable[[], nn.Module], batches: Batches):
        torch.manual_seed(0)
        self.network, self.batches, self.number = make(), batches, 0
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=PEAK_RATE)

    def step(self) -> None:
        (images,) = self.batches.at(self.number)
        rng = step_rng(0, self.number)
        t, noise = torch.randint(len(BETAS), (BATCH,), generator=rng), torch.randn(images.shape, generator=rng)
        loss = error(self.network, to_model_range(images), t, noise)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.number += 1


def error(network: nn.Module, x0: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    """Mean squared error of the noise, DDPM (Ho et al., 2020), eq. 14."""
    kept = ALPHA_BAR[t][:, None, None, None]
    return F.mse_loss(network(kept.sqrt() * x0 + (1 - kept).sqrt() * noise, t), noise)


@torch.no_grad()
def measure_loss(network: nn.Module, images: Tensor) -> float:
    """On the first 500 held-out images, at timesteps and noises that are always the same."""
    rng = torch.Generator().manual_seed(1)
    x0 = to_model_range(images[:500])
    t, noise = torch.randint(len(BETAS), (500,), generator=rng), torch.randn(x0.shape, generator=rng)
    parts = zip(x0.split(100), t.split(100), noise.split(100), strict=True)
    return sum(error(network.eval(), *part).item() for part in parts) / 5


def seconds_of(work: Callable[[], None], times: int) -> float:
    """Processor seconds of one call, on average over these."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times


def train_for(training: Training, seconds: float) -> None:
    """Train for this processor time, from the learning rate's rise to its end."""
    started = time.process_time()
    while (share := (time.process_time() - started) / seconds) < 1:
        rate = PEAK_RATE * min(1, share / WARMUP + 0.02) * (1 + math.cos(math.pi * share)) / 2
        training.optimizer.param_groups[0]["lr"] = rate
        training.step()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="processor time of each training")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # third-party imports
    batches = Batches(load_fashion_mnist().images, size=BATCH)
    trainings = {name: Training(make, batches) for name, make in NETWORKS.items()}
    steps = {name: [] for name in NETWORKS}
    for _ in range(arguments.rounds):
        for name, training in trainings.items():
            steps[name].append(seconds_of(training.step, STEPS_A_ROUND))
    held_out = load_fashion_mnist(train=False).images
    titles = ("network", "parameters", "ms a step", "times ours", "steps in all", "loss", "of ours")
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    found = {}
    for name, training in trainings.items():
        train_for(training, arguments.seconds)
        count = sum(parameter.numel() for parameter in training.network.parameters())
        found[name] = step, loss = min(steps[name]), measure_loss(training.network, held_out)
        ours = found["homework"]
        columns = f"{1000 * step:.0f} | {step / ours[0]:.1f} | {training.number} | {loss:.4f} | {loss / ours[1]:.2f}"
        print(f"| {name} | {count:,} | {columns} |", flush=True)
    others = [measured for name, measured in found.items() if name != "homework"]
    return int(any(step < PROMISED_SPEED * ours[0] or loss < ours[1] for step, loss in others))


if __name__ == "__main__":
    sys.exit(main())
