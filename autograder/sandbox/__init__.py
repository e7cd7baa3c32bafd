"""Runs student code in processes that hold no secret and can hurt nobody."""
