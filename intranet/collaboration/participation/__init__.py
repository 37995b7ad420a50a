"""What people take part in, of all kinds on one page: questions, ideas, polls, events."""
