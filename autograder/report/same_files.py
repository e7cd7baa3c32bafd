"""Trained files that are the same to the last byte: two trainings never are."""

from collections.abc import Mapping


def find_same_files(handed_in: Mapping[str, Mapping[str, str]]) -> list[tuple[str, tuple[str, ...]]]:
    """(name of a file, the students whose file it is), for two or more. handed_in: student -> name -> hash."""
    holders: dict[tuple[str, str], list[str]] = {}
    for student, files in handed_in.items():
        for name, digest in files.items():
            holders.setdefault((name, digest), []).append(student)
    return [(name, tuple(students)) for (name, _), students in sorted(holders.items()) if len(students) > 1]
