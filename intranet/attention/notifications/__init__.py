"""Notifications by bell, email, push and digest, by each person's settings, with a ledger."""
