"""Announcements with required reading: confirmations, reminders and proofs of reading."""
