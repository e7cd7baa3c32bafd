"""What grades a homework: its Python and its libraries, as they were promised when the homework was released."""

import json
from dataclasses import dataclass

from homework import checks
from homework.notebook.python_version import Version, to_text
from homework.submission.expected import TABLE


@dataclass(frozen=True)
class Grader:
    """python: the oldest that grades. libraries: the name to import -> its version, "" if any will do."""

    python: Version
    libraries: dict[str, str]

    def describe(self) -> str:
        """One sentence."""
        named = [f"{name} {version}".strip() for name, version in self.libraries.items()]
        return f"The grader reads Python {to_text(self.python)} and has {', '.join(named) or 'no libraries'}."


def grader_of(homework: str) -> Grader:
    """What grades this homework; FileNotFoundError if it is not beside the library."""
    table = json.loads((checks.ASSIGNMENTS / homework / TABLE).read_text(encoding="utf-8"))["grader"]
    major, minor = table["python"].split(".")
    return Grader((int(major), int(minor)), table["libraries"])
