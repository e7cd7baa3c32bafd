"""Groups as the course's policy names them: what one hands in counts for each member who has handed in nothing else.

Only the staff can say so. A list of partners in a notebook would let a student hand in for somebody who knows nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder import names
from autograder.harmless import clean
from autograder.submissions.located import Located


def with_groups(found: Sequence[Located], groups: Mapping[str, Sequence[str]]) -> tuple[list[Located], list[str]]:
    """The submissions, a group's once for each of its members; and what a person should know of it.

    A group's is what was handed in under its name, else by the first of its members who has handed in.
    """
    by_name = {located.student: located for located in found}
    told: list[str] = []
    used: set[str] = set()
    shared: list[Located] = []
    for group, members in groups.items():
        known = next((name for each in (group, *members) if (name := names.find(each, by_name))), None)
        if known is None:
            told.append(
                f"the policy names the group {clean(group)}, which has handed in nothing under this name or a member's"
            )
            continue
        used.add(known)
        for member in members:
            own = names.find(member, by_name)
            if own is not None and own != known:
                told.append(f"{clean(own)} has handed in alone too, and is graded on that and not on {clean(known)}'s")
                continue
            if own is None and names.folded(known) != names.folded(group):
                told.append(
                    f"{clean(member)} is graded on what {clean(known)} has handed in, as a member of {clean(group)}"
                )
            if own is None:  # what a download tells is of who handed in
                shared.append(replace(by_name[known], student=names.composed(member), identity={}))
            else:
                shared.append(by_name[known])
    return [located for located in found if located.student not in used] + shared, told
