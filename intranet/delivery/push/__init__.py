"""Telling a device of its owner, over the push service of its browser."""
