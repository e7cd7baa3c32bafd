"""The given library of the homework: read it, use it, learn from it. It holds no answers."""
