"""The core on which every other package depends, the search index and the audit log."""
