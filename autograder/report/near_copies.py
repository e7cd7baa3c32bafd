"""Near-copies between submissions, by winnowing (Schleimer, Wilkerson and Aiken, 2003, "Winnowing: local algorithms
for document fingerprinting", section 3) over the harvested definitions.

What is found is a reason to look, for a person; nobody's points depend on it. Names, comments, strings and layout
count for nothing; what stands in the released notebook, or in many submissions, is removed.
"""

import hashlib
import keyword
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from itertools import accumulate, combinations

Statements = Sequence[tuple[str, str]]  # (source, place), as they are harvested

LENGTH = 12  # tokens of a passage: what is shorter, everybody writes
WINDOW = 6  # of so many passages in a row at least one is kept, so LENGTH + WINDOW - 1 equal tokens are always found
LEAST = 8  # shared passages below which nothing is said
SHARE = 0.6  # of the passages of the shorter of two
MOST = 120_000  # characters of one student's definitions that are looked at: a solution has up to 73,000
PLACED = 50  # pairs whose definitions are set side by side
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Place:
    """One definition of a student. lines: (text, whether the other student has it too)."""

    where: str
    lines: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class NearCopy:
    """Two students who share `shared` passages of the `total` of the shorter.

    places: definitions side by side; none behind the first PLACED pairs, the most alike.
    """

    students: tuple[str, str]
    shared: int
    total: int
    places: tuple[tuple[Place, Place], ...] = ()


@dataclass(frozen=True)
class Passage:
    """LENGTH tokens: their hash, in which statement they stand, and on which lines of it, wherever they do."""

    hash: str
    statement: int
    lines: frozenset[int]


def usual(students: int) -> int:
    """How many students may share a passage before it is the usual way to write it: ten, in a small class half."""
    return min(10, max(3, students // 2))


def find_near_copies(submissions: Mapping[str, Statements], released: Statements) -> list[NearCopy]:
    """Pairs of students with much in common, the most alike first. released: what all of them started from."""
    given = {hash_ for source, _ in released for hash_, _ in _passages(source)}
    winnowed = cache(winnow)  # most definitions of a class are those of many
    kept = {student: _winnow_all(statements, winnowed) for student, statements in submissions.items()}
    students = Counter(hash_ for passages in kept.values() for hash_ in {passage.hash for passage in passages})
    own = {
        student: [each for each in passages if each.hash not in given and students[each.hash] <= usual(len(kept))]
        for student, passages in kept.items()
    }
    found = []
    for (one, other), shared in _count_shared(own).items():
        total = min(len({passage.hash for passage in own[student]}) for student in (one, other))
        if shared >= LEAST and shared >= SHARE * total:
            found.append(NearCopy((one, other), shared, total))
    found.sort(key=lambda pair: (-pair.shared / pair.total, -pair.shared, pair.students))
    for number, pair in enumerate(found[:PLACED]):
        one, other = pair.students
        places = _side_by_side((submissions[one], own[one]), (submissions[other], own[other]))
        found[number] = replace(pair, places=places)
    return found


def too_long(submissions: Mapping[str, Statements]) -> list[str]:
    """Students of whose definitions not all were looked at."""
    return [name for name, statements in submissions.items() if sum(len(source) for source, _ in statements) > MOST]


def _count_shared(own: Mapping[str, list[Passage]]) -> Counter[tuple[str, str]]:
    """Pairs of students -> how many different passages they share."""
    holders: dict[str, dict[str, None]] = {}
    for student, passages in own.items():
        for passage in passages:
            holders.setdefault(passage.hash, {})[student] = None
    return Counter(pair for students in holders.values() for pair in combinations(students, 2))


def _winnow_all(statements: Statements, winnowed: Callable[[str], dict[str, frozenset[int]]]) -> list[Passage]:
    read = accumulate(len(source) for source, _ in statements)
    sources = [source for (source, _), end in zip(statements, read, strict=True) if end <= MOST]
    return [
        Passage(hash_, number, lines)
        for number, source in enumerate(sources)
        for hash_, lines in winnowed(source).items()
    ]


def winnow(source: str) -> dict[str, frozenset[int]]:
    """Of every WINDOW neighbouring passages the smallest hash; each with the lines on which its tokens stand."""
    passages = list(_passages(source))
    hashes = [hash_ for hash_, _ in passages]
    kept = {min(hashes[start : start + WINDOW]) for start in range(max(1, len(hashes) - WINDOW + 1)) if hashes}
    lines: dict[str, set[int]] = {}
    for hash_, found in passages:
        if hash_ in kept:
            lines.setdefault(hash_, set()).update(found)
    return {hash_: frozenset(found) for hash_, found in lines.items()}


def _passages(source: str) -> Iterator[tuple[str, list[int]]]:
    """The hash and the lines of every LENGTH tokens in a row."""
    tokens = _tokens(source)
    words = [word.encode("utf-8", "replace") for word, _ in tokens]
    lines = [line for _, line in tokens]
    for start in range(len(tokens) - LENGTH + 1):
        digest = hashlib.blake2b(b"\0".join(words[start : start + LENGTH]), digest_size=8)
        yield digest.hexdigest(), lines[start : start + LENGTH]


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
    holder = {passage.hash: passage.statement for passage in reversed(other[1])}  # the first, or it would be quadratic
    partners: dict[int, Counter[int]] = {}
    for passage in one[1]:
        if passage.hash in shared:
            partners.setdefault(passage.statement, Counter())[holder[passage.hash]] += 1
    matched = [(statement, found.most_common(1)[0][0]) for statement, found in sorted(partners.items())]
    return tuple((_place(*one[0][a], here[a]), _place(*other[0][b], there[b])) for a, b in matched)


def _lines_of(passages: Iterable[Passage]) -> dict[int, set[int]]:
    """statement -> the lines on which its passages stand."""
    lines: dict[int, set[int]] = {}
    for passage in passages:
        lines.setdefault(passage.statement, set()).update(passage.lines)
    return lines


def _place(source: str, where: str, shared: set[int]) -> Place:
    lines = [(text, number in shared) for number, text in enumerate(source.split("\n"), start=1)]
    first = next(number for number, (text, _) in enumerate(lines) if text.strip())  # the source keeps line numbers
    return Place(f"{where}, line {first + 1}", tuple(lines[first:]))
