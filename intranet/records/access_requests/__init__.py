"""Requests for access: everything of an agency on a matter, read, redacted and handed out."""
