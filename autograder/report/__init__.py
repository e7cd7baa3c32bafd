"""What people see of a grading: feedback for each student, and one report on the class for the TAs.

Everything here is a pure function of records. `sections` maps an exercise's name to its notebook section ("1.2");
`grade` is what the course's policy makes of a report, where there is one.
"""

from autograder.report.class_page import class_report_html
from autograder.report.feedback import feedback_html, feedback_markdown, feedback_text
from autograder.report.file_names import feedback_file_name
from autograder.report.pictures import Picture, draw_picture
from autograder.report.similar_page import similar_html
from autograder.report.summary import class_summary_text

__all__ = [
    "Picture",
    "class_report_html",
    "class_summary_text",
    "draw_picture",
    "feedback_file_name",
    "feedback_html",
    "feedback_markdown",
    "feedback_text",
    "similar_html",
]
