"""What lies beside a graded notebook and may be a student's work too: it is not graded, and its student is told."""

from collections.abc import Sequence
from pathlib import Path

import homework
from autograder.submissions.kinds import A_LINK, NO_FILE, parts
from autograder.submissions.wording import listed

LINKS = (".url", ".webloc", ".lnk", ".desktop", ".gdoc", ".gsheet", ".gslides")  # files that hold an address only
EXPORTS = (".py", ".html", ".htm", ".pdf", ".docx", ".doc", ".odt")  # what a notebook is saved as
_OWN = Path(homework.__file__).parent
_GIVEN = frozenset(path.relative_to(_OWN).as_posix() for path in _OWN.rglob("*") if path.is_file())


def may_be_work(name: str) -> bool:
    """Whether a file is of such a kind, and not of the library that all were given."""
    *folders, _ = parts(name)
    own = len(folders) - folders[::-1].index(_OWN.name) if _OWN.name in folders else 0
    return name.lower().endswith((*LINKS, *EXPORTS)) and "/".join(parts(name)[own:]) not in _GIVEN


def described(name: str) -> str:
    return f"{name} (only a link)" if name.lower().endswith(LINKS) else name


def note_on(names: Sequence[str], passed_over: Sequence[str] = ()) -> list[str]:
    """A sentence on these files beside a notebook, none where nothing is to be said; of passed_over on links only."""
    told = [
        *(name for name in passed_over if name.endswith((A_LINK, NO_FILE))),
        *(described(name) for name in names if may_be_work(name)),
    ]
    return [f"Not graded, beside the notebook: {listed(told)}."] if told else []
