"""The command line that all trainings have: FOLDER [NAME ...]."""

import argparse
from collections.abc import Iterable
from pathlib import Path

import torch


def parser(doc: str, names: Iterable[str]) -> argparse.ArgumentParser:
    """Takes the folder of the weights, and the names of the trainings; doc: of the module, its first line is told."""
    known = ", ".join(names)
    made = argparse.ArgumentParser(description=doc.splitlines()[0])
    made.add_argument("folder", type=Path)
    made.add_argument("names", nargs="*", metavar="NAME", default=[], help=f"of {known}; default: all")
    return made


def start(made: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments, with the folder made and torch on one thread: what is trained depends on it."""
    arguments = made.parse_args()
    torch.set_num_threads(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    return arguments
