"""What the benchmarks of grading share: a synthetic class, the peers' tests, the peers, and a stopwatch."""
