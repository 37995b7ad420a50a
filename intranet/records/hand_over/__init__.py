"""Hand-overs of posts to successors, and the things that are left to nobody."""
