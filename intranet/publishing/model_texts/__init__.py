"""Models to copy: a decree, a clause, a letter, kept by a post, and who uses them."""
