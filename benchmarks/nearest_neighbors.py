"""Finds the nearest of 60,000 training images for 64 samples: peak memory and processor time of ways to do it.

    python benchmarks/nearest_neighbors.py [--samples 64]

Each way runs in a process of its own on Fashion-MNIST, on one core: the solution of homework 2, torch.cdist, and the
difference of all pixels, a chunk of images at a time. Exit status 1 if the solution takes 500 MB more than the images,
or if it is wrong anywhere. The difference of all pixels at once would be 12 GB and is not run.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from autograder.authoring.record import solution_harvest
from homework.datasets import load_fashion_mnist, to_model_range
from homework.running import define

ROOT = Path(__file__).parents[1]
PROMISED_MB = 500
CHUNK = 250  # images at once: 50 MB for 64 samples


def cdist(samples: Tensor, images: Tensor) -> Tensor:
    return torch.cdist(samples.flatten(start_dim=1), images.flatten(start_dim=1)).argmin(dim=1)


def all_pixels_in_chunks(samples: Tensor, images: Tensor) -> Tensor:
    parts = [(samples[:, None] - part).square().sum(dim=(2, 3, 4)) for part in images.split(CHUNK)]  # (B, CHUNK) each
    return torch.cat(parts, dim=1).argmin(dim=1)


def measure(find: Callable[[Tensor, Tensor], Tensor], samples: Tensor, images: Tensor, answer) -> None:
    """Into the pipe: peak memory above what is there already in MB, processor seconds, and the indices."""
    torch.set_num_threads(1)
    before, started = peak_mb(), time.process_time()
    found = find(samples, images)
    answer.send((peak_mb() - before, time.process_time() - started, found.tolist()))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def solution() -> Callable[[Tensor, Tensor], Tensor]:
    return define(solution_harvest(ROOT, "hw2_gan").statements)[0]["nearest_neighbors"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=64)
    samples = load_fashion_mnist(train=False).images[: parser.parse_args().samples]
    samples, images = to_model_range(samples), to_model_range(load_fashion_mnist().images)
    ways = {"solution of homework 2": solution(), "torch.cdist": cdist, "all pixels, in chunks": all_pixels_in_chunks}
    fork = multiprocessing.get_context("fork")
    found = {}
    print("| way | MB above the images | CPU seconds | times the solution's |\n|---|---|---|---|")
    for name, find in ways.items():
        receive, send = fork.Pipe(duplex=False)
        process = fork.Process(target=measure, args=(find, samples, images, send))
        process.start()
        found[name] = memory, seconds, _ = receive.recv()
        process.join()
        ratio = seconds / found["solution of homework 2"][1]
        print(f"| {name} | {memory:.0f} | {seconds:.2f} | {ratio:.1f} |", flush=True)
    memory, _, ours = found["solution of homework 2"]
    wrong = sum(a != b for a, b in zip(ours, found["all pixels, in chunks"][2], strict=True))
    print(f"{len(images):,} images of {images[0].numel()} pixels; {wrong} of {len(samples)} indices differ.")
    return int(memory > PROMISED_MB or wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
