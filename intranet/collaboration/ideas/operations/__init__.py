"""What people do with ideas and boxes; each in one transaction."""
