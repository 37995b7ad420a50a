"""Agencies with their units and posts, people, working time and accounts."""
