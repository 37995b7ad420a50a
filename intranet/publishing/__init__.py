"""Publications, announcements, model texts and case files."""
