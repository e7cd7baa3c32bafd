"""Grades notebooks of the lecture's homework: hidden tests judge observations that a sandbox brought back."""
