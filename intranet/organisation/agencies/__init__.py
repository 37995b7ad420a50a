"""Agencies, their units and posts: the organisation, which outlives the people in it."""
