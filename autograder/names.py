"""Names of people as two systems write them: a Mac decomposes letters, and phones curl apostrophes."""

import unicodedata
from collections.abc import Iterable

_ALIKE = str.maketrans(dict.fromkeys("’‘ʼ`´′＇", "'") | dict.fromkeys("‐‑", "-"))


def composed(name: str) -> str:
    """The name in Unicode's form NFC, in which every name is kept from intake on."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """For looking a name up: composed, with plain apostrophes and hyphens and single spaces; capitals stay."""
    return " ".join(composed(name).translate(_ALIKE).split())


def plain(name: str) -> str:
    """For sorting: folded, without accents and capitals."""
    letters = unicodedata.normalize("NFD", folded(name))
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


def find(name: str, known: Iterable[str]) -> str | None:
    """The one of these names that is meant: the same one, else the only one that is written like it."""
    known = list(known)
    if composed(name) in known:
        return composed(name)
    alike = [each for each in known if folded(each) == folded(name)]
    return alike[0] if len(alike) == 1 else None
