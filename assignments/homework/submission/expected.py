"""What a homework asks for beside the exercises: trained artefacts, and questions to answer in words."""

import json
from dataclasses import dataclass, field

from homework import checks

MAX_ARTEFACT = 8 << 20  # bytes of one file; the grader reads no more
METRICS = "metrics.json"
TABLE = "hand_in.json"  # beside the notebook that it was built with


@dataclass(frozen=True)
class Expected:
    """artefacts: names under which the notebook saves them. written: question's cell -> its section of the notebook."""

    artefacts: tuple[str, ...] = ()
    written: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files in `artefacts/`."""
        return (*(f"{name}.safetensors" for name in self.artefacts), METRICS) if self.artefacts else ()


def homeworks() -> list[str]:
    """Names of the homeworks that lie beside the library."""
    return sorted(path.parent.name for path in checks.ASSIGNMENTS.glob(f"*/{TABLE}"))


def expected_of(homework: str) -> Expected:
    """What this homework asks for; FileNotFoundError if it is not beside the library."""
    table = json.loads((checks.ASSIGNMENTS / homework / TABLE).read_text(encoding="utf-8"))
    return Expected(tuple(table["artefacts"]), table["written"])
