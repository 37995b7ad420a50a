"""Acts of officers on a request for access."""
