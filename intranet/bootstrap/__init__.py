"""Make the environment from a bare Python, with the standard library only."""
