"""One index, one query: what can be found by words, on either database."""
