"""Opens a suite's sandbox, before anything that takes time is imported here."""

from collections.abc import Sequence

from autograder import checkout
from autograder.sandbox.supervisor import Sandbox
from autograder.suite import Suite
from homework.notebook.cells import read_cells

READING = ("reading", "read")  # the call that reads a submission, made as a probe's is
_MODULE = "autograder.submissions.reading"


def open_sandbox(chosen: Suite, level: str = "best", hidden: Sequence[str] = ()) -> Sandbox:
    """Its children read submissions and answer this suite's probes. Use as a context manager, as `Sandbox` itself."""
    module, name = READING
    reader = f"from {_MODULE} import get_ready, {name}\nget_ready({_released(chosen)!r})\n"
    return Sandbox({**chosen.probe_sources, module: reader}, level, hidden, modules=(_MODULE,), seed=chosen.seed)


def _released(chosen: Suite) -> tuple[str, ...]:
    """The code that everybody was given, which each child would parse anew; none where it is not beside the grader."""
    path = checkout.stub(checkout.ROOT, chosen.homework)
    cells = read_cells(path.read_bytes()) if path.exists() else []
    return tuple(cell.source for cell in cells if cell.kind == "code")
