"""Portability: an agency, a group or a person leaves with what is theirs, and arrives elsewhere."""
