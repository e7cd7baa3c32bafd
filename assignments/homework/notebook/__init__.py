"""Reads a notebook as the grader does: the hand-in check and the grader share this one implementation."""
