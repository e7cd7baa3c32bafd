"""Files among a class's that are no notebook and carry somebody's name: who handed in nothing else has no grade."""

from autograder.submissions.beside import EXPORTS, LINKS
from autograder.submissions.kinds import person_in, stem

_KINDS = (*LINKS, *EXPORTS, ".txt", ".md", ".rtf", ".png", ".jpg", ".jpeg", ".heic")
_OF_COURSES = """
notes note readme main grades grade grading grader rubric rubrics syllabus instructions instruction students student
roster list lists gradebook policy slides lecture lectures todo utils util helper helpers script setup config log
feedback report summary requirements data info license changelog makefile index description sheet task tasks problem
problems set handout paper figure figures plot image img picture screenshot photo page schedule deadlines template
stray staff instructor ta tas groups teams section link links
"""


def student_of(name: str, homework: str) -> str:
    """Who handed in this file, by its name; "" where it is of another kind, or named after nobody."""
    words = person_in(stem(name), homework).split()
    is_named = any(word not in _OF_COURSES.split() for word in words)
    return stem(name) if is_named and name.lower().endswith(_KINDS) else ""
