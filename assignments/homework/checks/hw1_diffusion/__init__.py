"""Public checks of the homework on denoising diffusion."""
