"""Public checks of the homework on pretext tasks."""

SHARED = ("linear_probe", "label_subset")  # the checks of these stand in `homework.checks.shared`
