"""Trains right and wrong encoders as homework 4 does in quick mode, and lets the grader's own readers judge them.

    python trainings/encoders.py FOLDER [NAME ...]

From its table come the limits in the hidden test of `trained_encoder`. What trains here is the solution notebook's own
code; a wrong training has one definition replaced, where possible by a mistake that the suite knows. FOLDER keeps the
weights; a training whose file is there already is not repeated. About half a minute of one core each.
"""

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
from autograder import suite
from autograder.authoring import bank
from autograder.suites import readers
from homework.datasets import load_fashion_mnist

HOMEWORK, EXERCISE = "hw4_contrastive", "trained_encoder"
READERS = {
    "10 labels a class": readers.read_with_few_labels,
    "100 labels a class": readers.read_with_all_labels,
    "neighbours": readers.share_of_neighbours,
}
CONSTANTS = {"STRONG", "WEAK", "MIRRORED", "NOTHING", "SETTINGS", "Z_DIM", "PLANS"}  # of the notebook, by a first name


@dataclass(frozen=True)
class Training:
    """plan: of the notebook; or "random", "random, calibrated" (batch norm has seen the images), or "supervised".

    mistake: "exercise: name" as the suite knows it. changed: definitions of the notebook that are replaced.
    """

    plan: str
    seed: int = 0
    width: int = 16
    mistake: str = ""
    changed: dict[str, Any] = field(default_factory=dict)


def cosines(z: Tensor) -> Tensor:
    return F.normalize(z, dim=1) @ F.normalize(z, dim=1).T


def choose(logits: Tensor, partner: Tensor) -> Tensor:
    """Cross entropy over all views but the view itself."""
    itself = torch.eye(len(logits), dtype=torch.bool)
    return F.cross_entropy(logits.masked_fill(itself, -torch.inf), partner)


def partners(z: Tensor) -> Tensor:
    return torch.arange(len(z)) ^ 1


def block_pairs(z: Tensor, temperature: float) -> Tensor:
    return choose(cosines(z) / temperature, torch.arange(len(z)).roll(len(z) // 2))


def diagonal_unmasked(z: Tensor, temperature: float) -> Tensor:
    return F.cross_entropy(cosines(z) / temperature, partners(z))


def itself_is_the_label(z: Tensor, temperature: float) -> Tensor:
    return F.cross_entropy(cosines(z) / temperature, torch.arange(len(z)))


def temperature_multiplied(z: Tensor, temperature: float) -> Tensor:
    return choose(cosines(z) * temperature, partners(z))


def no_normalization(z: Tensor, temperature: float) -> Tensor:
    return choose(z @ z.T / temperature, partners(z))


def sign_turned_round(z: Tensor, temperature: float) -> Tensor:
    return -choose(cosines(z) / temperature, partners(z))


def half_as_queries(z: Tensor, temperature: float) -> Tensor:
    return F.cross_entropy(cosines(z)[0::2, 1::2] / temperature, torch.arange(len(z) // 2))


def images_unchanged(images: Tensor, draws: Any, size: int) -> Tensor:
    return images


LOSSES = (
    block_pairs, diagonal_unmasked, itself_is_the_label, temperature_multiplied, no_normalization, sign_turned_round,
    half_as_queries,
)  # fmt: skip
MISTAKES = {  # in MoCo v2, by the name of the file
    "moco_m_swapped": "momentum_update: weights swapped",
    "moco_key_encoder_stands_still": "moco_step: no momentum update",
    "moco_key_encoder_is_a_copy": "moco_step: encoder k is copied",
    "moco_keys_from_encoder_q": "moco_step: keys from encoder q",
    "moco_nothing_enqueued": "moco_step: nothing enqueued",
    "moco_pointer_never_moves": "MoCoQueue: pointer never moves",
    "moco_keys_not_normalized": "MoCoQueue: not normalized",
    "moco_enqueued_before_the_loss": "moco_step: enqueue before the loss",
    "moco_labels_are_ones": "moco_loss: labels are ones",
    "moco_temperature_multiplied": "moco_loss: temperature multiplied",
    "moco_one_view_for_both": "moco_step: one view for both",
    "moco_gradients_never_cleared": "moco_step: gradients never cleared",
    "moco_loss_maximised": "moco_step: loss maximised",
    "moco_encoder_q_does_not_move": "moco_step: encoder q does not move",
}
TRAININGS = {
    **{f"random_{seed}": Training("random", seed) for seed in range(3)},
    **{f"random_calibrated_{seed}": Training("random, calibrated", seed) for seed in range(3)},
    **{f"random_wide_{seed}": Training("random", seed, width=64) for seed in range(3)},
    **{f"right_simclr_{seed}": Training("SimCLR", seed) for seed in range(3)},
    **{f"right_moco_v1_{seed}": Training("MoCo v1", seed) for seed in range(3)},
    **{f"right_moco_v2_{seed}": Training("MoCo v2", seed) for seed in range(3)},
    "right_simclr_wide": Training("SimCLR", width=64),
    "supervised": Training("supervised"),
    **{f"simclr_{loss.__name__}": Training("SimCLR", changed={"nt_xent": loss}) for loss in LOSSES},
    "simclr_images_unchanged": Training("SimCLR", changed={"simclr_augment": images_unchanged}),
    **{name: Training("MoCo v2", mistake=mistake) for name, mistake in MISTAKES.items()},
}


def notebook(training: Training) -> dict[str, Any]:
    """What the notebook defines for its trainings, with the mistake in its place."""
    data = load_fashion_mnist(train=True)
    names: dict[str, Any] = {
        "__name__": "notebook", "RUN": "quick", "DATA": "fashion_mnist", "DEVICE": torch.device("cpu"),
        "SEED": training.seed, "training_set": data, "pictures": data.take(10_000), "CLASSES": data.classes,
        "CHANNELS": 1, "HEIGHT": 28, "WIDTH": 28,
    }  # fmt: skip
    statements = tuple(solution.definitions(HOMEWORK, CONSTANTS))
    if training.mistake:
        answers = {f"{answer.exercise}: {answer.name}": answer for answer in bank.mistakes(suite.load(HOMEWORK))}
        statements = answers[training.mistake].put_into(statements)
    for source, place in statements:
        exec(compile(source, place, "exec"), names)
    names["SETTINGS"] = replace(names["SETTINGS"], width=training.width)
    names.update(training.changed)
    return names


def train(training: Training, name: str) -> tuple[nn.Module, float]:
    """The encoder as the notebook's quick mode trains it, and its loss at the end, NaN if there is none."""
    names = notebook(training)
    images, settings = names["pictures"].images, names["SETTINGS"]
    if training.plan in names["PLANS"]:
        step, parts, steps = names["prepare"](names["PLANS"][training.plan], images, settings.batch, settings.passes)
        losses = [float(step(number)["loss"].detach()) for number in trange(steps, desc=name, leave=False)]
        return parts["network"].encoder, sum(losses[-30:]) / 30
    torch.manual_seed(training.seed)
    encoder = names["make_network"]("none").encoder
    if training.plan == "supervised":
        names["train_classifier"](encoder, names["pictures"], settings.passes * (len(images) // settings.batch))
    elif training.plan == "random, calibrated":
        with torch.no_grad():
            for number in range(50):
                encoder(names["to_unit"](images[200 * number : 200 * (number + 1)]) * 2 - 1)
    return encoder, float("nan")


def weights_of(name: str, folder: Path) -> Path:
    """The file with the weights of this training, half precision; trained now if it is not there."""
    path = folder / f"{name}.safetensors"
    if not path.exists():
        encoder, loss = train(TRAININGS[name], name)
        weights = {
            key: (value.half() if value.is_floating_point() else value).contiguous()
            for key, value in encoder.state_dict().items()
        }
        save_file(weights, path, metadata={"loss": f"{loss:.3f}"})
    return path


def judge(path: Path) -> dict[str, float]:
    """What the grader's evaluator and readers say of these weights, and the loss at the training's end."""
    seen = solution.evaluate(HOMEWORK, EXERCISE, path)
    with safe_open(path, "pt") as file:
        loss = float(file.metadata()["loss"])
    return {"loss": loss} | {name: read(seen["known"], seen["asked"]) for name, read in READERS.items()}


def main() -> None:
    arguments = command.start(command.parser(__doc__, TRAININGS))
    print("| training | loss | " + " | ".join(READERS) + " |\n|---|---|" + "---|" * len(READERS))
    for name in arguments.names or TRAININGS:
        loss, *shares = judge(weights_of(name, arguments.folder)).values()
        print(f"| {name} | {loss:.2f} | " + " | ".join(f"{share:.1%}" for share in shares) + " |", flush=True)


if __name__ == "__main__":
    main()
