"""Public checks of the homework on pretext tasks."""
