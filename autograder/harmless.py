"""Text of students made harmless: for terminals, pages, tables and Markdown."""

import re
import unicodedata

LONGEST = 1000  # characters of any one text; a student's exception message can be a megabyte
_JOINERS = "\u200c\u200d"  # they hold scripts and emoji together; the other format characters can reorder a line
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&!@^=]|(?<=\w):(?=//)|(?<=www)\.)", re.IGNORECASE)
_LIST_MARKER = re.compile(r"^(\d*)([-+.)])")


def clean(text: str, longest: int = LONGEST) -> str:
    """One line that no terminal and no browser obeys: control, bidi and surrogate characters become visible escapes."""
    shown = on_one_line(text[: longest + 1])
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def clean_source(line: str) -> str:
    """One line of a student's program, harmless as in `clean`, with its blanks."""
    shown = on_one_line(line.expandtabs(4)[: LONGEST + 1]).rstrip()
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def clean_markdown(text: str) -> str:
    """`clean`, with every character escaped that Markdown or HTML would take for its own."""
    escaped = _MARKDOWN.sub(r"\\\1", clean(text))
    return _LIST_MARKER.sub(r"\1\\\2", escaped)


def on_one_line(text: str) -> str:
    """The whole text, harmless as in `clean`, with its blanks; a tab and the end of a line are blanks too."""
    return text if text.isprintable() else "".join(map(_harmless, text))  # what is printable harms nobody


def _harmless(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    number = ord(character)
    is_format = unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in _JOINERS
    is_no_character = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    if is_format or is_no_character:
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
    return character
