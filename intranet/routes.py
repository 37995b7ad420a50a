"""Page 1 of the house: every blueprint and every module of socket events."""

from flask import Flask

from intranet.conversations import views as conversation_views
from intranet.messages import views as message_views


def register(app: Flask) -> None:
    """Hang every door on the application."""
    app.register_blueprint(conversation_views.bp)
    app.register_blueprint(message_views.bp)
