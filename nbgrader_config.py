"""nbgrader for a course: the homeworks in solutions/ are its source.

`autograder release --nbgrader COURSE` lays out such a folder, with a copy of this file.
"""

from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader puts it here)

c.CourseDirectory.course_id = "lecture19"
# Formgrader starts wherever Jupyter does; the course stays the folder of this file.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "solutions"
# Not assignments/: `autograder release` builds that, and nbgrader would empty it first.
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
# nbgrader copies every other file of a source folder to the students: a percent script holds the answers.
scripts = [path.name for path in Path(__file__).resolve().parent.glob("solutions/*/*.py")]
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", *scripts]

# The same stubs and regions as `autograder release`.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"

# `nbgrader autograde`, and formgrader's button for it, prepare a submission for grading by hand and no more: they would
# run student code without a sandbox. The scores come from `autograder grade` and `autograder export --to nbgrader`.
c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
c.OverwriteCells.add_missing_cells = True
# Formgrader shows an answer's HTML as it is, and a script in it would run with your rights.
steps = ["ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"]
c.Autograde.sanitize_preprocessors = ["autograder.exports.harmless_copy.HarmlessCopy"]
c.Autograde.sanitize_preprocessors += [f"nbgrader.preprocessors.{step}" for step in steps]

# `nbgrader zip_collect HW` takes STUDENT.zip, or STUDENT_what_ever.zip, from downloaded/HW/archive/.
c.FileNameCollectorPlugin.named_regexp = r".*/extracted/(?P<student_id>[^/_]+)[^/]*/(?:.*/)?(?P<file_id>[^/]+)"

# A notebook trains: nbgrader's 30 seconds a cell are for notebooks that don't.
c.Execute.timeout = 600
