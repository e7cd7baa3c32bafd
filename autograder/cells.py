"""The names of `homework.notebook.cells` that the intake and the grading use."""

from homework.notebook.cells import MAX_NOTEBOOK, UnreadableNotebook

__all__ = ["MAX_NOTEBOOK", "UnreadableNotebook"]
