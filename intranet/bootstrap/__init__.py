"""From a bare Python to the environment the rest runs in: standard library only."""
