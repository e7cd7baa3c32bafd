"""Probes: they enter the sandbox and hold inputs, never answers. These belong to several homeworks."""
