"""What people do with models."""
