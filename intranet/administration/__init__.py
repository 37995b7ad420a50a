"""Forms in which administrators keep their agency, and imports."""
