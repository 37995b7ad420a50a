"""The interface for programs: its description (OpenAPI 3.1) and its readable page."""
