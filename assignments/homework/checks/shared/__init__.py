"""Public checks of exercises that several homeworks share, one module an exercise."""
