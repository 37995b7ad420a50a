"""Profiles, the organisation as a tree and as a list, units and posts."""
