"""Trains right and wrong DescriptorNets as homework 5 does in quick mode, and judges them as the grader does.

    python trainings/descriptors.py FOLDER [NAME ...]

From its table come the limits in the hidden test of `trained_descriptor`. What trains here is the solution notebook's
own code; a wrong training has one of its definitions replaced. FOLDER keeps the weights; a training whose file is there
already is not repeated. About half a minute of one core each.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import trange

import command
import solution
from autograder.suites.hw5_sequences_and_language.places import measure_errors
from autograder.suites.hw5_sequences_and_language.probes.trained_descriptor import draw_questions

HOMEWORK, EXERCISE = "hw5_sequences_and_language", "trained_descriptor"
CONSTANTS = {"SETTINGS", "MARGIN"}  # of the notebook, by a first name
LAST = "prepare_descriptors"  # of the notebook's definitions that are needed here


@dataclass(frozen=True)
class Training:
    """What one training does; as it stands, the right thing.

    steps: how many, of the 400 of the quick mode; its schedule ends with them.
    changed: definitions of the notebook that are replaced.
    """

    seed: int = 0
    width: int = 12
    dim: int = 8
    steps: int = 400
    changed: dict[str, Any] = field(default_factory=dict)


def squared_distances(a: Tensor, b: Tensor, pairs: Tensor) -> Tensor:
    """Of descriptors (D, H, W) at pairs (P, 4): (P,). Places outside are moved to the border."""
    height, width = a.shape[1:]
    row_a, row_b = pairs[:, 0].clamp(max=height - 1), pairs[:, 2].clamp(max=height - 1)
    column_a, column_b = pairs[:, 1].clamp(max=width - 1), pairs[:, 3].clamp(max=width - 1)
    return (a[:, row_a, column_a] - b[:, row_b, column_b]).square().sum(dim=0)


def distances(a: Tensor, b: Tensor, pairs: Tensor) -> Tensor:
    return squared_distances(a, b, pairs).clamp(min=1e-12).sqrt()


def mean_of_hard(missing: Tensor) -> Tensor:
    return missing.square().sum() / (missing > 0).sum().clamp(min=1)


def loss(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    missing = (margin - distances(a, b, others)).clamp(min=0)
    return squared_distances(a, b, matches).mean() + mean_of_hard(missing)


def margin_without_root(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    missing = (margin - squared_distances(a, b, others)).clamp(min=0)
    return squared_distances(a, b, matches).mean() + mean_of_hard(missing)


def mean_over_all(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    missing = (margin - distances(a, b, others)).clamp(min=0)
    return squared_distances(a, b, matches).mean() + missing.square().mean()


def no_non_matches(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    return squared_distances(a, b, matches).mean()


def hinge_the_other_way(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    missing = (distances(a, b, others) - margin).clamp(min=0)
    return squared_distances(a, b, matches).mean() + mean_of_hard(missing)


def matches_as_x_and_y(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    return loss(a, b, matches[:, [1, 0, 3, 2]], others, margin)


def all_as_x_and_y(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    return loss(a, b, matches[:, [1, 0, 3, 2]], others[:, [1, 0, 3, 2]], margin)


def a_and_b_swapped(a: Tensor, b: Tensor, matches: Tensor, others: Tensor, margin: float) -> Tensor:
    return loss(b, a, matches, others, margin)


MISTAKES: tuple[Callable[..., Tensor], ...] = (  # in the place of pixelwise_contrastive_loss
    margin_without_root,
    mean_over_all,
    no_non_matches,
    hinge_the_other_way,
    matches_as_x_and_y,
    all_as_x_and_y,
    a_and_b_swapped,
)
TRAININGS = {
    **{f"random_{seed}": Training(seed, steps=0) for seed in range(3)},
    **{f"random_wide_{seed}": Training(seed, 32, 16, steps=0) for seed in range(3)},
    **{f"right_{seed}": Training(seed) for seed in range(3)},
    **{wrong.__name__: Training(changed={"pixelwise_contrastive_loss": wrong}) for wrong in MISTAKES},
    "mean_over_all_1": Training(1, changed={"pixelwise_contrastive_loss": mean_over_all}),
    **{f"steps_{steps}": Training(steps=steps) for steps in (1, 40, 100, 200)},
    "right_wide": Training(width=32, dim=16),
}


def notebook(training: Training) -> dict[str, Any]:
    """What the notebook defines for its training, with the replacements in their place."""
    names: dict[str, Any] = {
        "__name__": "notebook", "RUN": "quick", "DEVICE": torch.device("cpu"), "SEED": training.seed,
    }  # fmt: skip
    for source, place in solution.definitions(HOMEWORK, CONSTANTS, LAST):
        exec(compile(source, place, "exec"), names)
    sizes = {"descriptor_width": training.width, "descriptor_dim": training.dim, "descriptor_steps": training.steps}
    names["SETTINGS"] = replace(names["SETTINGS"], **sizes)
    names.update(training.changed)
    return names


def train(training: Training, name: str) -> tuple[nn.Module, float]:
    """The network as the notebook's quick mode trains it, and its mean loss in the last 30 steps."""
    names = notebook(training)
    if not training.steps:
        torch.manual_seed(training.seed)
        return names["make_descriptor_net"](), float("nan")
    step, parts = names["prepare_descriptors"]()
    losses = [float(step(number)["loss"].detach()) for number in trange(training.steps, desc=name, leave=False)]
    return parts["network"], sum(losses[-30:]) / len(losses[-30:])


def weights_of(name: str, folder: Path) -> Path:
    """The file with the weights of this training, half precision; trained now if it is not there."""
    path = folder / f"{name}.safetensors"
    if not path.exists():
        before = time.process_time()
        network, mean_loss = train(TRAININGS[name], name)
        told = {"seconds": f"{time.process_time() - before:.0f}", "loss": f"{mean_loss:.4f}"}
        save_file({key: value.half().contiguous() for key, value in network.state_dict().items()}, path, metadata=told)
    return path


def judge(path: Path) -> str:
    """Cells of the table: what the training said of itself, and how far off the answers are."""
    pairs, points = draw_questions()
    seen = solution.evaluator(HOMEWORK, EXERCISE)["evaluate"](
        {"descriptor.safetensors": path.read_bytes()}, pairs.first, pairs.second, points
    )
    with safe_open(path, "pt") as file:
        told = file.metadata()
    return f"{told['seconds']} s | {told['loss']} | {describe(measure_errors(pairs, points, seen['found']))}"


def judge_colors() -> str:
    """The same with the colours of the pixels as descriptors."""
    pairs, points = draw_questions()
    found = solution.evaluator(HOMEWORK, EXERCISE)["search"](pairs.first, pairs.second, points)
    return f"| | {describe(measure_errors(pairs, points, found))}"


def describe(errors: Tensor) -> str:
    """Shares within 3 and within 1.5 pixels, median and mean; the shares with the standard error over the pairs."""
    near = (errors <= 3).double().mean(dim=1)  # (B,): points of a pair go astray together
    shares = f"{near.mean():.1%} ± {near.std() / len(near) ** 0.5:.1%} | {(errors <= 1.5).double().mean():.1%}"
    return f"{shares} | {errors.median():.2f} | {errors.mean():.1f}"


def main() -> None:
    arguments = command.start(command.parser(__doc__, TRAININGS))
    heads = ["training", "time", "loss", "within 3", "within 1.5", "median", "mean"]
    print(f"| {' | '.join(heads)} |\n" + len(heads) * "|---" + "|")
    print(f"| colours {judge_colors()} |", flush=True)
    for name in arguments.names or TRAININGS:
        print(f"| {name} | {judge(weights_of(name, arguments.folder))} |", flush=True)


if __name__ == "__main__":
    main()
