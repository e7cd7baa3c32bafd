"""The bytes of a notebook's file as text, and what they are where they are no notebook."""

import json
import re

_AGAIN = "hand in the .ipynb file itself"
_KINDS = (  # how other files begin
    (b"version https://git-lfs", "is a pointer of Git LFS, not the notebook itself; run `git lfs pull` and hand it in"),
    (b"%PDF", f"is a PDF, not a notebook; {_AGAIN}"),
    (b"Rar!", "is a RAR archive, not a notebook; make a zip of all that was in it, and hand that in"),
    (b"7z\xbc\xaf", "is a 7z archive, not a notebook; make a zip of all that was in it, and hand that in"),
    (b"BZh", "is a bzip2 archive, not a notebook; make a zip of all that was in it, and hand that in"),
    (b"\xfd7zXZ", "is an xz archive, not a notebook; make a zip of all that was in it, and hand that in"),
    (b"\x28\xb5\x2f\xfd", "is a zstd archive, not a notebook; make a zip of all that was in it, and hand that in"),
    (b"\x1f\x8b", "is a gzip archive, not a notebook; unpack it, and hand in what was in it"),
    (b"PK\x03\x04", "is a zip, not a notebook; unpack it, and hand in what was in it"),
    (b"\x89PNG", f"is a picture, not a notebook; {_AGAIN}"),
    (b"\xff\xd8\xff", f"is a picture, not a notebook; {_AGAIN}"),
    (b"\xd0\xcf\x11\xe0", f"is a document of an office program, not a notebook; {_AGAIN}"),
)
_ANEW = "save or download it once more, and hand it in again"
_CLOUD = "is an error message of the place that it was downloaded from"
_LITERALS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_NO_TEXT = "\0\ufffd \t\r\n"
_CONFLICT = re.compile(r"^[ \t]*(<{7} |={7}$|>{7} )", re.MULTILINE)


def decode(content: bytes) -> str:
    """UTF-8, with or without its mark, or UTF-16 and UTF-32, as PowerShell writes them; other bytes are replaced."""
    return content.decode(json.detect_encoding(content), errors="replace").removeprefix("\ufeff")


def describe(content: bytes, text: str) -> str:
    """What bytes are that hold no JSON, and what to do: the end of a sentence about the file."""
    if not content.strip(b"\0 \t\r\n"):
        return f"holds no text (only zero bytes), so it is not a notebook; {_ANEW}"
    head = text[:1000].strip().lower()
    for start, what in _KINDS:
        if content.startswith(start):
            return what
    if head.startswith(("<!doctype html", "<html")) or ("<html" in head and head[0] != "{"):
        return "is a web page, not a notebook; use the page's own download, and hand in the .ipynb file that it gives"
    if re.match(r"<[?!\w]", head):
        return _describe_xml(head, text[:1000])
    if mark := _CONFLICT.search(text):
        line = text.count("\n", 0, mark.start(1)) + 1
        return (
            f"holds the marks of a merge conflict (line {line}), so it is not a notebook; settle the conflict, and hand"
            " in what Jupyter opens"
        )
    if _is_cut(text.rstrip(_NO_TEXT).replace("\0", "")) or (len(content) < 8 and not text.strip(_NO_TEXT)):
        return f"is cut off, so it is not a notebook any more; {_ANEW}"
    if text.lstrip()[:1] == "{" and "\0" in text:
        return f"has lost a part (zero bytes stand in its place), so it is not a notebook any more; {_ANEW}"
    return f"is not a notebook (not valid JSON); {_AGAIN}"


def describe_json(content: object) -> str:
    """What JSON is that has no cells: the end of a sentence about the file."""
    if isinstance(content, dict) and (said := _error_in(content)):
        return f"{_CLOUD} ({said}), not a notebook; {_ANEW}"
    return f"is JSON but has no cells, so it is no notebook; {_AGAIN}"


def _error_in(content: dict) -> str:
    """What a service's JSON says of an error; "" if it tells of none."""
    told = next((content[key] for key in ("error", "errors", "Error", "fault") if content.get(key)), None)
    if told is None and "message" in content and content.keys() & {"status", "code", "statusCode", "documentation_url"}:
        told = content
    if isinstance(told, list):
        told = told[0]
    if isinstance(told, dict):
        told = next((told[key] for key in ("message", "Message", "reason", "code", "status") if told.get(key)), "error")
    return " ".join(str(told).split())[:80] if told else ""


def _describe_xml(head: str, text: str) -> str:
    if re.search(r"<(\w+:)?(error|errors|fault)\b", head):
        code = re.search(r"<(\w+:)?code>\s*([\w.:]{1,60})", text, re.IGNORECASE)
        return f"{_CLOUD}{f' ({code[2]})' if code else ''}, not a notebook; {_ANEW}"
    return f"is an XML file, not a notebook; {_AGAIN}"


def _is_cut(text: str) -> bool:
    """Whether more text could still make it JSON: what is wrong is its last word, or a string that has no end."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip()[:1] != "{":
            return False
        rest = text[error.pos :]
        is_escape = error.msg.startswith("Invalid \\uXXXX") and len(rest) < 6
        is_word = rest in ("", ",") or any(word.startswith(rest) for word in _LITERALS)
        is_number = bool(re.fullmatch(r"-|\.|[eE][-+]?", rest))
        return is_escape or is_word or is_number or error.msg.startswith("Unterminated string")
    except (ValueError, RecursionError):
        return False
    return False
