"""The public site: what agencies publish on the open web, and as open data."""
