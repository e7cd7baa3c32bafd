"""What is said of the files of a submission, by names that may be a student's and long."""

from collections.abc import Sequence

SHOWN, MAX_NAME = 4, 60  # names in one note, and characters of each


CHECKPOINTS = ".ipynb_checkpoints"  # where Jupyter keeps copies


def describe_nothing(names: Sequence[str], passed_over: Sequence[str] = ()) -> str:
    """What is said of a student who handed in these files and no notebook. passed_over: what is nobody's work."""
    copies = [name for name in passed_over if CHECKPOINTS in name and name.lower().endswith(".ipynb")]
    if copies and not names:
        what = "a checkpoint copy" if len(copies) == 1 else "checkpoint copies"
        return f"no notebook found; there is only {what}, {listed(copies)}; hand in the notebook itself"
    there = names or passed_over
    return (
        f"no notebook found; {f'there is {listed(there)}' if there else 'nothing is there'}; hand in the notebook's"
        " .ipynb file"
    )


def listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return ", ".join([*map(short, names[:SHOWN]), *more])


def short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"…{name[1 - MAX_NAME :]}"
