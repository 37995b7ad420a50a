"""The core that every other package stands on, the index of names and the audit log."""
