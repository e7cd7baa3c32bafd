"""What several homeworks share: whole exercises, in the same parts as a homework's own, and what probes are made of."""
