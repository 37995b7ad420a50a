"""Messages in every kind of conversation: posting, threads, reactions, drafts and search."""
