"""What the hidden tests expect, written plainly in float64 from the papers' equations; never enters the sandbox."""
