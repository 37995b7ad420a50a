"""Conversations: channels and direct talks, their two counters, and what each person has read."""
