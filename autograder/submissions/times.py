"""Points in time as the store keeps them: ISO 8601 in UTC, to the second; or a word where a stamp cannot be read.

nbgrader writes `%Y-%m-%d %H:%M:%S.%f %Z`, unless a course has set another `timestamp_format`; %Z gives names such as
CET, some of which several zones share. A name is read where one zone alone is meant, or where the course's own zone
uses it on that day; a date whose day and month may be exchanged is not read at all.
"""

import email.utils
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from autograder.records import UNREADABLE_TIME

_HOURS = {  # names that one zone alone has, or all that have it agree on
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MDT": -6, "PDT": -7, "PST": -8, "MST": -7, "AKST": -9, "AKDT": -8,
    "HST": -10, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1, "WIB": 7, "PKT": 5,
}  # fmt: skip
_OFFSET = re.compile(r"(.*?)\s*(?:UTC|GMT)?([+-])(\d\d):?(\d\d)?", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(r"(.*?\d(?:\s*[AaPp][Mm])?)\s*([A-Za-z][A-Za-z_]*(?:/[A-Za-z_+\-0-9]+)*)", re.DOTALL)
_FORMS = ("%Y-%m-%d-%H-%M-%S", "%Y-%m-%d %H-%M-%S", "%Y-%m-%d_%H-%M-%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
          "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p")  # fmt: skip
_YEARS = range(2000, 2200)  # a number of seconds, or a misspelt year, is no time
_COMPACT = re.compile(r"(\d{8})[_-]?(\d{6})")
_WORDS = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec",
}  # fmt: skip


def to_utc(moment: str | datetime, zone: str = "") -> str:
    """ "2026-11-21 01:00:00 UTC", "2026-11-20T20:00:00-05:00" or a datetime -> "2026-11-21T01:00:00+00:00".

    What names no zone is taken as UTC, as nbgrader and Gradescope mean it; "" for no text, UNREADABLE_TIME for what is
    no time. zone: that of the course, such as "America/New_York", if it is known.
    """
    try:
        if isinstance(moment, str):
            if not moment.strip():
                return ""
            moment = _read(moment.strip(), zone)
        if moment.year not in _YEARS:
            return UNREADABLE_TIME
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, KeyError, OSError):  # the last two: there is no such zone
        return UNREADABLE_TIME


def _read(text: str, zone: str) -> datetime:
    """ValueError for what is no time, or one of an unknown zone."""
    if (offset := _OFFSET.fullmatch(text)) and (plain := _plain(offset[1])):
        sign = -1 if offset[2] == "-" else 1
        return plain.replace(tzinfo=timezone(sign * timedelta(hours=int(offset[3]), minutes=int(offset[4] or 0))))
    if plain := _plain(text):
        return plain
    named = _NAMED.fullmatch(text)
    plain = _plain(named[1]) if named else None
    if named is None or plain is None:
        raise ValueError(text)
    return _in_zone(plain, named[2], zone)


def _plain(text: str) -> datetime | None:
    """A time without a zone; a date alone is none."""
    text = text.strip()
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    try:
        if compact := _COMPACT.fullmatch(text):
            text = "T".join(compact.groups())
        if re.match(r"\d{4}-?\d\d-?\d\d[T ]\d", text):
            found = datetime.fromisoformat(text)
            return None if found.tzinfo else found
        words = re.findall(r"[A-Za-z]+", text)  # a zone among them would be passed over
        parts = email.utils.parsedate(text) if words and all(word[:3].lower() in _WORDS for word in words) else None
        return datetime(*parts[:6]) if parts else None
    except ValueError:
        return None


def _in_zone(plain: datetime, name: str, zone: str) -> datetime:
    if zone:
        own = plain.replace(tzinfo=ZoneInfo(zone))
        for each in (own, own.replace(fold=1)):
            if each.tzname() == name:
                return each
    hours = _HOURS.get(name.upper())
    found: tzinfo = ZoneInfo(name) if hours is None else timezone(timedelta(hours=hours))
    return plain.replace(tzinfo=found)
