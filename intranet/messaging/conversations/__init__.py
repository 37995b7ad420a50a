"""Conversations: channels, direct messages and discussions, their counters and read positions."""
