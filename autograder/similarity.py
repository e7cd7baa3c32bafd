"""Near-copies between submissions, by winnowing (Schleimer, Wilkerson and Aiken, 2003, "Winnowing: local algorithms
for document fingerprinting", section 3) over the harvested definitions.

What is found is a reason to look, for a person; nobody's points depend on it. Names, comments, strings and layout
count for nothing; what stands in the released notebook, or in many submissions, is removed.
"""

import hashlib
import keyword
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate, combinations

Statements = Sequence[tuple[str, str]]  # (source, place), as they are harvested

LENGTH = 12  # tokens of a passage: what is shorter, everybody writes
WINDOW = 6  # of so many passages in a row at least one is kept, so LENGTH + WINDOW - 1 equal tokens are always found
LEAST = 8  # shared passages below which nothing is said
SHARE = 0.6  # of the passages of the shorter of two
MOST = 200_000  # characters of one student's definitions that are looked at
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Place:
    """One definition of a student. lines: (text, whether the other student has it too)."""

    where: str
    lines: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class NearCopy:
    """Two students who share `shared` passages of the `total` of the shorter; places: definitions side by side."""

    students: tuple[str, str]
    shared: int
    total: int
    places: tuple[tuple[Place, Place], ...]


@dataclass(frozen=True)
class Passage:
    """LENGTH tokens: their hash, in which statement they stand, and on which lines of it they begin."""

    hash: str
    statement: int
    lines: tuple[int, ...]


def usual(students: int) -> int:
    """How many students may share a passage before it is the usual way to write it: ten, in a small class half."""
    return min(10, max(3, students // 2))


def find_near_copies(submissions: Mapping[str, Statements], released: Statements) -> list[NearCopy]:
    """Pairs of students with much in common, the most alike first. released: what all of them started from."""
    given = {passage.hash for source, _ in released for passage in _passages(source, 0)}
    kept = {student: _winnow_all(statements) for student, statements in submissions.items()}
    students = Counter(hash_ for passages in kept.values() for hash_ in {passage.hash for passage in passages})
    own = {
        student: [each for each in passages if each.hash not in given and students[each.hash] <= usual(len(kept))]
        for student, passages in kept.items()
    }
    found = []
    for (one, other), shared in _count_shared(own).items():
        total = min(len({passage.hash for passage in own[student]}) for student in (one, other))
        if shared >= LEAST and shared >= SHARE * total:
            places = _side_by_side((submissions[one], own[one]), (submissions[other], own[other]))
            found.append(NearCopy((one, other), shared, total, places))
    return sorted(found, key=lambda pair: (-pair.shared / pair.total, -pair.shared, pair.students))


def _count_shared(own: Mapping[str, list[Passage]]) -> Counter[tuple[str, str]]:
    """Pairs of students -> how many different passages they share."""
    holders: dict[str, dict[str, None]] = {}
    for student, passages in own.items():
        for passage in passages:
            holders.setdefault(passage.hash, {})[student] = None
    return Counter(pair for students in holders.values() for pair in combinations(students, 2))


def _winnow_all(statements: Statements) -> list[Passage]:
    read = accumulate(len(source) for source, _ in statements)
    sources = [source for (source, _), end in zip(statements, read, strict=True) if end <= MOST]
    return [passage for number, source in enumerate(sources) for passage in winnow(source, number)]


def winnow(source: str, statement: int) -> list[Passage]:
    """Of every WINDOW neighbouring passages the one with the smallest hash, the last of equals."""
    passages = list(_passages(source, statement))
    windows = [passages[start : start + WINDOW] for start in range(max(1, len(passages) - WINDOW + 1))]
    return list(dict.fromkeys(min(reversed(window), key=lambda each: each.hash) for window in windows if window))


def _passages(source: str, statement: int) -> Iterator[Passage]:
    """Every LENGTH tokens in a row."""
    tokens = _tokens(source)
    for start in range(len(tokens) - LENGTH + 1):
        words = tokens[start : start + LENGTH]
        digest = hashlib.blake2b("\0".join(word for word, _ in words).encode("utf-8", "replace"), digest_size=8)
        yield Passage(digest.hexdigest(), statement, tuple(line for _, line in words))


def _tokens(source: str) -> list[tuple[str, int]]:
    """(word, line) of what Python would run. A name that is no attribute and is not called may be any name."""
    try:
        found = [token for token in tokenize.generate_tokens(StringIO(source).readline) if token.type not in _LAYOUT]
    except (tokenize.TokenError, SyntaxError):  # it was parsed once, by a reader that forgives more
        return []
    words = []
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if token.type == tokenize.STRING:
            words.append(("'", token.start[0]))
        elif token.type != tokenize.NAME or keyword.iskeyword(token.string):
            words.append((token.string, token.start[0]))
        else:
            is_known = (before and before.string == ".") or (after and after.string == "(")
            words.append((token.string if is_known else "name", token.start[0]))
    return words


def _side_by_side(
    one: tuple[Statements, list[Passage]], other: tuple[Statements, list[Passage]]
) -> tuple[tuple[Place, Place], ...]:
    """Each definition of the first student beside the one of the other with which it shares most."""
    shared = {passage.hash for passage in one[1]} & {passage.hash for passage in other[1]}
    here, there = (_lines_of([each for each in passages if each.hash in shared]) for _, passages in (one, other))
    holders: dict[str, list[int]] = {}
    for passage in other[1]:
        holders.setdefault(passage.hash, []).append(passage.statement)
    partners: dict[int, Counter[int]] = {}
    for passage in one[1]:
        if passage.hash in shared:
            partners.setdefault(passage.statement, Counter()).update(holders[passage.hash])
    matched = [(statement, found.most_common(1)[0][0]) for statement, found in sorted(partners.items())]
    return tuple((_place(*one[0][a], here[a]), _place(*other[0][b], there[b])) for a, b in matched)


def _lines_of(passages: Iterable[Passage]) -> dict[int, set[int]]:
    """statement -> the lines on which its passages stand."""
    lines: dict[int, set[int]] = {}
    for passage in passages:
        lines.setdefault(passage.statement, set()).update(passage.lines)
    return lines


def _place(source: str, where: str, shared: set[int]) -> Place:
    lines = [(text, number in shared) for number, text in enumerate(source.splitlines(), start=1)]
    first = next(number for number, (text, _) in enumerate(lines) if text.strip())  # the source keeps line numbers
    return Place(f"{where}, line {first + 1}", tuple(lines[first:]))
