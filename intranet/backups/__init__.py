"""Take a backup of everything while the site runs, and restore one to an empty place."""
