"""Diagrams of networks and methods, in one visual language: one file a homework, drawn by `Diagram`."""

from homework.diagrams.drawing import Diagram

__all__ = ["Diagram"]
