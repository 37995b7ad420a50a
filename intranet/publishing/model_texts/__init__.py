"""Model texts to copy, such as a decree or a letter, kept by a post and used by others."""
