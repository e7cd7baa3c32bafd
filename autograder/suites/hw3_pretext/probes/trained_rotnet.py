"""Probe of the handed-in RotNet: our evaluator stands in the place of a student's definitions."""


def evaluate(student):
    return student.evaluate(student.files)
