"""What people do with questions and criteria."""
