"""Measuring: a server started as a user would, real WebSockets, the pages people open."""
