"""Markdown of students for a page that runs HTML: it reads the same, and nothing in it is a tag or a link.

Formgrader makes HTML of an answer by mistune, which lets tags and `javascript:` addresses through, and MathJax makes
links of `\\href`. A space of no width behind each sign that opens one takes its meaning, in code and formulas too.
Pasted pictures stay. Addresses that are written out (https://...) still become links.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

_NO_WIDTH = "\u200b"
_OPENS = re.compile(r"<|\](?=[(\[:])|\\(?=(?:href|require|style|class|cssId|unicode)\b)")
_DIAGRAM = re.compile(r"(?i)m(?=ermaid)")  # the text of a fence of this name is not escaped, and run
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\(attachment:([^()\s]+)\)")
Pictures = Mapping[str, tuple[str, str]]  # name -> kind, base64


def defuse(source: str, pictures: Pictures) -> tuple[str, dict[str, dict[str, str]]]:
    """The text, and the notebook cell's attachments, under names of ours."""
    kept: dict[str, dict[str, str]] = {}
    parts, end = [], 0
    for found in _PICTURE.finditer(source):
        if picture := pictures.get(found[1]) or pictures.get(unquote(found[1])):
            name = f"picture{len(kept) + 1}"
            kept[name] = {picture[0]: picture[1]}
            parts += [_plain(source[end : found.start()]), f"![picture](attachment:{name})"]
            end = found.end()
    return "".join([*parts, _plain(source[end:])]), kept


def _plain(text: str) -> str:
    """Without characters that a converter drops, which would bring two signs together."""
    text = "".join(
        character for character in text if character in "\n\t" or (ord(character) >= 32 and character != "\u2424")
    )
    return _DIAGRAM.sub(rf"\g<0>{_NO_WIDTH}", _OPENS.sub(rf"\g<0>{_NO_WIDTH}", text))
