"""Public checks of the homework on generative adversarial networks."""
