"""Public checks of the homework on sequences and language."""
