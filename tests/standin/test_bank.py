"""Every answer of the bank that is right keeps its device: what it is given on a GPU, it gives back on the GPU."""

from types import SimpleNamespace

import pytest
import torch

from autograder import suite as suites
from autograder.authoring import bank
from autograder.authoring.record import solution_harvest
from autograder.sandbox import worker
from homework import on_gpu
from homework.running import Program, Running

pytestmark = pytest.mark.proof

# What notebooks give to these lies on the processor: labels, and features of which a probe is fitted in float64.
ON_THE_PROCESSOR = ("label_subset", "linear_probe")
NOT_FOLLOWED = {("DCGANGenerator", "lazy with leftovers"), ("simclr_augment", "vmapped")}  # lazy modules, vmap


@pytest.fixture(scope="module", params=suites.homeworks())
def answered(request, root) -> SimpleNamespace:
    """A homework: its suite, the names of its solution, and its probes."""
    suite = suites.load(request.param)
    running = Running(Program(solution_harvest(root, suite.homework).statements), "solution")
    for exercise in suite.written:
        running.provide(exercise)
    assert not running.failures
    return SimpleNamespace(suite=suite, names=running.names, probes=worker.compile_probes(suite.probe_sources))


@pytest.mark.filterwarnings("ignore")  # what torch says of an answer's habits
def test_solution_and_variants_keep_their_device(answered, gpu):
    strayed = []
    for answer in [
        *(bank.Answer(name, "solution", "") for name in answered.suite.written),
        *bank.variants(answered.suite),
    ]:
        if answer.exercise in ON_THE_PROCESSOR or (answer.exercise, answer.name) in NOT_FOLLOWED:
            continue
        names = dict(answered.names)
        exec(compile(answer.source, f"<{answer.exercise}: {answer.name}>", "exec"), names)
        for name in answered.suite.probes[answer.exercise]:
            probe = worker.load_probe(answered.probes, answer.exercise, name)
            student = on_gpu.Watched(SimpleNamespace(**names, calls_elsewhere=True))  # on the GPU it is already
            with on_gpu.made_on_device(), torch.enable_grad():
                try:
                    probe(student)
                except Exception as error:
                    strayed.append(f"{answer.exercise} ({answer.name}), {name}: {type(error).__name__}: {error}")
            strayed += [f"{answer.exercise} ({answer.name}), {name}: {stray} strays" for stray in student.strays]
    assert strayed == []
