"""Reads a course's policy, and says in one sentence what no policy can say."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autograder import names, suite
from autograder.results.policy import BLANK, ZERO, Policy, PolicyError
from autograder.results.policy_advice import QUOTES, advice

_MOST = {  # more is a slip of the keyboard
    "free_days": 1000, "penalty": 1, "most_days": 1000, "grace_minutes": 100_000, "most_extra_credit": 10_000,
    "seed": 2**32 - 1, "extensions": 1000, "drop_in": 10_000,
}  # fmt: skip
_FRACTIONS = ("penalty", "most_extra_credit", "drop_in")
_YEARS = range(2000, 2200)


def read(path: Path) -> Policy:
    """The policy of this file; PolicyError in one sentence when it says what no policy can."""
    return parse(content_of(path), str(path))


def content_of(path: Path) -> str:
    """The file's text; PolicyError where it is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError(f"the policy {path} is not in UTF-8; save it in that encoding") from None
    except OSError as error:
        raise PolicyError(f"the policy {path} cannot be read ({error}); correct it") from None


def parse(text: str, name: str) -> Policy:
    """The policy that this text is, which is called so in errors."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"the policy {name} cannot be read ({error}); {advice(text, str(error))}") from None
    except (ValueError, RecursionError):
        raise PolicyError(f"the policy {name} holds a number or list that no policy needs; make it smaller") from None
    if problem := _problem_of(table):
        raise PolicyError(f"the policy {name}: {problem}")
    return Policy(**_kept(table))


def _problem_of(table: Mapping[str, Any]) -> str:
    """What no policy can say, in one sentence that ends the one of the caller."""
    known = {each.name for each in fields(Policy)}
    if unknown := sorted(table.keys() - known):
        return f"{unknown[0]!r} is not known; it may say {', '.join(sorted(known))}"
    for key in ("due", "extensions", "drop_in", "groups"):
        if not isinstance(table.get(key, {}), dict):
            return f"{key} must be a table, opened by [{key}]"
    tables = [name for name, value in table.get("groups", {}).items() if isinstance(value, dict)]
    named = {*table.get("due", ()), *table.get("extensions", ()), *table.get("drop_in", ()), *tables}
    if strange := sorted(named - set(suite.homeworks())):
        if strange[0] in known:
            return f"{strange[0]} stands in a table, where it is taken for a homework; write it above the first [table]"
        return f"there is no homework {strange[0]!r}; the homeworks are {', '.join(suite.homeworks())}"
    for key in (key for key in _MOST if key not in ("extensions", "drop_in")):
        if problem := _problem_of_number(key, key, table.get(key, 0)):
            return problem
    if table.get("missing", BLANK) not in (ZERO, BLANK):
        return f'missing must be "{ZERO}" or "{BLANK}", what who has handed in nothing gets'
    groups = _groups(table)
    return _problem_of_times(table) or _problem_of_students(table) or _problem_of_groups(groups)


def _problem_of_number(where: str, key: str, value: Any) -> str:
    """where: as the file names it; key: that of its bound."""
    if isinstance(value, str) and re.fullmatch(r"\s*[\d.]+\s*", value):
        return f"{where} stands in quotes, which make text of it; leave them out"
    if not _is_number(value, whole=key not in _FRACTIONS):
        return f"{where} must be a number, 0 or more; days, minutes and seeds are whole"
    if value > _MOST[key]:
        share = ", as it is a share of the points: 0.1 is 10 %" if key == "penalty" else ""
        return f"{where} must be a number of at most {_MOST[key]}{share}"
    return ""


def _problem_of_times(table: Mapping[str, Any]) -> str:
    zone = table.get("zone", "")
    if zone != "" and not _is_zone(zone):
        return f'there is no zone {zone!r}; name it as in zone = "America/New_York" or "Europe/Berlin"'
    for homework, due in table.get("due", {}).items():
        if problem := _problem_of_time(due, zone):
            return f"due.{homework} {problem}"
    return ""


def _problem_of_time(due: Any, zone: str) -> str:
    if isinstance(due, str):
        return "stands in quotes, which make text of it; leave them out, as in 2026-11-20T23:59:00-05:00"
    if not isinstance(due, datetime) or (due.tzinfo is None and not zone):
        return (
            "needs day, time and zone, such as 2026-11-20T23:59:00-05:00; without -05:00 if the policy also says"
            ' zone = "America/New_York"'
        )
    if due.year not in _YEARS:
        return f"is in the year {due.year}; correct it"
    wall = due if due.tzinfo else due.replace(tzinfo=ZoneInfo(zone))
    if wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) != wall.replace(tzinfo=None):
        shown = wall.replace(tzinfo=None).isoformat(" ", "minutes")
        return f"is {shown}, which no clock in {zone} shows, as they are set forward then; name a time that they show"
    return ""


def _problem_of_students(table: Mapping[str, Any]) -> str:
    for key in ("extensions", "drop_in"):
        for homework, students in table.get(key, {}).items():
            where = f"{key}.{homework}"
            if not isinstance(students, dict):
                return f"{where} must give each student a number, 0 or more"
            for name, value in students.items():
                if not isinstance(value, int | float | str):
                    quotes = f"; {QUOTES}" if isinstance(value, dict) else ""  # of a name with dots
                    return f"{where} must give each student a number, 0 or more{quotes}"
                if problem := _problem_of_number(f"{where} of {name!r}", key, value):
                    return problem
            if len({names.folded(name) for name in students}) < len(students):
                return f"{where} names a student twice"
    return ""


def _problem_of_groups(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Each homework has its own groups and those of all."""
    for homework, own in groups.items():
        where, seen = f"groups.{homework}" if homework else "groups", dict[str, str]()
        for group, members in {**groups[""], **own}.items():
            if not isinstance(members, list) or not members or not all(isinstance(each, str) for each in members):
                return f'{where} must give each group its members, as in "team 3" = ["ada", "bob"]'
            for member in members:
                other = seen.get(names.folded(member))
                if other == group:
                    return f"{where} names {member!r} twice in the group {group!r}; leave one of them out"
                if other is not None:
                    return f"{where} names {member!r} twice, in {other!r} and in {group!r}; leave one of them out"
                seen[names.folded(member)] = group
    return ""


def _groups(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """homework -> group -> members; those of every homework under ""."""
    groups = table.get("groups", {})
    every = {name: members for name, members in groups.items() if not isinstance(members, dict)}
    return {"": every} | {name: members for name, members in groups.items() if isinstance(members, dict)}


def _kept(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table as a policy keeps it: names folded, each deadline with its zone."""
    kept = {**table, "groups": _groups(table)}
    for key in ("extensions", "drop_in"):
        kept[key] = {
            homework: {names.folded(name): value for name, value in students.items()}
            for homework, students in table.get(key, {}).items()
        }
    zone = ZoneInfo(table["zone"]) if table.get("zone") else None
    kept["due"] = {
        homework: due if due.tzinfo else due.replace(tzinfo=zone) for homework, due in table.get("due", {}).items()
    }
    return kept


def _is_zone(name: Any) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, KeyError, OSError, TypeError, AttributeError):
        return False


def _is_number(value: Any, whole: bool) -> bool:
    kinds = int if whole else int | float
    return isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value < float("inf")
