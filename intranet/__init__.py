"""Intranet: an internal communication and networking platform for public administrations."""
