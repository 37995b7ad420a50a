"""What is said, in any conversation."""
