"""Files from outside: read, checked, shown as a dry run, and applied in small batches."""
