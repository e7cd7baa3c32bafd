"""Probe of the handed-in encoder: our evaluator stands in the place of a student's definitions."""


def evaluate(student):
    return student.evaluate(student.files)
