"""The submissions of an assignment as Gradescope exports them: a folder for each, and one file that says whose it is.

The file is Gradescope's; no student writes into it but by a name. It is read with YAML's safe loader all the same.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.submissions.times import to_utc

METADATA = "submission_metadata.yml"


class UnknownForm(Exception):
    """The file is not as Gradescope writes it; one sentence."""


@dataclass(frozen=True)
class Entry:
    """One student's submission. submitted, identity: as of a submission."""

    student: str
    folder: str
    submitted: str = ""
    identity: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> list[Entry]:
    """One entry for each student, a member of a group too; students of one name are told apart by sid or e-mail."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a class's results take a minute without the C parser
    try:
        table = loader(path.read_bytes()).get_single_data()
        found = [
            (submitter, str(folder), _time(about.get(":created_at")))
            for folder, about in table.items()
            for submitter in about[":submitters"]
        ]
        names = Counter(submitter[":name"] for submitter, _, _ in found)
        entries = [Entry(_name(who, names), folder, submitted, _identity(who)) for who, folder, submitted in found]
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError):
        raise UnknownForm(f"{path} is not as Gradescope exports it; download the submissions again") from None
    if strange := [entry.folder for entry in entries if Path(entry.folder).name != entry.folder]:
        raise UnknownForm(f"{path} names {strange[0]!r}, which is no folder beside it; download the submissions again")
    return entries


def _name(submitter: dict[str, Any], names: Counter) -> str:
    name = submitter[":name"]
    apart = submitter.get(":sid") or submitter.get(":email")
    return f"{name} ({apart})" if names[name] > 1 and apart else str(name)


def _identity(submitter: dict[str, Any]) -> dict[str, str]:
    told = {"name": submitter[":name"], "sis_id": submitter.get(":sid"), "email": submitter.get(":email")}
    return {key: str(value) for key, value in told.items() if value not in (None, "")}


def _time(moment: Any) -> str:
    return to_utc(moment) if isinstance(moment, str | datetime) else ""
