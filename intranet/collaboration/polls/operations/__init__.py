"""What people do with polls; each in one transaction."""
