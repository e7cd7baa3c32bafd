"""A finished small homework in a checkout of its own, for tests that play an instructor."""

import shutil
from pathlib import Path

import pytest
import toy


@pytest.fixture(scope="session")
def finished(root, tmp_path_factory) -> Path:
    """A checkout with the finished toy homework; not to be changed."""
    return toy.make(tmp_path_factory.mktemp("finished"), root)


@pytest.fixture
def course(finished, tmp_path) -> Path:
    """A copy of it, to be broken."""
    return shutil.copytree(finished, tmp_path / "course")
