"""What the tests of this repository share."""

import json
import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # here and in what tests start: small tensors only lose time to threads

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def notebook():
    """notebook("def f(): …", ("markdown", "# text"), …) -> the bytes of a notebook with these cells."""

    def build(*cells: str | tuple[str, str]) -> bytes:
        entries = []
        for cell in cells:
            kind, source = ("code", cell) if isinstance(cell, str) else cell
            entries.append({"cell_type": kind, "source": source, "metadata": {}})
        return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": entries}).encode()

    return build
