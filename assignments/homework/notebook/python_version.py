"""Source that parses on one Python and not on another: what an older one refuses, and what a newer one might read.

`ast.parse(feature_version=…)` knows of new statements. It does not know of f-strings: before 3.12 one was a single
token, which ended at the first quote of its own kind, and its braces held neither a backslash nor a comment (PEP 701).
"""

import ast
import io
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

Version = tuple[int, int]
RUNNING: Version = sys.version_info[:2]
FREE_F_STRINGS: Version = (3, 12)
_F_STRING = re.compile(r"""\b[rR]?[fF][rR]?['"]""")
_NEWER: tuple[tuple[Version, re.Pattern], ...] = (  # a line that fails -> the Python that might read it
    ((3, 12), re.compile(r"^\s*type\s+\w+\s*(\[.*\])?\s*=")),
    ((3, 12), re.compile(r"^\s*(async\s+)?(def|class)\s+\w+\s*\[")),
    ((3, 13), re.compile(r"^\s*(async\s+)?(def|class)\s+\w+\s*\[[^]]*=")),
    ((3, 14), re.compile(r"^\s*except(\*\s*|\s+)[^\s(:*][^(:]*,")),
    ((3, 14), re.compile(r"""\b[rR]?[tT][rR]?['"]""")),
    ((3, 15), re.compile(r"^\s*lazy\s+(import|from)\b")),
    ((3, 15), re.compile(r"[\[({]\s*\*.*\bfor\b.*\bin\b")),
)


def describe_refusal(source: str, version: Version) -> str:
    """The first line that this version cannot read and the running one can, and why; "" if there is none.

    source: what the running Python parses, without magics. The sentence has no full stop.
    """
    if version >= RUNNING:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source, feature_version=version)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg[:1].lower()}{error.msg[1:]}"
    if version < FREE_F_STRINGS:
        with suppress(SyntaxError, SystemError, tokenize.TokenError):  # some f-strings are too much for 3.13's tokenize
            for line, fault in _faults(source):
                return f"line {line}: the f-string has {fault} inside its braces, which Python reads from 3.12 on"
    return ""


def describe_newer(error: SyntaxError, source: str) -> str:
    """What is added to an error of the running Python that a newer one might not have; "" if none is likely to."""
    lines = source.split("\n")
    number = error.lineno or 1
    text = lines[number - 1] if number <= len(lines) else ""
    found = [version for version, pattern in _NEWER if pattern.search(text)]
    if (error.msg or "").startswith("f-string") or (_F_STRING.search(text) and "string" in (error.msg or "")):
        found.append(FREE_F_STRINGS)
    newer = max(found, default=RUNNING)
    if newer <= RUNNING:
        return ""
    return f"Python {to_text(newer)} may read it; here it was read as Python {to_text(RUNNING)}"


def to_text(version: Version) -> str:
    """(3, 11) -> "3.11"."""
    return f"{version[0]}.{version[1]}"


def _faults(source: str) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of each f-string that Python 3.11 reads otherwise, or not at all."""
    lines = io.StringIO(source).readlines()
    opened: list[tuple[int, int]] = []  # where the f-strings around this token begin
    frames: list[str] = []  # "f" an f-string, "e" an expression in its braces, ":" a format, "(" any other bracket
    earlier = before = tokenize.TokenInfo(tokenize.NL, "", (0, 0), (0, 0), "")
    for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
        kind = tokenize.tok_name[token.type]
        if fault := _fault_of(frames, before, token):
            yield opened[-1][0], fault
        elif frames[-1:] == ["e"] and earlier.string == "!" and token.start != before.end:
            yield before.start[0], "a space behind the conversion"
        if kind == "FSTRING_START":
            opened.append(token.start)
        elif kind == "FSTRING_END" and not _is_one_token(lines, start := opened.pop(), token.end):
            yield start[0], "its own quotes, or the end of a line,"
        _follow(frames, kind, token.string)
        earlier, before = before, token


def _follow(frames: list[str], kind: str, text: str) -> None:
    """Keep account of what is open behind this token."""
    if kind == "FSTRING_START":
        frames.append("f")
    elif kind == "FSTRING_END":
        frames.pop()
    elif kind == "OP" and frames:
        if text == "{" and frames[-1] in "f:":
            frames.append("e")
        elif text in "([{":
            frames.append("(")
        elif text == ":" and frames[-1] == "e":
            frames.append(":")
        elif text in ")]}":
            while frames.pop() == ":":  # a format ends with its expression
                pass


def _fault_of(frames: list[str], before: tokenize.TokenInfo, token: tokenize.TokenInfo) -> str:
    """What Python 3.11 does not read at this token; "" if it does."""
    inside = any(frame == "e" and after != ":" for frame, after in pairwise([*frames, ""]))
    if not inside:
        return ""
    is_joined = token.start[0] > before.end[0] and tokenize.tok_name[before.type] != "NL"
    if "\\" in token.string or is_joined:
        return "a backslash"
    if token.type == tokenize.COMMENT:
        return "a comment"
    own = "".join(frames).rpartition("f")[2]
    return "a format within a format" if own.count(":") >= 2 and own.endswith("e") else ""


def _is_one_token(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether the string that begins here ends there for a Python that looks for its closing quote alone."""
    text = "".join([*lines[start[0] - 1 : end[0] - 1], lines[end[0] - 1][: end[1]]])[start[1] :]
    quote = re.sub(r"\A[a-zA-Z]+", "", text)
    quote = quote[:3] if quote[:3] in ('"""', "'''") else quote[:1]
    whole = r"(?:\\.|(?!{0}).)*" if len(quote) == 3 else r"(?:\\.|[^\\\n{0}])*"
    found = re.match(rf"[a-zA-Z]+{quote}{whole.format(quote)}{quote}", text, re.DOTALL)
    return found is not None and found.end() == len(text)
