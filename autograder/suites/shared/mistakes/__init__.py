"""Plausible wrong implementations, one module an exercise."""
