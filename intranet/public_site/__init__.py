"""What agencies show of their work on the open web, through one door, and as open data."""
