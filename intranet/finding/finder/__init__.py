"""Filters in the addresses of lists, their facets and labels."""
