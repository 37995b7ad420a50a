"""The entry point for a WSGI server."""

from intranet.app import create_app

app = create_app()
