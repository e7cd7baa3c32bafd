"""Lines as Python counts them: `str.splitlines` also ends them at form feeds, U+2028 and others."""

import io


def split_lines(text: str, keepends: bool = False) -> list[str]:
    r"""The lines of a text, which end at \n, \r\n or \r, with these or without."""
    lines = io.StringIO(text, newline="").readlines()
    return lines if keepends else [line.rstrip("\r\n") for line in lines]


def with_plain_ends(text: str) -> str:
    r"""The text with \n at the end of each line, as Python reads it, inside of strings too."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
