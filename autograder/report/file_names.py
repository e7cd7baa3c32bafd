"""Names of feedback files: safe on every file system, and never the same for two students."""

import hashlib
import re
import unicodedata

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]|\.(?=[a-z0-9])){0,59}")  # no capitals: some file systems ignore case
_STAMPED = re.compile(r"-[0-9a-f]{16}$")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")  # names that Windows keeps for itself


def feedback_file_name(student: str) -> str:
    """The stem of a student's feedback file: a plain login as it is, any other name as a slug with a hash.

    A login that looks stamped already is stamped again, so that nobody can take another student's file name.
    """
    if _PLAIN.fullmatch(student) and not _STAMPED.search(student) and not _DEVICES.match(student):
        return student
    letters = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters.lower())[:40].strip("-") or "student"
    return f"{slug}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
