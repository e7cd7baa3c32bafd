"""Evaluators of handed-in networks: they run in the sandbox alone with the weights, never beside student code."""
