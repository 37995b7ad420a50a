"""Spaces: the audience language, who is a member and why, and the one access rule."""
