"""What an agency's administrator sees and does: the organisation, accounts, the audit log."""
