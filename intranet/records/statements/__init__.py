"""Statements of an agency for the law, generated from what is configured."""
