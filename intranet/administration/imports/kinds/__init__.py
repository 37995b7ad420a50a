"""The kinds of files: what their lines mean, and what applying them does."""
