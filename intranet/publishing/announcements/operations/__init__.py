"""What people and the clock do so that an announcement is confirmed, and so that it is proved."""
