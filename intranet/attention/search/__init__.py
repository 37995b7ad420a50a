"""Search everything that a person may see, from one page."""
