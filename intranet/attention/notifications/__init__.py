"""Telling people, on their terms: the bell, mail, push, the digest, and where each of it went."""
