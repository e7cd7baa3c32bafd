"""Probes: they enter the sandbox and hold inputs, never answers."""
