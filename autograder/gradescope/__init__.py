"""Gradescope: the zip that its containers are built from, and what runs in them."""
