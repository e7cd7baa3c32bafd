"""Trains right and wrong RotNets as homework 3 does in quick mode, and judges them as the grader does.

    python trainings/rotations.py FOLDER [NAME ...]

From its table come the limits in the hidden test of `trained_rotnet`. What trains here is the solution notebook's own
code; a wrong training has one of its definitions replaced. FOLDER keeps the weights; a training whose file is there
already is not repeated. About twenty seconds of one core each.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import trange

import command
import solution
from autograder.suites import readers
from autograder.suites.hw3_pretext.turns import shares_right
from homework.datasets import load_fashion_mnist, to_model_range
from homework.networks import ConvEncoder, RotNet
from homework.training import Batches

HOMEWORK, EXERCISE = "hw3_pretext", "trained_rotnet"
CONSTANTS = {"SETTINGS", "PEAK_RATE", "Puzzle"}  # of the notebook, by a first name
LAST = "train_classifier"  # of the notebook's definitions that are needed here
READERS = {
    "10 labels a class": readers.read_with_few_labels,
    "100 labels a class": readers.read_with_all_labels,
    "neighbours": readers.share_of_neighbours,
}
Turned = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Training:
    """What one training does; as it stands, the right thing.

    kind: what is trained: "all", "nothing", "statistics" of batch norm, "head", or "supervised" with the classes.
    changed: definitions of the notebook that are replaced.
    """

    kind: str = "all"
    seed: int = 0
    width: int = 16
    passes: float = 4
    changed: dict[str, Any] = field(default_factory=dict)


def in_turns(copies: list[Tensor], answers: tuple[int, ...] = (0, 1, 2, 3)) -> Turned:
    """Copies of all images -> the copies of each image side by side, and their labels."""
    return torch.stack(copies, dim=1).flatten(0, 1), torch.tensor(answers).repeat(len(copies[0]))


def turn(images: Tensor, *turns: int) -> list[Tensor]:
    return [torch.rot90(images, k, dims=(2, 3)) for k in turns]


def transposed(images: Tensor) -> Turned:
    upright = images.transpose(2, 3)
    return in_turns([images, upright, images.flip(2, 3), upright.flip(2, 3)])


def one_turn_an_image(images: Tensor) -> Turned:
    answers = torch.arange(len(images)) % 4
    return torch.stack([torch.rot90(x, k, (1, 2)) for x, k in zip(images, answers.tolist(), strict=True)]), answers


def stacked_last_and_reshaped(images: Tensor) -> Turned:
    turned = torch.stack(turn(images, 0, 1, 2, 3), dim=-1).reshape(-1, *images.shape[1:])
    return turned, torch.arange(4).repeat(len(images))


def unvaried(images: Tensor, rng: torch.Generator) -> Tensor:
    return images


def shifted(images: Tensor, rng: torch.Generator) -> Tensor:
    """Moved by up to two pixels, all images of a batch alike, and not mirrored."""
    down, right = torch.randint(-2, 3, (2,), generator=rng).tolist()
    return F.pad(images, (2, 2, 2, 2), mode="replicate")[:, :, 2 + down : 30 + down, 2 + right : 30 + right]


class InOrder(Batches):
    """Batches in the order of the data, the same in every pass."""

    def at(self, number: int) -> tuple[Tensor, ...]:
        start = number % self.per_epoch * self.size
        return tuple(tensor[start : start + self.size] for tensor in self.tensors)


MISTAKES: dict[str, Callable[[Tensor], Turned]] = {  # in the place of rotate_batch
    "clockwise": lambda x: in_turns(turn(x, 0, 3, 2, 1)),
    "turns_from_one": lambda x: in_turns(turn(x, 1, 2, 3, 4)),
    "turns_add_up": lambda x: in_turns(turn(x, 0, 1, 3, 6)),
    "half_turns": lambda x: in_turns(turn(x, 0, 2, 4, 6)),
    "upright_or_on_its_head": lambda x: in_turns(turn(x, 0, 2), answers=(0, 2)),
    "flipped": lambda x: in_turns([x, x.flip(3), x.flip(2, 3), x.flip(2)]),
    "half_a_turn_by_one_flip": lambda x: in_turns([*turn(x, 0, 1), x.flip(2), *turn(x, 3)]),
    "labels_in_blocks": lambda x: (in_turns(turn(x, 0, 1, 2, 3))[0], torch.arange(4).repeat_interleave(len(x))),
    "images_in_blocks": lambda x: (torch.cat(turn(x, 0, 1, 2, 3)), torch.arange(4).repeat(len(x))),
    "transposed": transposed,
    "one_turn_an_image": one_turn_an_image,
    "stacked_last_and_reshaped": stacked_last_and_reshaped,
}
TRAININGS = {
    **{f"random_{seed}": Training("nothing", seed) for seed in range(3)},
    **{f"random_wide_{seed}": Training("nothing", seed, width=64) for seed in range(3)},
    **{f"random_calibrated_{seed}": Training("statistics", seed) for seed in range(3)},
    "head_only": Training("head"),
    **{f"right_{seed}": Training(seed=seed) for seed in range(5)},
    **{name: Training(changed={"rotate_batch": mistake}) for name, mistake in MISTAKES.items()},
    "transposed_unvaried": Training(changed={"rotate_batch": transposed, "vary": unvaried}),
    "unvaried": Training(changed={"vary": unvaried}),
    "transposed_shifted": Training(changed={"rotate_batch": transposed, "vary": shifted}),
    "shifted": Training(changed={"vary": shifted}),
    "unshuffled": Training(changed={"Batches": InOrder}),
    "one_pass": Training(passes=1),
    "one_step": Training(passes=0.01),
    "supervised": Training("supervised"),
    "head_only_wide": Training("head", width=64),
    "right_long": Training(passes=16),
    "right_wide": Training(width=64),
    "right_wide_one_pass": Training(width=64, passes=1),
}


def notebook(training: Training) -> dict[str, Any]:
    """What the notebook defines for its training, with the replacements in their place."""
    data = load_fashion_mnist(train=True)
    names: dict[str, Any] = {
        "__name__": "notebook", "RUN": "quick", "DEVICE": torch.device("cpu"), "SEED": training.seed,
        "training_set": data, "pictures": data.take(10_000), "CLASSES": data.classes,
    }  # fmt: skip
    for source, place in solution.definitions(HOMEWORK, CONSTANTS, LAST):
        exec(compile(source, place, "exec"), names)
    names["SETTINGS"] = replace(names["SETTINGS"], width=training.width)
    names.update(training.changed)
    return names


class HeadOnly(RotNet):
    """A RotNet whose encoder stays random."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            features = self.encoder(x)
        return self.head(features)


def train(training: Training, name: str) -> tuple[nn.Module, dict[str, float]]:
    """The network as the notebook's quick mode trains it, and what it said of itself in the last 50 steps."""
    names = notebook(training)
    settings = names["SETTINGS"]
    steps = int(training.passes * (len(names["pictures"]) // settings.batch))
    torch.manual_seed(training.seed)
    network = (HeadOnly if training.kind == "head" else RotNet)(channels=1, width=training.width)
    if training.kind == "supervised":
        teach(network.encoder, names, steps)
    elif training.kind == "statistics":
        see(network.encoder, names)
    elif training.kind != "nothing":
        step, _ = names["prepare"](network, names["turn"], settings.batch, steps)
        last = [step(number) for number in trange(steps, desc=name, leave=False)][-50:]
        return network, {told: sum(float(of[told].detach()) for of in last) / len(last) for told in last[0]}
    return network, {"loss": float("nan"), "accuracy": float("nan")}


def teach(encoder: ConvEncoder, names: dict[str, Any], steps: int) -> None:
    """Train it with all labels, as the notebook's supervised row does."""
    classifier = names["make_classifier"](encoder)
    size = 4 * names["SETTINGS"].batch
    names["train_classifier"](classifier, list(classifier.parameters()), names["pictures"], size, steps)


def see(encoder: ConvEncoder, names: dict[str, Any]) -> None:
    """Batch norm sees the images; no weight changes."""
    with torch.no_grad():
        for images in names["pictures"].images.split(200):
            encoder(names["rotate_batch"](to_model_range(images))[0])


def weights_of(name: str, folder: Path) -> Path:
    """The file with the weights of this training, half precision; trained now if it is not there."""
    path = folder / f"{name}.safetensors"
    if not path.exists():
        before = time.process_time()
        network, told = train(TRAININGS[name], name)
        weights = {
            key: (value.half() if value.is_floating_point() else value).contiguous()
            for key, value in network.state_dict().items()
        }
        told["seconds"] = time.process_time() - before
        save_file(weights, path, metadata={key: f"{value:.3f}" for key, value in told.items()})
    return path


def judge(path: Path) -> str:
    """Cells of the table: what the training said of itself, and what the grader's evaluator and readers say."""
    seen = solution.evaluate(HOMEWORK, EXERCISE, path)
    with safe_open(path, "pt") as file:
        told = {key: float(value) for key, value in file.metadata().items()}
    shares = shares_right(seen["logits"])
    each = ", ".join(f"{share:.0%}" for share in shares.tolist())
    read = " | ".join(f"{reader(seen['known'], seen['asked']):.1%}" for reader in READERS.values())
    own = f"{told['seconds']:.0f} s | {told['loss']:.3f} | {told['accuracy']:.1%}"
    return f"{own} | {shares.mean():.1%} | {each} | {read}"


def main() -> None:
    arguments = command.start(command.parser(__doc__, TRAININGS))
    heads = ["training", "time", "loss", "own turns", "true turns", "by 0, 90, 180, 270°", *READERS]
    print(f"| {' | '.join(heads)} |\n" + len(heads) * "|---" + "|")
    for name in arguments.names or TRAININGS:
        print(f"| {name} | {judge(weights_of(name, arguments.folder))} |", flush=True)


if __name__ == "__main__":
    main()
