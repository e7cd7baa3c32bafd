"""A report as JSON and back. What another version of the grader knew more or less of it is no obstacle.

A field that is not in the JSON takes its default, so every field that is added to `Report` or `Score` needs one; what
is in the JSON and is no field is left out.
"""

import dataclasses
import json
import zlib
from collections.abc import Mapping
from typing import Any

from autograder.records import Report, Score, Verdict


def write(report: Report) -> str:
    """All fields but `key`, which is the store's. Text that is no Unicode is kept too, as JSON's escapes."""
    return json.dumps({name: value for name, value in dataclasses.asdict(report).items() if name != "key"})


def pack(text: str) -> bytes:
    """A fifth of it: reports repeat themselves."""
    return zlib.compress(text.encode(), 9)


def read(content: str | bytes, key: str = "") -> Report:
    """The report that `write` was given, packed or not, and the key it was found under."""
    told = json.loads(zlib.decompress(content) if isinstance(content, bytes) else content)
    scores = tuple(_to_score(each) for each in told.get("scores", ()))
    return Report(**{**_known(Report, told), "scores": scores, "key": key})


def _to_score(told: Mapping[str, Any]) -> Score:
    return Score(**{**_known(Score, told), "verdict": _to_verdict(told["verdict"])})


def _to_verdict(name: str) -> Verdict:
    """A verdict of another version is none that can be told: it stands for a failure of the grader's."""
    return Verdict(name) if name in set(Verdict) else Verdict.GRADER_ERROR


def _known(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(kind)]
    return {name: _to_tuples(told[name]) for name in names if name in told}


def _to_tuples(value: Any) -> Any:
    return tuple(map(_to_tuples, value)) if isinstance(value, list) else value
