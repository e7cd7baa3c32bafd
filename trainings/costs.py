"""Computes what every training of the notebooks costs on Colab's GPUs, and writes the table of docs/TRAINING.md.

    python trainings/costs.py                    full mode: the table, into the paper
    python trainings/costs.py --check            quick mode: the same estimate for this processor, beside the clock

What runs is the solution notebook's own code at its real sizes, on the processor: of each training two steps, of which
the second is counted, and of the rest only what the trainings need. Ten minutes, and 6 GB of memory.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import IPython.display
import matplotlib as mpl
import torch
import tqdm.auto

from autograder import checkout
from autograder.authoring import script
from homework import preflight, training
from homework.notebook.needs import Needs
from homework.notebook.statements import Statement, find_statements
from homework.training import hardware
from homework.training.costs import Costs, counted
from homework.training.estimate import GPUS, machine_of
from homework.training.progress import to_words

PAPER = checkout.ROOT / "docs" / "TRAINING.md"
LOOPS = {"train", "tqdm", "train_gan"}  # names that a training is called by
TIMED = 15  # steps of a check


@dataclass(frozen=True)
class Row:
    """One training: how often its step is taken, what one costs, and how long one took here (0: not measured)."""

    homework: str
    name: str
    steps: int
    costs: Costs
    seconds: float = 0.0


class Cut:
    """Stands in for `train` and for progress bars: two steps of each, counted or timed, and a row for it."""

    def __init__(self, homework: str, is_check: bool):
        self.homework, self.is_check, self.rows = homework, is_check, list[Row]()
        self._rounds: dict[Any, Costs] = {}

    def train(self, step: Callable[[int], Any], parts: Any, steps: int, folder: Path | None, **options: Any) -> Any:
        step(0)
        with counted() as costs:
            metrics = step(1)
        name = folder.name if folder else "judge"
        self.rows.append(Row(self.homework, name, steps, costs, _clock(step) if self.is_check else 0.0))
        return {name: [float(torch.as_tensor(value).detach())] * steps for name, value in metrics.items()}

    def tqdm(self, values: Iterable[Any], desc: str = "", **options: Any) -> Iterator[Any]:
        """Of a loop over step numbers the first two, of a loop over batches a piece of the first."""
        if not isinstance(values, range):
            yield from values
            return
        yield values[0]
        with counted() as costs:
            yield values[1]
        self.rows.append(Row(self.homework, desc, len(values), costs))

    def sample(self, model: Callable[..., Any], x_T: torch.Tensor, betas: torch.Tensor, *rest: Any) -> torch.Tensor:
        """Of homework 1's sampling one step, and noise instead of what comes of it."""
        with torch.no_grad(), counted() as costs:
            model(x_T, torch.zeros(len(x_T), dtype=torch.long))
        self.rows.append(Row(self.homework, "sampling", len(betas), costs))
        return x_T

    def game(self, train_gan: Callable[..., Any]) -> Callable[..., Any]:
        """Homework 2's function, which is called again and again: one round for each kind of game."""

        def play(G: Any, D: Any, own_g: Any, own_d: Any, batches: Any, noises: Any, k: int) -> Any:
            kind = (batches[0].shape, k)
            if kind not in self._rounds:
                train_gan(G, D, own_g, own_d, batches[:k], noises[: k + 1], k)
                with counted() as self._rounds[kind]:
                    train_gan(G, D, own_g, own_d, batches[:k], noises[: k + 1], k)
            shape = " x ".join(map(str, kind[0][1:]))
            self.rows.append(Row(self.homework, f"games of {shape}, k = {k}", len(batches) // k, self._rounds[kind]))
            return [0.0] * len(batches), [0.0] * (len(batches) // k)

        return play


def _clock(step: Callable[[int], Any]) -> float:
    """Seconds of this process in the middle one of some steps: others may be at work on the machine."""
    times = []
    for number in range(TIMED):
        begun = time.process_time()
        step(2 + number)
        times.append(time.process_time() - begun)
    return statistics.median(times)


def statements_of_trainings(homework: str) -> list[Statement]:
    """Of the solution's notebook those that train, and what they need."""
    cells = [cell for cell in script.read(checkout.script(checkout.ROOT, homework)) if cell.kind == "code"]
    found = [(statement, cell.line) for cell in cells for statement in find_statements(cell.source)]
    statements = [statement for statement, _ in found]
    loops = set(LOOPS)
    while more := {
        name
        for statement in statements
        for name in statement.names.defines - loops
        if loops & (statement.names.later | statement.names.reads)
    }:
        loops |= more
    trains = [
        index
        for index, statement in enumerate(statements)
        if loops & statement.names.reads
        and not (statement.names.defines or statement.names.imports or "check" in statement.names.calls)
    ]
    answers = {str(index): [index] for index in trains}
    needs = Needs(statements, [line for _, line in found], answers)
    chosen = sorted({index for name in answers for index in needs.of(name)})
    return [statements[index] for index in chosen]


def run(homework: str, is_check: bool) -> list[Row]:
    """Every training of a homework, once; on a GPU with 16 bits where it would have them there."""
    cut = Cut(homework, is_check)
    names: dict[str, Any] = {"__name__": "__main__"}
    stand_ins = [
        (training, "train", cut.train),
        (tqdm.auto, "tqdm", cut.tqdm),
        (preflight, "check", lambda *parts, **options: None),
        (IPython.display, "display", lambda *shown, **options: SimpleNamespace(update=print)),
    ]
    if not is_check:
        stand_ins.append((hardware, "low_precision", lambda device: torch.bfloat16))  # which processors have, too
    with ExitStack() as undone:
        for module, name, stand_in in stand_ins:
            undone.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, stand_in)
        for statement in statements_of_trainings(homework):
            exec(compile(statement.source, homework, "exec"), names)
            if "sample" in statement.names.defines:
                names["sample"] = cut.sample
            if "train_gan" in statement.names.defines:
                names["train_gan"] = cut.game(names["train_gan"])
    return list(_merged(cut.rows))


def _merged(rows: Iterable[Row]) -> Iterator[Row]:
    """One row for all loops of one name, with the largest costs."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.name, []).append(row)
    for group in groups.values():
        largest = max(group, key=lambda row: row.costs.flops)
        yield replace(largest, steps=sum(row.steps for row in group))


def as_table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of Markdown: a row for each training, and one for the whole homework."""
    yield "| homework | training | steps | GFLOP | MB | launches | GB at most | " + " | ".join(GPUS) + " |"
    yield "|---|---|" + "--:|" * (5 + len(GPUS))
    for homework, group in groupby(rows, key=lambda row: row.homework):
        rows = list(group)
        for row in rows:
            costs = row.costs
            amounts = [row.steps, costs.flops / 1e9, costs.bytes / 1e6, costs.launches]
            numbers = [f"{amount:,.1f}" if amount < 10 else f"{amount:,.0f}" for amount in amounts]
            times = [to_words(row.steps * gpu.seconds(costs)) for gpu in GPUS.values()]
            yield " | ".join([f"| {homework}", row.name, *numbers, f"{costs.memory / 1e9:.2f}", *times]) + " |"
        times = [to_words(sum(row.steps * gpu.seconds(row.costs) for row in rows)) for gpu in GPUS.values()]
        most = max(row.costs.memory for row in rows) / 1e9
        yield f"| **{homework}** | all | {sum(row.steps for row in rows):,} | | | | {most:.2f} | {' | '.join(times)} |"


def as_check(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of Markdown: for each training of quick mode the estimate for this processor, and the clock."""
    processor = machine_of("cpu")
    assert processor is not None
    yield "| training | estimate, ms a step | measured, ms a step | ratio |"
    yield "|---|--:|--:|--:|"
    for row in rows:
        if row.seconds:
            estimate = processor.seconds(row.costs)
            yield f"| {row.name} | {1e3 * estimate:.1f} | {1e3 * row.seconds:.1f} | {estimate / row.seconds:.2f} |"


def write(lines: Sequence[str], part: str) -> None:
    """Put them into the paper, in the place of what stood there."""
    begin, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    before, _, rest = PAPER.read_text().partition(begin)
    PAPER.write_text("\n".join([before + begin, "", *lines, "", end + rest.partition(end)[2]]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="quick mode on this processor, against the clock")
    parser.add_argument("homeworks", nargs="*", help="print the table of these alone; default: all, into the paper")
    arguments = parser.parse_args()
    os.environ["RUN"] = "quick" if arguments.check else "full"
    mpl.use("Agg")
    torch.set_num_threads(1)
    os.chdir(tempfile.mkdtemp())  # what the notebooks write is not kept
    homeworks = arguments.homeworks or [path.name for path in sorted((checkout.ROOT / "solutions").iterdir())]
    rows = []
    for homework in homeworks:
        rows += run(homework, arguments.check)
        print("\n".join(as_check(rows) if arguments.check else as_table(rows)), flush=True)
    lines = list(as_check(rows) if arguments.check else as_table(rows))
    if not arguments.homeworks:
        write(lines, "check" if arguments.check else "table")


if __name__ == "__main__":
    main()
