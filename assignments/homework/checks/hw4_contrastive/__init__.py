"""Public checks of the homework on contrastive learning."""
