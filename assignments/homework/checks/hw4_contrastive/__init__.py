"""Public checks of the homework on contrastive learning."""

SHARED = ("linear_probe", "label_subset")  # the checks of these stand in `homework.checks.shared`
