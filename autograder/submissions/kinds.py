"""What a file is by its name, in whatever case, with what browsers and mail programs put behind it."""

import re

NOTEBOOK = ".ipynb"
_NOTEBOOKS = (NOTEBOOK, ".ipynb.txt", ".ipynb.json", ".ipynb.download")
_ARCHIVES = (  # those that are not read are told to be so by `unpacking`, by their first bytes
    ".zip", ".zip.download", ".tar", ".tar.gz", ".tgz", ".gz", ".tar.bz2", ".tbz", ".tbz2", ".bz2", ".tar.xz", ".txz",
    ".xz", ".tar.zst", ".rar", ".7z", ".zst", ".zipx", ".lzma", ".dmg",
)  # fmt: skip
_OF_NOBODY = """
v ver version hw home homework ass assignment exercise draft final finals old new backup bak copy of kopie von untitled
scratch test tests tmp temp try attempt submission submit submitted solution solutions answer answers work notebook
notebooks colab jupyter part done clean run mine my me original starter release orig latest late export download
downloads code artefacts archive src updated fixed and the last first second third one two three with without ipynb
desktop documents drive onedrive icloud content files folder course class project unpacked gpu cpu
"""  # words that a student gives to files and folders
A_LINK, NO_FILE = " (a link)", " (no plain file)"  # what is said of such names
_EARLIER = re.compile(r"\d+ before \(\d+\)")
_GRADESCOPES = re.compile(r"submission_\d+")  # its name for a student's folder


def parts(name: str) -> list[str]:
    """The folders and the file of a path, as Windows or anybody else writes it."""
    return re.split(r"[/\\]", name)


def is_notebook(name: str) -> bool:
    return name.lower().endswith(_NOTEBOOKS)


def is_archive(name: str) -> bool:
    return name.lower().endswith(_ARCHIVES)


def stem(name: str) -> str:
    """The file's name without what tells its kind."""
    endings = [ending for ending in (*_NOTEBOOKS, *_ARCHIVES) if name.lower().endswith(ending)]
    longest = max(endings, key=len, default="")
    plain = (name[: -len(longest)] if longest else name.rpartition(".")[0]) or name
    return stem(plain) if is_notebook(plain) and plain != name and plain.lower() not in _NOTEBOOKS else plain


def is_own(name: str, homework: str) -> bool:
    """Whether the file is called as the homework's notebook is."""
    return stem(parts(name)[-1]).lower() == homework.lower()


def earlier(count: int, number: int) -> str:
    """The folder of a file that is so many files older than the newest of its student, by its number in Canvas."""
    return f"{count} before ({number})"


def is_earlier(name: str) -> bool:
    return bool(_EARLIER.fullmatch(parts(name)[0]))


def person_in(name: str, homework: str) -> str:
    """What is left of a file's or folder's name without the homework's and words such as "final"; "" if nothing."""
    plain = (stem(name) if is_notebook(name) or is_archive(name) else name).casefold()
    if _GRADESCOPES.fullmatch(plain):
        return plain
    known = {*_OF_NOBODY.split(), *_words(homework.casefold())}
    return " ".join(word for word in _words(plain) if len(word) > 1 and word not in known)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def holds_cells(content: bytes) -> bool:
    """Whether the bytes look like a notebook's, whatever their file is called."""
    return (
        content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and b'"cells"' in content and b'"nbformat"' in content
    )
