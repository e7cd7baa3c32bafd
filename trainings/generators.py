"""Trains right and subtly wrong generators as homework 2 does in quick mode, and judges them as the grader does.

    python trainings/generators.py FOLDER [NAME ...]

From its table come the limits in the hidden test of `trained_generator`: right games with several seeds, and what each
mistake in the losses, the steps or the data does to a generator that plays with it. FOLDER keeps the weights; a
training whose file is there already is not repeated. About a minute and a half of one core each.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import trange

import command
from autograder import suite
from autograder.submissions.harvest import harvest
from autograder.suites.hw2_gan.generated import measure
from autograder.suites.hw2_gan.probes import trained_generator as probes
from homework.datasets import load_fashion_mnist, to_model_range
from homework.training import Batches, average_of, step_rng

HOMEWORK = "hw2_gan"
STEPS, BATCH, WIDTH, Z_DIM, LR, EMA = 2500, 64, 16, 64, 1e-3, 0.99
FEW = 1000  # for games that lead nowhere


def solution() -> SimpleNamespace:
    """The definitions of our own notebook."""
    path = Path(__file__).parents[1] / "solutions" / HOMEWORK / f"{HOMEWORK}.ipynb"
    names: dict = {}
    for source, place in harvest(path.read_bytes(), suite.load(HOMEWORK).written, {}).statements:
        with suppress(NameError):  # values that need a training cell
            exec(compile(source, place, "exec"), names)
    return SimpleNamespace(**names)


OURS = solution()


class Clamped(OURS.DCGANGenerator):
    """Clamps its images where tanh should be."""

    def forward(self, z: Tensor) -> Tensor:
        return self.layers[:-1](z[:, :, None, None]).clamp(-1, 1)


def of_d(of_real: Tensor, of_fake: Tensor) -> Tensor:
    return F.softplus(-of_real).mean() + F.softplus(of_fake).mean()


def of_g(of_fake: Tensor) -> Tensor:
    return F.softplus(-of_fake).mean()


def hinge_of_d(of_real: Tensor, of_fake: Tensor) -> Tensor:
    return F.relu(1 - of_real).mean() + F.relu(1 + of_fake).mean()


def swapped(of_real: Tensor, of_fake: Tensor) -> Tensor:
    return of_d(of_fake, of_real)


@dataclass(frozen=True)
class Training:
    """What one training does; as it stands, the right thing."""

    seed: int = 0
    steps: int = STEPS
    d_loss: Callable[[Tensor, Tensor], Tensor] = of_d
    g_loss: Callable[[Tensor], Tensor] = of_g
    kind: type[nn.Module] = OURS.DCGANGenerator
    is_initialised: bool = True
    d_learns: bool = True
    detaches: bool = True
    clears: bool = True
    one_noise: bool = False  # the same 64 vectors in every step of both
    in_unit_range: bool = False


TRAININGS = {f"right_{seed}": Training(seed=seed) for seed in range(3)} | {
    "hinge": Training(d_loss=hinge_of_d, g_loss=lambda of_fake: -of_fake.mean()),
    "untrained": Training(steps=0),
    "labels_swapped": Training(d_loss=swapped, steps=FEW),
    "plays_against_itself": Training(g_loss=lambda of_fake: F.softplus(of_fake).mean(), steps=FEW),
    "saturating": Training(g_loss=lambda of_fake: -F.softplus(of_fake).mean()),
    "d_never_trained": Training(d_learns=False, steps=FEW),
    "gradients_never_cleared": Training(clears=False, steps=FEW),
    "one_noise": Training(one_noise=True),
    "not_initialised": Training(is_initialised=False),
    "in_unit_range": Training(in_unit_range=True),
    "clamped": Training(kind=Clamped),
    "right_but_short": Training(steps=FEW),
    "too_short": Training(steps=250),
    "not_detached": Training(detaches=False),
}


class Game:
    """Two players, their optimizers, and one round at a time."""

    def __init__(self, how: Training):
        self.how = how
        torch.manual_seed(how.seed)
        self.players = how.kind(Z_DIM, 1, WIDTH), OURS.DCGANDiscriminator(1, WIDTH)
        if how.is_initialised:
            for player in self.players:
                player.apply(OURS.init_dcgan_weights)
        self.optimizers = [torch.optim.Adam(player.parameters(), LR, betas=(0.5, 0.999)) for player in self.players]

    def play(self, number: int, real: Tensor) -> None:
        """One round: a step of D, then one of G."""
        (G, D), how = self.players, self.how
        z_d, z_g = torch.randn(2, len(real), Z_DIM, generator=step_rng(how.seed, 0 if how.one_noise else number))
        if how.one_noise:
            z_g = z_d
        fake = G(z_d).detach() if how.detaches else G(z_d)
        loss_d = how.d_loss(D(real), D(fake))
        if how.d_learns:
            self._move(1, loss_d)
        self._move(0, how.g_loss(D(G(z_g))))

    def _move(self, player: int, loss: Tensor) -> None:
        if self.how.clears:
            self.optimizers[player].zero_grad()
        loss.backward()
        self.optimizers[player].step()


def train(name: str, how: Training) -> nn.Module:
    """The averaged generator after training as the notebook's quick mode does it."""
    framed = F.pad(load_fashion_mnist(train=True).images, [2] * 4)
    batches = Batches(framed, size=BATCH, seed=how.seed)
    game = Game(how)
    average = average_of(game.players[0], EMA)
    for number in trange(how.steps, desc=name, leave=False):
        real = to_model_range(batches.at(number)[0])
        game.play(number, (real + 1) / 2 if how.in_unit_range else real)
        average.update_parameters(game.players[0])
    return average.module


def weights_of(name: str, folder: Path) -> Path:
    """The file with the weights of this training, half precision; trained now if it is not there."""
    path = folder / f"{name}.safetensors"
    if not path.exists():
        weights = train(name, TRAININGS[name]).state_dict()
        halves = {key: tensor.half() if tensor.is_floating_point() else tensor for key, tensor in weights.items()}
        save_file({key: tensor.contiguous() for key, tensor in halves.items()}, path)
    return path


def describe(name: str, path: Path) -> str:
    """A row of the table: what the grader's probe and measurements say of these weights."""
    metrics = json.dumps({"generator": {"z_dim": Z_DIM, "width": WIDTH}})
    files = {"generator.safetensors": path.read_bytes(), "metrics.json": metrics.encode()}
    seen = probes.draw_images(SimpleNamespace(DCGANGenerator=TRAININGS[name].kind, files=files))
    if seen["problem"]:
        return f"| {name} | {seen['problem']} |"
    clothes = measure(seen["samples"], seen["walks"], probes.STEPS)
    classes = f"{(clothes.shares >= 0.02).sum()} | {clothes.shares.min():.1%}"
    return f"| {name} | {clothes.distance:.3g} | {classes} | {clothes.spacing:.3g} | {clothes.jump:.2g} |"


def main() -> None:
    arguments = command.start(command.parser(__doc__, TRAININGS))
    print("| training | distance | classes | rarest | spacing | jump |\n|---|---|---|---|---|---|")
    for name in arguments.names or TRAININGS:
        print(describe(name, weights_of(name, arguments.folder)), flush=True)


if __name__ == "__main__":
    main()
