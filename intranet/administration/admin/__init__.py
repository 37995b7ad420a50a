"""Pages and REST calls for the administrators of an agency: organisation, accounts, audit log."""
