"""What is done by and to people, one transaction each."""
