"""Probe of the handed-in generator: the student's own network draws with its weights; what it draws is judged later."""

import json
import math

import torch
from safetensors.torch import load

from homework.datasets import to_pixels

from .inputs import draw

SAMPLES, CHUNK = 2000, 250
WALKS, STEPS = 12, 48  # quarters of great circles in z, and steps on each
LARGEST = 512  # z_dim and width, far beyond what fits into a file that may be handed in


class Unusable(Exception):
    """No generator can be made of the files; one sentence."""


def draw_images(student):
    """problem ("" if there is none); samples (SAMPLES, 1, 32, 32) and walks (WALKS (STEPS + 1), 1, 32, 32), uint8."""
    try:
        z_dim, width = read_sizes(student.files.get("metrics.json", b""))
        generator = make_generator(student, z_dim, width)
    except Unusable as problem:
        return {"problem": str(problem)}
    samples = make_images(generator, draw(500, SAMPLES, z_dim))
    walks = make_images(generator, walk(draw(501, WALKS, 1, z_dim), draw(502, WALKS, 1, z_dim)))
    is_finite = bool(samples.isfinite().all() and walks.isfinite().all())
    problem = "" if is_finite else "some of its pixels are NaN or infinite"
    return {"problem": problem, "samples": to_pixels(samples), "walks": to_pixels(walks)}


def make_generator(student, z_dim, width):
    """The student's DCGANGenerator with the handed-in weights, in evaluation mode."""
    torch.manual_seed(0)  # for what the weights do not decide
    generator = student.DCGANGenerator(z_dim, 1, width)
    try:
        weights = load(student.files["generator.safetensors"])
    except Exception as error:
        raise Unusable("generator.safetensors cannot be opened as a safetensors file") from error
    try:
        generator.load_state_dict(weights)
    except RuntimeError as error:
        raise Unusable(f"its tensors are not those of your DCGANGenerator({z_dim}, 1, {width})") from error
    return generator.eval()


def read_sizes(content):
    """z_dim and width, as metrics.json tells them of the generator."""
    try:
        told = json.loads(content)["generator"]
        sizes = told["z_dim"], told["width"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unusable("metrics.json does not tell z_dim and width of the generator") from error
    if not all(type(size) is int and 1 <= size <= LARGEST for size in sizes):
        raise Unusable(f"metrics.json tells a z_dim or width that is not a whole number in 1 ... {LARGEST}")
    return sizes


def make_images(generator, z):
    """Images of all these noises, made in small batches."""
    with torch.no_grad():
        return torch.cat([generator(part) for part in z.split(CHUNK)])


def walk(start, end):
    """From start to end, (WALKS, 1, z_dim) each, in equal steps; all z on the way are as usual as both ends."""
    angles = torch.linspace(0, math.pi / 2, STEPS + 1)[:, None]
    return (angles.cos() * start + angles.sin() * end).flatten(0, 1)
