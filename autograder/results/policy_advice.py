"""What to do about a line of a policy that is no TOML: most often a name, a quote or a time."""

import re

QUOTES = 'a name with spaces, accents or dots stands in quotes: "Ada Lovelace" = 2'
_BARE = re.compile(r"\s*(?:[^\s\"'#\[=]+\s+[^\s=#]|[^\"'#=]*[^\x00-\x7f\"'#=][^=]*=|[^=\"]*['`][^=]*=)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|#.*")
_CURLY = re.compile(r"[“”„‟«»]|(?<!\w)[‘’‚‛]|[‘’‚‛](?!\w)")
_NO_SECONDS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?!\d|:)", re.IGNORECASE)
_ZONE = re.compile(r"\s*zone\s*=\s*[A-Za-z]")
_TIME = re.compile(r"=\s*(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[-./]\d{1,2}[-./]\d{1,2})")


def advice(text: str, error: str) -> str:
    """text: the file's; error: what tomllib says of it, with the line where it knows one."""
    place = re.search(r"at line (\d+)", error)
    lines = text.splitlines()
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else ""
    for each in [line] if line else lines:  # a quote that does not close is found at the end of the file
        if curly := _CURLY.search(_QUOTED.sub("", each)):
            return f"the quotes are curly ({curly[0]}), as word processors write them; write straight ones"
    plain = _QUOTED.sub("", line)
    if _NO_SECONDS.search(plain):
        return "a time needs its seconds, as in 2026-11-20T23:59:00"
    if _TIME.search(plain):
        return "a time is written as 2026-11-20T23:59:00, and must be one that there is"
    if _ZONE.match(plain):
        return 'a zone stands in quotes: zone = "America/New_York"'
    return QUOTES if _BARE.match(line) else "correct it"
