"""Help for people: how things work here, in plain words and in the reader's language."""
