"""Points in time as the store keeps them: ISO 8601 in UTC, to the second."""

import re
from datetime import UTC, datetime


def to_utc(moment: str | datetime) -> str:
    """ "2026-11-21 01:00:00 UTC", "2026-11-20T20:00:00-05:00" or a datetime -> "2026-11-21T01:00:00+00:00".

    What names no zone is taken as UTC, as nbgrader and Gradescope mean it; "" for what is no time.
    """
    try:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)|\s*UTC$", "", moment.strip()))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""
