"""The REST interface: its description (OpenAPI 3.1) and its readable page."""
