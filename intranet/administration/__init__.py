"""Pages and REST calls for an agency's administrators, and imports of files."""
