"""What the peers' hidden tests call: a probe of the suite on a student's names, compared with the recorded values.

This file is copied beside the suite's own `probes` and `references.pt`; the peers import it, so it needs none of ours.
"""

import importlib
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import torch

FOLDER = Path(__file__).parent
RTOL, ATOL = 1e-3, 1e-5


@cache
def references() -> dict[str, dict]:
    """exercise/probe -> name -> value, as recorded from the solution."""
    return torch.load(FOLDER / "references.pt", weights_only=True)


def check(exercise: str, probe: str, names: dict) -> None:
    """AssertionError, or whatever the student's code raises, unless every value is as recorded."""
    sys.path.insert(0, str(FOLDER))
    module = importlib.import_module(f"probes.{exercise}")
    values = getattr(module, probe)(SimpleNamespace(**names))
    expected = references()[f"{exercise}/{probe}"]
    assert values.keys() == expected.keys()
    for name, value in expected.items():
        if isinstance(value, bool | str):
            assert values[name] == value, name
        else:
            found, wanted = (torch.as_tensor(each).double() for each in (values[name], value))
            torch.testing.assert_close(found, wanted, rtol=RTOL, atol=ATOL)
