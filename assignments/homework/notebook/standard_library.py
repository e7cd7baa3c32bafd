"""What came into Python's own library, and what left it, in the versions that students and graders run."""

import sys

from homework.notebook.python_version import Version, to_text

_SINCE: dict[Version, set[str]] = {  # as far as homework code may reach for it
    (3, 12): {"itertools.batched", "math.sumprod", "typing.override", "typing.TypeAliasType", "random.binomialvariate",
              "collections.abc.Buffer", "calendar.Month", "calendar.Day"},
    (3, 13): {"copy.replace", "warnings.deprecated", "math.fma", "statistics.kde", "statistics.kde_random",
              "typing.ReadOnly", "typing.TypeIs", "typing.NoDefault", "queue.ShutDown", "os.process_cpu_count"},
    (3, 14): {"annotationlib", "compression", "string.templatelib", "concurrent.interpreters", "functools.Placeholder",
              "heapq.heappush_max", "heapq.heappop_max", "heapq.heapify_max", "operator.is_none"},
}  # fmt: skip
_GONE: dict[Version, set[str]] = {
    (3, 12): {"asynchat", "asyncore", "distutils", "imp", "smtpd"},
    (3, 13): {"aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis",
              "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"},
}  # fmt: skip


def is_of_python(module: str) -> bool:
    """Whether a module belongs to Python's library, in the running version or in another one."""
    return any(module in names for names in (sys.stdlib_module_names, *_SINCE.values(), *_GONE.values()))


def describe_change(name: str, version: Version) -> str:
    """Why this version lacks a dotted name of Python's library, "which …"; "" if it has it, or is no matter of this."""
    parents = {name, name.partition(".")[0]}
    for since, names in _SINCE.items():
        if since > version and parents & names:
            return f"which Python has from {to_text(since)} on"
    for gone, names in _GONE.items():
        if gone <= version and parents & names:
            return f"which Python has no more from {to_text(gone)} on"
    return ""
