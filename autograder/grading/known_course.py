"""What intake is to know of a course beforehand: from its policy, its roster, and who is in the store already."""

from pathlib import Path

from autograder.results import opening
from autograder.results.course import Asked, Course
from autograder.results.policy import Policy
from autograder.results.store import Results
from autograder.submissions import intake


def of(course: Course | None, asked: Asked, homework: str, place: Path, out: Path) -> intake.Course:
    """place: where the submissions are; out: the results folder. asked: files that may lie among the submissions."""
    files = [path for path in (asked.policy, asked.roster) if path]
    if course is None:
        return intake.Course(apart=(*files, out), earlier=_earlier(out))
    policy, roster = course.policy.rules or Policy(), course.roster.roster
    kept = (course.policy.file, course.roster.file)
    files += [place / name for name in kept if name]  # they may still lie where they lay when they were kept
    groups = policy.groups_of(homework)
    named = {member for members in groups.values() for member in members}
    for group, members in roster.groups_of(homework).items():
        if group not in groups and (others := [each for each in members if each not in named]):
            groups[group] = others
    return intake.Course(policy.zone, groups, (*files, out), roster, _earlier(out))


def _earlier(out: Path) -> dict[str, dict[str, str]]:
    """Who is in the store already, whatever the homework."""
    if not opening.has_store(out):
        return {}
    with Results(out) as store:
        return store.identities()
