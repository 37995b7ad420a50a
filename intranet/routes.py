"""Page 1 of the house: every blueprint and every module of socket events."""

from flask import Flask


def register(app: Flask) -> None:
    """Hang every door on the application."""
