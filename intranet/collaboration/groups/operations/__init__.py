"""What people do with groups: found and change them, come and go, turn keys."""
